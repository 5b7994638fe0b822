from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionChargeWaiveWizard(models.TransientModel):
    """Give charges up, or ask somebody who may."""

    _name = "collection.charge.waive.wizard"
    _description = "Waive Charges"

    charge_ids = fields.Many2many("collection.charge", string="Charges")
    reason = fields.Char(required=True)
    needs_approval = fields.Boolean(compute="_compute_needs_approval")

    @api.depends("charge_ids")
    @api.depends_context("uid")
    def _compute_needs_approval(self):
        for wizard in self:
            wizard.needs_approval = not wizard.charge_ids._may_waive()

    def action_apply(self):
        """Waive the charges, or ask for it when the user may not."""
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why these charges are given up."))
        if self.charge_ids._may_waive():
            self.charge_ids._waive(self.reason.strip())
        else:
            self.charge_ids._request_waiver(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
