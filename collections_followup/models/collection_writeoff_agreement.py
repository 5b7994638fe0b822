from odoo import api, models


class CollectionWriteoff(models.Model):
    """Writing off the rest of a settlement that was kept closes it."""

    _inherit = "collection.writeoff"

    @api.model
    def _record(self, case, lines, reason, date, amount, move, note):  # noqa: PLR0913
        writeoff = super()._record(case, lines, reason, date, amount, move, note)
        # sudo: the settlement follows from the write-off, whoever made it.
        settlements = (
            self.env["collection.agreement"]
            .sudo()
            .search(
                [
                    ("kind", "=", "settlement"),
                    ("state", "=", "kept"),
                    ("writeoff_id", "=", False),
                    ("move_line_ids", "in", lines.ids),
                ]
            )
        )
        settlements.write({"writeoff_id": writeoff.id})
        settlements.activity_unlink(["collections_followup.activity_type_discount"])
        return writeoff
