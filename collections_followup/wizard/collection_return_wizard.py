from odoo import api, fields, models


class CollectionReturnWizard(models.TransientModel):
    """The client takes back one case, or some of its debts, while the mandate goes on."""

    _name = "collection.return.wizard"
    _description = "Return to the Client"
    _inherit = ["collection.items.wizard"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    creditor_id = fields.Many2one(related="case_id.creditor_id")
    amount = fields.Monetary(compute="_compute_amount")
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    reason = fields.Char(string="Why")

    @api.depends("case_id")
    def _compute_move_line_ids(self):
        for wizard in self:
            wizard.move_line_ids = wizard.open_line_ids

    @api.depends("move_line_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(wizard.move_line_ids.mapped("amount_residual"))

    def action_apply(self):
        """Post the return."""
        self.ensure_one()
        self.env["collection.placement"]._return(
            self.case_id, self.move_line_ids._origin, (self.reason or "").strip(), self.date
        )
        return {"type": "ir.actions.act_window_close"}
