from odoo import fields, models
from odoo.exceptions import UserError


class CollectionAssignWizard(models.TransientModel):
    """Give cases to a collector, or let the rules decide anew."""

    _name = "collection.assign.wizard"
    _description = "Assign Cases"

    case_ids = fields.Many2many("collection.case", required=True, string="Cases")
    by = fields.Selection(
        [("person", "To a person"), ("rules", "By the assignment rules"), ("nobody", "To nobody")],
        required=True,
        default="person",
        string="Assign",
    )
    user_id = fields.Many2one("res.users", string="Collector", domain=[("share", "=", False)])

    def action_apply(self):
        """Assign the cases."""
        self.ensure_one()
        if not self.env.user.has_group("collections_followup.group_supervisor"):
            raise UserError(self.env._("Only a supervisor may assign cases to others."))
        if self.by == "rules":
            self.case_ids._assign_by_rules(keep=False)
        else:
            self.case_ids.write({"user_id": self.user_id.id if self.by == "person" else False})
        return {"type": "ir.actions.act_window_close"}
