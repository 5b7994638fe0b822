from odoo import api, fields, models


class CollectionWriteoffWizard(models.TransientModel):
    """Give up items of one debtor, in one step."""

    _name = "collection.writeoff.wizard"
    _description = "Write Off"
    _inherit = ["collection.items.wizard"]

    currency_id = fields.Many2one(related="company_id.currency_id")
    reason_id = fields.Many2one("collection.writeoff.reason", required=True)
    tax_hint = fields.Text(related="reason_id.tax_hint")
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    amount = fields.Monetary(compute="_compute_amount")
    limit_amount = fields.Monetary(string="Your Limit", compute="_compute_amount")
    is_limited = fields.Boolean(compute="_compute_amount")
    too_much = fields.Boolean(compute="_compute_amount")
    note = fields.Text()

    @api.depends("case_id")
    def _compute_move_line_ids(self):
        for wizard in self:
            wizard.move_line_ids = wizard.open_line_ids

    @api.depends("move_line_ids", "case_id")
    @api.depends_context("uid")
    def _compute_amount(self):
        for wizard in self:
            amount = sum(wizard.move_line_ids.mapped("amount_residual"))
            limit = self.env["collection.writeoff"]._get_limit(wizard.company_id)
            wizard.amount = amount
            wizard.limit_amount = limit or 0.0
            wizard.is_limited = limit is not None
            wizard.too_much = limit is not None and amount > limit

    def action_apply(self):
        """Post the write-off."""
        self.ensure_one()
        self.env["collection.writeoff"]._write_off(
            self.case_id, self.move_line_ids._origin, self.reason_id, self.date, self.note or ""
        )
        return {"type": "ir.actions.act_window_close"}
