from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.amounts import ZERO, round_to, split_pro_rata
from ..tools.forecast import Debt, Forecaster, Promise


@dataclass(slots=True)
class OpenDebt:
    """An open item as the forecast reads it; amounts shrink when credits are set against it."""

    line: int
    partner: int
    company: int
    currency: int
    due: object
    amount: Decimal  # in its currency
    company_amount: Decimal
    disputed: Decimal = ZERO
    held_until: object = None
    promises: list = field(default_factory=list)

    @property
    def account(self):
        """Credits are set against debts of the same debtor, company and currency."""
        return self.company, self.partner, self.currency

    def take(self, amount):
        """Set a credit against it.

        :return: what that is in the currency of the company
        """
        part = self.company_amount * amount / self.amount
        part = self.company_amount if amount == self.amount else round(part, 6)
        self.amount -= amount
        self.company_amount -= part
        return part


class CollectionForecastFeed(models.AbstractModel):
    """What the forecast of receipts knows on a day: open items, promises, disputes, holds, and how
    late debtors have paid. A fixed number of queries, whatever the number of debtors; as of any
    past day, as if that day were today."""

    _name = "collection.forecast.feed"
    _description = "Feed of the Forecast of Receipts"

    # === Rows === #
    @api.model
    def _get_rows(self, on, ends, companies):
        """Expected receipts, summed up by debtor, currency, week and kind.

        Open items are those that the user may see. All rows together, credits that are left
        included, are the balance of these items.

        :param ends: last days of the weeks
        :return: {(company id, debtor id, currency id, number of the week or None, kind):
            [amount in its currency, amount in that of the company]}
        """
        debts, credits_ = self._get_items(on, companies)
        rows = defaultdict(lambda: [ZERO, ZERO])
        self._set_credits_against_debts(debts, credits_, rows)
        self._add_what_people_say(debts, on, ends)
        seers = self._get_seers(on, ends, companies)
        currencies = self.env["res.currency"].browse({debt.currency for debt in debts})
        units = {currency.id: Decimal(repr(currency.rounding)) for currency in currencies}
        for debt in debts:
            if debt.amount:
                seer = seers[debt.company, debt.currency] = seers.get(
                    (debt.company, debt.currency)
                ) or self._in_unit(seers[debt.company], units[debt.currency])
                self._add_expected(rows, debt, seer)
        return rows

    @api.model
    def _in_unit(self, seer, unit):
        return Forecaster(seer.on, seer.ends, seer.habits, seer.kept, seer.kept_default, unit)

    @api.model
    def _add_expected(self, rows, debt, seer):
        found = seer.expect(
            Debt(
                debt.partner,
                debt.amount,
                debt.due,
                tuple(sorted(debt.promises, key=lambda promise: promise.day)),
                min(debt.disputed, debt.amount),
                debt.held_until,
            )
        )
        parts = [("habit", week, amount) for week, amount in enumerate(found.habit)]
        parts += [("promise", week, amount) for week, amount in enumerate(found.promised)]
        parts += [("later", None, found.later), ("disputed", None, found.disputed)]
        parts = [part for part in parts if part[2]]
        unit = self._get_unit(debt.company)
        shares = split_pro_rata(debt.company_amount, [part[2] for part in parts], unit)
        for (kind, week, amount), share in zip(parts, shares, strict=True):
            row = rows[*debt.account, week, kind]
            row[0] += amount
            row[1] += share

    # === Open items === #
    @api.model
    def _get_items(self, on, companies):
        """Debts and credits open on a day, oldest first.

        :return: (list of :class:`OpenDebt`, those that are credits)
        """
        Ageing = self.env["collection.ageing"]._as_of(on)
        query = Ageing._search([("company_id", "in", companies.ids)])
        names = ("id", "partner_id", "company_id", "currency_id", "date_due")
        columns = [SQL.identifier(query.table, name) for name in names]
        amounts = [
            SQL("%s::text", SQL.identifier(query.table, name))
            for name in ("residual_currency", "residual")
        ]
        rows = self.env.execute_query(
            SQL("%s ORDER BY date_due, id", query.select(*columns, *amounts))
        )
        items = [OpenDebt(*row[:5], Decimal(row[5]), Decimal(row[6])) for row in rows]
        return (
            [item for item in items if item.amount > 0],
            [item for item in items if item.amount <= 0],
        )

    @api.model
    def _set_credits_against_debts(self, debts, credits_, rows):
        """Credits settle the oldest debts; what is left of them, and differences of exchange, get a
        row of their own."""
        left = defaultdict(Decimal)
        for credit in credits_:
            left[credit.account] -= credit.amount
            rows[*credit.account, None, "credit"][0] += credit.amount
            rows[*credit.account, None, "credit"][1] += credit.company_amount
        for debt in debts:
            taken = min(left.get(debt.account, ZERO), debt.amount)
            if taken > 0:
                left[debt.account] -= taken
                row = rows[*debt.account, None, "credit"]
                row[0] += taken
                row[1] += debt.take(taken)
        for debt in debts:
            exact = round_to(debt.company_amount, self._get_unit(debt.company))
            if exact != debt.company_amount:
                rows[*debt.account, None, "credit"][1] += debt.company_amount - exact
                debt.company_amount = exact

    @api.model
    def _get_unit(self, company_id):
        """The smallest amount of a company's currency."""
        return Decimal(repr(self.env["res.company"].browse(company_id).currency_id.rounding))

    # === What people say === #
    @api.model
    def _add_what_people_say(self, debts, on, ends):
        """Put agreed payments, disputes and holds on the debts they are about."""
        by_line = {debt.line: debt for debt in debts}
        for rows, use in (
            (self._get_disputes(on, list(by_line)), self._use_dispute),
            (self._get_agreed(on, list(by_line)), self._use_agreed),
        ):
            left = {}
            for source, amount, day, line in rows:
                debt = by_line[line]
                rest = left.setdefault(source, Decimal(amount))
                left[source] = rest - use(debt, rest, day)
        after = fields.Date.add(ends[-1], days=1)
        for line, until in self._get_holds(on, list(by_line)):
            debt = by_line[line]
            debt.held_until = max(debt.held_until or until or after, until or after)

    @api.model
    def _use_dispute(self, debt, rest, _day):
        share = min(rest, debt.amount - debt.disputed)
        debt.disputed += share
        return share

    @api.model
    def _use_agreed(self, debt, rest, day):
        promised = sum((promise.amount for promise in debt.promises), debt.disputed)
        share = max(ZERO, min(rest, debt.amount - promised))
        if share:
            debt.promises.append(Promise(day, share))
        return share

    @api.model
    def _get_disputes(self, on, lines):
        """Disputes open on a day, with their items, oldest first."""
        self.env["collection.dispute"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT d.id, d.amount_disputed::text, NULL, l.id
                  FROM collection_dispute d
                  JOIN collection_dispute_line_rel r ON r.dispute_id = d.id
                  JOIN account_move_line l ON l.id = r.move_line_id
                 WHERE d.kind = 'dispute' AND d.date <= %(on)s AND l.id = ANY(%(lines)s)
                   AND (d.date_resolved IS NULL OR d.date_resolved > %(on)s)
                 ORDER BY d.id, COALESCE(l.date_maturity, l.date), l.id
                """,
                on=on,
                lines=lines,
            )
        )

    @api.model
    def _get_agreed(self, on, lines):
        """Payments agreed by a day and not made by then, with the items of their agreement, less
        what had come of them by that day."""
        for name in ("collection.agreement", "collection.agreement.line"):
            self.env[name].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT g.id, p.id, p.amount::text, p.date, l.id
                  FROM collection_agreement g
                  JOIN collection_agreement_line p ON p.agreement_id = g.id
                  JOIN collection_agreement_line_rel r ON r.agreement_id = g.id
                  JOIN account_move_line l ON l.id = r.move_line_id
                 WHERE g.state IN ('active', 'kept', 'broken', 'cancelled') AND g.date <= %(on)s
                   AND (g.date_ended IS NULL OR g.date_ended > %(on)s)
                   AND (p.date_paid IS NULL OR p.date_paid > %(on)s)
                   AND p.date + COALESCE(g.grace_days, 0) >= %(on)s AND l.id = ANY(%(lines)s)
                 ORDER BY p.date, p.id, COALESCE(l.date_maturity, l.date), l.id
                """,
                on=on,
                lines=lines,
            )
        )
        # sudo: of items that may be seen, whoever made the agreement.
        agreements = self.env["collection.agreement"].sudo().browse({row[0] for row in rows})
        paid = agreements._get_paid_by(on)
        rest = [
            (source, Decimal(amount) - paid.get(source, ZERO), day, line)
            for _agreement, source, amount, day, line in rows
        ]
        return [row for row in rest if row[1] > 0]

    @api.model
    def _get_holds(self, on, lines):
        """Items on hold on a day, and until when; a hold without documents is on the debtor."""
        self.env["collection.hold"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT l.id, h.date_to
                  FROM collection_hold h
                  JOIN collection_case k ON k.id = h.case_id
                  JOIN res_partner d ON d.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = k.company_id
                 WHERE l.id = ANY(%(lines)s) AND h.date_from <= %(on)s
                   AND (h.date_to IS NULL OR h.date_to >= %(on)s)
                   AND (l.move_id IN (SELECT move_id FROM collection_hold_move_rel
                                       WHERE hold_id = h.id)
                        OR NOT EXISTS (SELECT FROM collection_hold_move_rel
                                        WHERE hold_id = h.id))
                """,
                on=on,
                lines=lines,
            )
        )
