from odoo import fields, models
from odoo.tools import format_amount

from ..words import short_day_text


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    collection_marks = fields.Char(
        string="Marks",
        compute="_compute_collection_marks",
        help="Promised, in dispute, on hold or left out of the follow-up.",
    )

    def _compute_collection_marks(self):
        """All marks of many items in four queries."""
        marks = {line.id: [] for line in self}
        self._mark_agreements(marks)
        self._mark_disputes(marks)
        self._mark_holds(marks)
        for line in self:
            if line.no_followup:
                marks[line.id].append(self.env._("Left out"))
            line.collection_marks = " · ".join(marks[line.id])

    def _mark_agreements(self, marks):
        # sudo: who sees the item sees what has been agreed about it.
        agreements = (
            self.env["collection.agreement"]
            .sudo()
            .search([("move_line_ids", "in", self.ids), ("state", "=", "active")])
        )
        for agreement in agreements:
            text = self.env._("Promised for %(date)s", date=self._short(agreement.next_date))
            if agreement.kind != "promise":
                text = agreement.name
            self._add_mark(marks, agreement.move_line_ids, text)

    def _mark_disputes(self, marks):
        # sudo: the same.
        disputes = (
            self.env["collection.dispute"]
            .sudo()
            .search([("move_line_ids", "in", self.ids), ("state", "in", ("open", "answered"))])
        )
        kinds = dict(disputes._fields["kind"]._description_selection(self.env))
        for dispute in disputes:
            amount = format_amount(self.env, dispute.amount_disputed, dispute.currency_id)
            text = (
                kinds[dispute.kind]
                if dispute.kind != "dispute"
                else (self.env._("Disputed %(amount)s", amount=amount))
            )
            self._add_mark(marks, dispute.move_line_ids, text)

    def _mark_holds(self, marks):
        Hold = self.env["collection.hold"].sudo()  # the same
        domain = Hold._get_current_domain(self.env["collection.case"]._today())
        for hold in Hold.search(domain & fields.Domain("move_ids", "in", self.move_id.ids)):
            text = self.env._("On hold until %(date)s", date=self._short(hold.date_to))
            if not hold.date_to:
                text = self.env._("On hold")
            self._add_mark(
                marks, self.filtered(lambda line, h=hold: line.move_id in h.move_ids), text
            )

    def _add_mark(self, marks, lines, text):
        for line in lines:
            if line.id in marks:
                marks[line.id].append(text)

    def _short(self, day):
        return short_day_text(self.env, day) or "?"
