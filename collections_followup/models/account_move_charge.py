from odoo import fields, models


class AccountMove(models.Model):
    """Debit notes of charges: what happens to the note happens to its charges."""

    _inherit = "account.move"

    # A column of the document, so that posting other documents costs no query.
    collection_has_charges = fields.Boolean(readonly=True, copy=False)
    collection_charge_ids = fields.One2many(
        "collection.charge",
        "move_id",
        string="Late Charges",
        groups="collections_followup.group_reader,collections_followup.group_collector",
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._get_collection_charges()._set_invoiced()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._get_collection_charges()._set_accrued(release=False)
        return result

    def button_cancel(self):
        result = super().button_cancel()
        cancelled = self.filtered(lambda move: move.state == "cancel")
        cancelled._get_collection_charges()._set_accrued(release=True)
        return result

    def unlink(self):
        self._get_collection_charges()._set_accrued(release=True)
        return super().unlink()

    def _get_collection_charges(self):
        """Charges on these debit notes; none is looked for among other documents."""
        notes = self.filtered("collection_has_charges")
        # sudo: charges follow their debit note, whoever posts it or takes it back.
        Charge = self.env["collection.charge"].sudo()
        return Charge.search([("move_id", "in", notes.ids)]) if notes else Charge
