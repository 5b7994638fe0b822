from odoo import fields, models
from odoo.exceptions import UserError


class CollectionExtensionWizard(models.TransientModel):
    """Ask for a later due date, or grant it."""

    _name = "collection.extension.wizard"
    _description = "Extend a Due Date"
    _inherit = ["collection.items.wizard"]

    extension_count = fields.Integer(related="case_id.extension_count")
    date_new = fields.Date(string="New Due Date", required=True)
    reason = fields.Char(required=True)

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
