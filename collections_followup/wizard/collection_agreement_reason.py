from odoo import fields, models
from odoo.exceptions import UserError


class CollectionAgreementReason(models.TransientModel):
    """Why an agreement is cancelled or not approved."""

    _name = "collection.agreement.reason"
    _description = "Reason for Ending an Agreement"

    agreement_ids = fields.Many2many("collection.agreement", required=True)
    what = fields.Selection(
        [("cancel", "Cancel"), ("refuse", "Do Not Approve")], required=True, default="cancel"
    )
    reason = fields.Text(required=True)

    def action_apply(self):
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why, so that colleagues understand it later."))
        if self.what == "cancel":
            self.agreement_ids._cancel(reason)
        else:
            self.agreement_ids._refuse(reason)
        return {"type": "ir.actions.act_window_close"}
