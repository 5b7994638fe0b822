from odoo import fields, models


class CollectionCase(models.Model):
    """Debts of a case that were given up, and what came in later."""

    _inherit = "collection.case"

    writeoff_ids = fields.One2many("collection.writeoff", "case_id", readonly=True)

    def action_write_off(self):
        """Ask what to give up, and why."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write Off"),
            "res_model": "collection.writeoff.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_id": self.id},
        }
