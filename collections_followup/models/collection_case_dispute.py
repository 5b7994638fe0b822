from odoo import models


class CollectionCase(models.Model):
    """Recording disputes from the case."""

    _inherit = "collection.case"

    def action_dispute(self):
        """Record a question, complaint or dispute."""
        self.ensure_one()
        self.check_access("write")
        return self._open_money_dialog(
            "collection.dispute.wizard",
            self.env._("Dispute of %(debtor)s", debtor=self.display_name),
        )

    def action_view_disputes(self):
        return self._view_records("collection.dispute", self.env._("Questions and Disputes"))
