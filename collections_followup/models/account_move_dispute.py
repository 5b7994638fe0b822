from odoo import fields, models


class AccountMove(models.Model):
    """Credit notes of disputes end them when they are posted."""

    _inherit = "account.move"

    # A column of the document, so that posting other documents costs no query.
    collection_settles_dispute = fields.Boolean(readonly=True, copy=False)

    def _post(self, soft=True):
        posted = super()._post(soft)
        notes = posted.filtered("collection_settles_dispute")
        if notes:
            self.env["collection.dispute"]._settle_by_moves(notes)
        return posted
