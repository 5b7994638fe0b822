from odoo import fields, models


class CollectionCase(models.Model):
    """Changes of address and name on the case: what waits to be confirmed, and the history."""

    _inherit = "collection.case"

    change_ids = fields.One2many(
        "collection.address.change", related="partner_id.collection_change_ids", related_sudo=False
    )
    change_count = fields.Integer(compute="_compute_change_count")
    waiting_change_ids = fields.Many2many(
        "collection.address.change", compute="_compute_change_count"
    )
    waiting_change_text = fields.Text(compute="_compute_change_count")

    def _compute_change_count(self):
        changes = self.env["collection.address.change"].search(
            [("debtor_id", "in", self.partner_id.ids)]
        )
        by_debtor = changes.grouped("debtor_id")
        for case in self:
            mine = by_debtor.get(case.partner_id, changes.browse())
            waiting = mine.filtered(lambda change: change.state == "proposed")
            case.change_count = len(mine)
            case.waiting_change_ids = waiting
            case.waiting_change_text = "\n".join(filter(None, waiting.mapped("summary")))

    # === Actions === #
    def action_view_changes(self):
        return self.partner_id.action_view_collection_changes()

    def action_change_address(self):
        """Write down a new address, number or name that the debtor gave."""
        self.ensure_one()
        return self._open_dialog(
            "collection.address.wizard",
            self.env._("New Address or Name: %(debtor)s", debtor=self.display_name),
            {"default_case_id": self.id},
        )

    def action_accept_changes(self):
        """Accept what waits for this debtor."""
        self.waiting_change_ids.action_accept()
