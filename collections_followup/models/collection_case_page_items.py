from odoo import models

from .collection_handover import OUTSIDE
from .collection_notice_items import NoticeFormats

#: Days after which an age is told in weeks, and in months.
WEEKS_FROM, MONTHS_FROM = 21, 70


class CollectionCase(models.Model):
    """Open items as the debtor's page shows them: per due date, each currency for itself."""

    _inherit = "collection.case"

    def _get_page_groups(self):
        """What is owed, a group for each currency.

        :return: list of dicts: currency, items, credits, charges and sums, all of it also as text
        """
        self.ensure_one()
        formats = NoticeFormats.of(self.env)
        lines = self.move_line_ids.sorted(lambda line: (line.date_maturity or line.date, line.id))
        marks = self._get_page_marks(lines)
        charges = self._get_open_charges().grouped("currency_id")
        currencies = lines.currency_id | self.env["res.currency"].union(*charges)
        groups = []
        for currency in currencies.sorted(lambda c: (c != self.currency_id, c.name)):
            own = lines.filtered(lambda line, c=currency: line.currency_id == c)
            groups.append(
                self._get_page_group(currency, own, charges.get(currency, []), marks, formats)
            )
        return groups

    def _get_page_group(self, currency, lines, charges, marks, formats):
        debts = lines.filtered(lambda line: line.amount_residual_currency > 0)
        items = [self._get_page_item(line, marks, formats) for line in debts]
        credits_ = [
            {
                "name": line.move_id.name or line.name or "",
                "date": formats.date(line.date),
                "amount": formats.amount(line.amount_residual_currency, currency),
            }
            for line in lines - debts
        ]
        accrued = sum(charge.amount for charge in charges)
        owed = sum(debts.mapped("amount_residual_currency"))
        left = sum(lines.mapped("amount_residual_currency"))
        late = sum(item["open"] for item in items if item["days"] > 0)
        return {
            "currency": currency,
            "items": items,
            "credits": credits_,
            "owed": owed,
            "owed_text": formats.amount(owed, currency),
            "total": left,
            "total_text": formats.amount(max(left, 0.0), currency),
            "late_text": formats.amount(late, currency) if late else "",
            "credit_left": formats.amount(-left, currency) if left < 0 else "",
            "charges_text": formats.amount(accrued, currency) if accrued else "",
        }

    def _get_page_item(self, line, marks, formats):
        due = line.date_maturity or line.date
        days = (self._today() - due).days
        siblings = marks["siblings"][line.move_id.id]
        part = siblings.index(line.id) + 1 if line.id in siblings else 1
        disputed = marks["disputed"].get(line.id)
        promise = marks["agreed"].get(line.id)
        move = line.move_id
        return {
            "id": line.id,
            "name": move.name or line.name or "",
            "part": self.env._("part %(part)s of %(count)s", part=part, count=len(siblings))
            if len(siblings) > 1
            else "",
            "ref": move.ref if move.ref and move.ref != move.name else "",
            "date": formats.date(move.invoice_date or line.date),
            "due": formats.date(due),
            "days": days,
            "age": self._get_page_age(days),
            "tone": "danger" if days > 0 else "muted",
            "open": line.amount_residual_currency,
            "open_text": formats.amount(line.amount_residual_currency, line.currency_id),
            "total_text": formats.amount(line.amount_currency, line.currency_id)
            if line.currency_id.compare_amounts(line.amount_currency, line.amount_residual_currency)
            else "",
            "document": move.id if move.is_sale_document() else False,
            "account": line.account_id.id,
            "disputed": formats.amount(float(disputed), line.currency_id) if disputed else "",
            "placed": line.id in marks["placed"],
            "agreed": promise,
        }

    def _get_page_marks(self, lines):
        """What marks items: disputes, agreements, and their number among the instalments."""
        # sudo: agreements and disputes of this case, which its debtor may know.
        agreements = self.active_agreement_ids.sudo()
        agreed = {}
        for agreement in agreements:
            day = NoticeFormats.of(self.env).date(agreement.next_date)
            for line in agreement.move_line_ids:
                agreed[line.id] = {"kind": agreement.kind, "date": day}
        siblings = {}
        for move in lines.move_id:
            terms = move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and line.amount_currency > 0
            )
            ordered = terms.sorted(lambda line: (line.date_maturity or line.date, line.id))
            siblings[move.id] = ordered.ids
        return {
            "placed": self._get_page_placed(lines),
            "disputed": self.env["collection.dispute"]._get_disputed(lines.ids),
            "agreed": agreed,
            "siblings": siblings,
        }

    def _get_page_placed(self, lines):
        """Items that a lawyer, agency or insurer has: they are not paid or promised here."""
        return self.env["collection.handover"]._get_placed_lines(lines.ids, OUTSIDE)

    def _get_page_debts(self):
        """What the debtor owes and can settle here."""
        debts = self.move_line_ids.filtered(lambda line: line.amount_residual_currency > 0)
        placed = self._get_page_placed(debts)
        return debts.filtered(lambda line: line.id not in placed)

    def _get_page_age(self, days):
        """How late something is, as people say it.

        :param int days: since the due date; negative before it
        """
        near = {
            -1: self.env._("due tomorrow"),
            0: self.env._("due today"),
            1: self.env._("due yesterday"),
        }
        if days in near:
            return near[days]
        if days < 0:
            return self.env._("due in %(count)s days", count=-days)
        if days < WEEKS_FROM:
            return self.env._("%(count)s days late", count=days)
        if days < MONTHS_FROM:
            return self.env._("%(count)s weeks late", count=days // 7)
        years, months = days // 365, days // 30
        return (
            self.env._("more than a year late")
            if years
            else self.env._("%(count)s months late", count=months)
        )
