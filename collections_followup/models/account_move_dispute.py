from odoo import models


class AccountMove(models.Model):
    """Credit notes of disputes end them when they are posted."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft)
        notes = posted.filtered(lambda move: move.move_type in ("out_refund", "out_invoice"))
        if notes and self._any_dispute_made():
            self.env["collection.dispute"]._settle_by_moves(notes)
        return posted

    def _any_dispute_made(self):
        """Whether a dispute waits for a document at all: posting others must stay as fast."""
        self.env.cr.execute("SELECT 1 FROM collection_dispute_move_rel LIMIT 1")
        return bool(self.env.cr.fetchone())
