from odoo import models

#: Where a person has chosen the documents that are paid.
CHOSEN_FROM = ("account.move", "account.move.line")


class AccountPayment(models.Model):
    """Payments that quote the reference of an agreement are matched with its items."""

    _inherit = "account.payment"

    def action_post(self):
        result = super().action_post()
        context = self.env.context
        if not (context.get("active_model") in CHOSEN_FROM or context.get("collection_allocation")):
            self._collection_match_agreements()
        return result

    def _collection_match_agreements(self):
        received = self.filtered(
            lambda payment: (
                payment.payment_type == "inbound"
                and payment.partner_type == "customer"
                and payment.move_id.state == "posted"
            )
        )
        texts = {payment: payment.memo for payment in received if payment.memo}
        found = self.env["collection.agreement"]._find_quoted(texts)
        for payment, agreement in found.items():
            # sudo: matching follows from the reference; the payment itself was the user's to post.
            payment_sudo = payment.sudo()
            if (
                payment_sudo.company_id == agreement.company_id
                and payment_sudo.partner_id.commercial_partner_id == agreement.partner_id
            ):
                agreement._receive(payment_sudo._seek_for_lines()[1])
