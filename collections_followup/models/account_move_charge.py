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
        if charges := posted._get_collection_charges():
            charges._set_invoiced()
        posted._credit_collection_charges()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._release_collection_charges(release=False)
        self._credit_collection_charges()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        cancelled = self.filtered(lambda move: move.state == "cancel")
        cancelled._release_collection_charges(release=True)
        return result

    def unlink(self):
        self._release_collection_charges(release=True)
        return super().unlink()

    def _release_collection_charges(self, *, release):
        """Charges on these debit notes run again; on other documents nothing is done."""
        if charges := self._get_collection_charges():
            charges._set_accrued(release=release)

    def _get_collection_charges(self):
        """Charges on these debit notes; none is looked for among other documents."""
        notes = self.filtered("collection_has_charges")
        if not notes:
            return self.env["collection.charge"]
        # sudo: charges follow their debit note, whoever posts it or takes it back.
        return self.env["collection.charge"].sudo().search([("move_id", "in", notes.ids)])

    def _credit_collection_charges(self):
        """Credit notes of debit notes: the charges are given up in that measure, or charged again
        when the credit note is taken back."""
        credit_notes = self.filtered(lambda move: move.move_type == "out_refund")
        for note in credit_notes.reversed_entry_id.filtered("collection_has_charges"):
            credits = note.reversal_move_ids.filtered(lambda move: move.state == "posted")
            note._get_collection_charges()._set_credited(credits)

    def _hand_charges_on(self, successors):
        """A debit note that is corrected hands its charges on to the new one."""
        for note, successor in zip(self, successors, strict=False):
            charges = note._get_collection_charges()
            if charges:
                successor.collection_has_charges = True
                charges._set_moved(successor)
