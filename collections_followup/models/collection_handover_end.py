from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from .collection_handover import OUTSIDE

#: What a part of a file that comes back has in common with the file.
SHARED = (
    "kind",
    "reference",
    "note",
    "date_placed",
    "terms",
    "commission_percent",
    "commission_basis",
    "commission_minimum",
    "override_reason",
)


class CollectionHandover(models.Model):
    """A file comes back, as a whole or some items of it, or is done with."""

    _inherit = "collection.handover"

    # === Actions === #
    def action_recall(self):
        """Ask why the files come back."""
        self._check_role("supervisor")
        placed = self.filtered(lambda handover: handover.state == "placed")
        if not placed:
            raise UserError(self.env._("Only files that have been handed over are recalled."))
        return placed._open_reason("recall", self.env._("Recall the File"))

    def action_close(self):
        """Ask how it ended."""
        self._check_role("supervisor")
        return self._open_reason("close", self.env._("Close the File"))

    # === Business methods === #
    def _end(self, state, reason):
        """The file comes back, or is done with; the follow-up looks at the case again."""
        # sudo: readonly for people; the right has been checked.
        ending = self.sudo().filtered(lambda handover: handover.state == "placed")
        today = self.env["collection.case"]._today()
        ending.write({"state": state, "date_ended": today, "end_reason": reason})
        ending.activity_unlink(["mail.mail_activity_data_todo"])
        ending._release_cases(today)
        for handover in ending:
            handover._tell_case(
                self.env._("%(file)s ended: %(reason)s", file=handover.name, reason=reason)
            )
        return ending

    def _release_cases(self, on):
        """Cases that nobody else has are ours again."""
        kept = self.search(
            [("case_id", "in", self.case_id.ids), ("state", "=", "placed"), ("scope", "=", "all")]
        ).case_id
        cases = self.case_id - kept
        cases._set_state(("handed_over",), "open", {"next_review_date": on})
        cases._sync_holds(on, SQL("k.id = ANY(%s)", list(cases.ids)))
        cases._review_now(on)

    def _recall_items(self, lines, reason):
        """Some items come back: they become a file of their own, which is recalled; the rest stays
        where it is.

        :return: the file that came back
        """
        self.ensure_one()
        if self.state != "placed" or self.kind not in OUTSIDE:
            raise UserError(self.env._("Items are recalled from a lawyer, agency or insurer only."))
        still = self.move_line_ids.filtered(lambda line: not line.reconciled)
        if not lines or lines - still:
            raise UserError(self.env._("Choose open items of this file."))
        if lines == still:
            return self._end("recalled", reason)
        # sudo: readonly for people; the right has been checked.
        handover = self.sudo()
        part = handover.create(
            {
                **{name: handover[name] for name in SHARED},
                "case_id": handover.case_id.id,
                "partner_id": handover.partner_id.id,
                "user_id": handover.user_id.id,
                "placed_by_id": handover.placed_by_id.id,
                "override_by_id": handover.override_by_id.id,
                "commission_tax_ids": [Command.set(handover.commission_tax_ids.ids)],
                # Owed once, for the file they came from.
                "commission_fixed": 0,
                "scope": "items",
                "move_line_ids": [Command.set(lines.ids)],
                "amount_placed": sum(lines.mapped("amount_residual")),
                "state": "placed",
            }
        )
        handover.write(
            {
                "scope": "items",
                "move_line_ids": [Command.unlink(line.id) for line in lines],
                "amount_placed": max(0.0, handover.amount_placed - part.amount_placed),
            }
        )
        handover._message_log(
            body=self.env._(
                "Recalled as %(file)s: %(items)s. %(reason)s",
                file=part.name,
                items=", ".join(lines.move_id.mapped("name")),
                reason=reason,
            ),
            author_id=self.env.user.partner_id.id,
        )
        part._end("recalled", reason)
        return part
