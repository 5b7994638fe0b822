from datetime import date

from odoo import api, models
from odoo.tools import is_html_empty


class CollectionCreditFile(models.Model):
    """What becomes of credit files when contacts are merged: one is kept, and gets the papers."""

    _inherit = "collection.credit.file"

    @api.model
    def _merge_debtors(self, sources, target):
        """Join the files of debtors that become one contact, a company at a time.

        The file reviewed last stays, else the newest; papers, history and activities of the others
        move there.
        """
        files = self.with_context(active_test=False).search(
            [("partner_id", "in", (sources + target).ids)]
        )
        for group in files.grouped("company_id").values():
            ordered = group.sorted(
                lambda file: (file.active, file.reviewed_on or date.min, file.id),
                reverse=True,
            )
            if len(ordered) > 1:
                ordered[0]._absorb(ordered[1:])

    def _absorb(self, others):
        self.ensure_one()
        for name in ("report_ids", "insurance_ids", "security_ids", "document_ids"):
            others[name].file_id = self
        self.write(self._prepare_joined_vals(others))
        for other in others:
            other.message_change_thread(self)
            other.activity_ids.res_id = self.id
        self._message_log(
            body=self.env._(
                "The credit file of %(debtor)s was joined with this one, because the contacts were "
                "merged.",
                debtor=", ".join(others.partner_id.mapped("name")),
            )
        )
        others.unlink()

    def _prepare_joined_vals(self, others):
        """Nothing that was known of the others is lost, and the earliest review counts."""
        notes = [file.note for file in self + others if not is_html_empty(file.note)]
        return {
            "note": notes[0] + "".join(notes[1:]) if notes else False,
            "review_date": min(filter(None, (self + others).mapped("review_date")), default=False),
            "user_id": (self.user_id or others.user_id[:1]).id,
        }
