from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionExtensionWizard(models.TransientModel):
    """Ask for a later due date, or grant it."""

    _name = "collection.extension.wizard"
    _description = "Extend a Due Date"

    case_id = fields.Many2one("collection.case", required=True, readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id")
    extension_count = fields.Integer(related="case_id.extension_count")
    open_line_ids = fields.Many2many("account.move.line", compute="_compute_open_line_ids")
    move_line_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        compute="_compute_move_line_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', open_line_ids)]",
    )
    date_new = fields.Date(string="New Due Date", required=True)
    reason = fields.Char(required=True)

    @api.depends("case_id")
    def _compute_open_line_ids(self):
        for wizard in self:
            wizard.open_line_ids = wizard.case_id._get_debts()

    @api.depends("case_id")
    def _compute_move_line_ids(self):
        """Where one item is open, that one is meant."""
        for wizard in self:
            debts = wizard.case_id._get_debts()
            wizard.move_line_ids = debts if len(debts) == 1 else False

    def action_apply(self):
        """Ask, or grant where the user may."""
        self.ensure_one()
        lines = self.move_line_ids._origin
        if not lines:
            raise UserError(self.env._("Choose the items whose due date is moved."))
        extensions = self.env["collection.extension"]._request(
            self.case_id, lines, self.date_new, self.reason
        )
        waiting = extensions.filtered(lambda extension: extension.state == "requested")
        if not waiting:
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("A supervisor has been asked to grant the extension."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
