from odoo import fields, models


class CollectionCharge(models.Model):
    """Charges whose debit note was credited: given up, wholly or in part, and not charged again."""

    _inherit = "collection.charge"

    amount_credited = fields.Monetary(
        readonly=True, copy=False, help="What credit notes of the debit note have taken back."
    )

    def _set_credited(self, credits):
        """Share what was credited among the charges of one debit note.

        Credited in full, they are waived: interest that was given up is not charged again. In
        part, they stay invoiced, less what was credited.

        :param credits: posted credit notes of the debit note; none: it holds as it was
        """
        note = self.move_id[:1]
        if not note:
            return
        total, credited = note.amount_total, sum(credits.mapped("amount_total"))
        share = min(1.0, credited / total) if total else 0.0
        for charge in self.filtered(lambda charge: charge.state in ("invoiced", "waived")):
            charge.amount_credited = charge.currency_id.round(charge.amount * share)
        if note.currency_id.compare_amounts(credited, total) >= 0:
            self._update_state(
                ("invoiced",),
                "waived",
                {
                    "waive_reason": self.env._(
                        "Credited: %(notes)s", notes=", ".join(credits.mapped("name"))
                    ),
                    "waived_by_id": self.env.uid,
                    "waived_on": self.env["collection.case"]._today(),
                },
            )
            return
        self._update_state(
            ("waived",),
            "invoiced",
            {"waive_reason": False, "waived_by_id": False, "waived_on": False},
        )

    def _set_moved(self, successor):
        """Another debit note takes these charges over; they are invoiced when it is posted."""
        self._update_state(
            ("invoiced", "waived"),
            "accrued",
            {
                "move_id": successor.id,
                "amount_credited": 0.0,
                "waive_reason": False,
                "waived_by_id": False,
                "waived_on": False,
            },
        )
