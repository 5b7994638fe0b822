from odoo import fields, models
from odoo.exceptions import UserError


class CollectionAgreement(models.Model):
    """Plans on the customer page: asked for by the debtor, offered by a colleague, accepted."""

    _inherit = "collection.agreement"

    is_requested = fields.Boolean(
        string="Asked For by the Debtor",
        readonly=True,
        copy=False,
        help="The debtor has made it on the customer page. It holds when a colleague has offered "
        "it and the debtor has accepted.",
    )
    offered_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since then the debtor sees it on the customer page and can accept it.",
    )

    # === Actions === #
    def action_offer(self):
        """Show it on the customer page, where the debtor can accept or sign it."""
        self.check_access("write")
        for agreement in self:
            if agreement.kind == "promise" or agreement.state != "draft":
                raise UserError(self.env._("Only a plan or settlement that is a draft is offered."))
            if agreement.needs_approval:
                raise UserError(self.env._("This agreement has not been approved yet."))
            agreement._check_adds_up()
            # sudo: kept by this model.
            agreement.sudo().offered_on = fields.Datetime.now()
            agreement._message_log(body=self.env._("Offered on the customer page."))

    def action_send(self):
        """What is sent for signature is offered on the page as well."""
        action = super().action_send()
        # sudo: kept by this model.
        self.sudo().offered_on = self.offered_on or fields.Datetime.now()
        return action

    # === Business methods === #
    def _is_on_page(self):
        """Whether the debtor sees this draft: because we offer it, or because it is the debtor's
        own request."""
        self.ensure_one()
        shown = bool(self.offered_on or self.is_requested) and self.kind != "promise"
        # What has been paid meanwhile needs no agreement any more.
        return shown and any(line.amount_residual_currency > 0 for line in self.move_line_ids)

    def _terms_changed(self):
        # sudo: kept by this model; what was offered were other terms.
        self.sudo().filtered("offered_on").offered_on = False
        return super()._terms_changed()

    def _accept(self, name):
        """The debtor accepts an offer that needs no signature.

        :param str name: who accepts, as written on the page
        """
        self.ensure_one()
        self.lock_for_update()
        if self.state != "draft" or not self.offered_on or self.signed_on:
            raise UserError(self.env._("This offer can no longer be accepted."))
        if self.requires_signature:
            raise UserError(self.env._("This agreement has to be signed."))
        self._check_can_be_signed()
        self.write({"signed_by": name, "signed_on": fields.Datetime.now()})
        self.action_activate()
        self._message_log(
            body=self.env._("Accepted on the customer page by %(name)s", name=name),
            author_id=self.partner_id.id,
        )
