from odoo import api, models


class AccountPaymentRegister(models.TransientModel):
    """Odoo's own dialog, with an allocation that somebody has seen.

    ``collection_allocation`` in the context lists pairs of (journal item id, amount in the
    currency of the payment). The payment then has a counterpart line for each pair, and each line
    is matched with its item alone.
    """

    _inherit = "account.payment.register"

    @api.model
    def _get_line_batch_key(self, line):
        """Items of one debtor are one payment, whatever contact or account they are on."""
        key = super()._get_line_batch_key(line)
        if not self.env.context.get("collection_allocation"):
            return key
        account = self.env["account.move.line"].browse(
            self.env.context["collection_allocation"][0][0]
        )
        return {
            **key,
            "partner_id": line.partner_id.commercial_partner_id.id,
            "account_id": account.account_id.id,
            "partner_bank_id": False,
        }

    def _reconcile_payments(self, to_process, edit_mode=False):
        allocation = self.env.context.get("collection_allocation")
        if not allocation:
            return super()._reconcile_payments(to_process, edit_mode)
        payment = to_process[0]["payment"]
        _liquidity, counterparts, _writeoff = payment._seek_for_lines()
        items = self.env["account.move.line"].browse(line_id for line_id, _amount in allocation)
        for item, line in zip(items, counterparts.sorted("id")[: len(items)], strict=True):
            (item + line).reconcile()
        items.move_id.matched_payment_ids += payment
        return None
