import logging
from collections import Counter, namedtuple
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter

from psycopg2.errors import UniqueViolation

from odoo import api, models
from odoo.tools import SQL

from ..tools.amounts import as_units
from ..tools.arrays import as_columns
from ..tools.errors import ToolError
from ..tools.interest import DatedInterest, late_interest

_logger = logging.getLogger(__name__)

#: Cases whose items are accrued together; the number of queries does not depend on it.
CHUNK = 5000

#: One row to write: amounts in smallest units of the currency.
Accrued = namedtuple(
    "Accrued", "charge_id line_id case_id kind currency_id units date_from date_to regime_id error"
)


@dataclass
class Accrual:
    """The state of one company's accrual: what is looked up once, and what is counted."""

    on: object
    company: object
    series: dict
    units: dict
    off: set
    regimes: dict = field(default_factory=dict)
    pure: dict = field(default_factory=dict)
    dated: dict = field(default_factory=dict)
    rates: dict = field(default_factory=dict)
    summary: Counter = field(default_factory=Counter)


class CollectionCharge(models.Model):
    """Accrual: interest, compensation and fees brought up to date in sets."""

    _inherit = "collection.charge"

    # === Driver === #
    @api.model
    def _accrue(self, on, companies=None):
        """Bring the charges of all late items up to a day.

        :param date on: the last day that bears interest
        :param companies: default: all companies
        :return: counters ``items`` looked at, ``created``, ``changed`` and ``errors``
        :rtype: collections.Counter
        """
        summary = Counter(items=0, created=0, changed=0, errors=0)
        companies = companies or self.env["res.company"].search([])
        charges = self.sudo()  # charges are the same whoever has them brought up to date
        for company in companies.sudo():
            if not company.collection_interest_off and charges._is_any_charged(company):
                summary += charges.with_company(company)._accrue_company(company, on)
        return summary

    @api.model
    def _is_any_charged(self, company):
        """Whether a policy of the company charges anything at all."""
        return any(
            policy.interest_regime_id
            or policy.interest_law != "none"
            or any(policy.stage_ids.mapped("late_fee"))
            for policy in self.env["collection.engine"]._get_policies(company)
        )

    @api.model
    def _accrue_company(self, company, on):
        self.env.flush_all()
        accrual = self._new_accrual(company, on)
        mark = self._get_next_matching()
        case_ids = (
            self.env["collection.case"]
            ._search([("company_id", "=", company.id), ("state", "!=", "closed")], order="id")
            .get_result_ids()
        )
        for start in range(0, len(case_ids), CHUNK):
            scope = self._open_scope(case_ids[start : start + CHUNK])
            self._accrue_items(accrual, self._load_late_items(on, scope))
        settled = self._get_settled_lines(company)
        if settled:
            self._accrue_items(accrual, self._load_late_items(on, self._lines_scope(settled)))
        self._accrue_late_fees(accrual)
        company.collection_accrual_mark = mark
        self.invalidate_model()
        return accrual.summary

    @api.model
    def _new_accrual(self, company, on):
        currencies = self.env["res.currency"].with_context(active_test=False).search([])
        partners = self.env["res.partner"].with_company(company).with_context(active_test=False)
        off = partners.search([("collection_interest_off", "=", True)])
        return Accrual(
            on=on,
            company=company,
            series=self.env["collection.reference.rate"]._get_series(),
            units={c.id: Decimal(repr(c.rounding)) for c in currencies},
            off=self._get_cases_off(company, off),
        )

    @api.model
    def _get_cases_off(self, company, debtors):
        """Cases of debtors who are charged nothing: by themselves, or by their country."""
        countries = company.collection_interest_off_country_ids
        query = self.env["collection.case"]._search(
            [
                ("company_id", "=", company.id),
                "|",
                ("partner_id", "in", debtors.ids),
                ("partner_id.country_id", "in", countries.ids),
            ]
        )
        return set(query.get_result_ids())

    @api.model
    def _get_next_matching(self):
        """The number after the newest matching; above zero also when there is none yet."""
        query = SQL("SELECT COALESCE(max(id), 0) + 1 FROM account_partial_reconcile")
        return self.env.execute_query(query)[0][0]

    # === Items === #
    @api.model
    def _accrue_items(self, accrual, items):
        """Compute and write the charges of a chunk of items."""
        items = [item for item in items if item.case_id not in accrual.off]
        regimes = {item.id: self._get_item_regime(accrual, item) for item in items}
        items = [item for item in items if regimes[item.id]]
        if not items:
            return
        facts = self._load_facts(items, accrual.on)
        rows = []
        for item in items:
            regime_id, regime = regimes[item.id]
            row = self._accrue_interest(accrual, item, regime_id, regime, facts)
            if row:
                rows.append(row)
        rows += self._accrue_compensations(accrual, items, regimes, facts)
        accrual.summary["items"] += len(items)
        self._write_accrued(accrual, rows)

    @api.model
    def _get_item_regime(self, accrual, item):
        """The regime of an item, looked up once for each kind of debtor.

        :return: (record id, pure regime), or None when nothing is charged
        """
        key = (item.policy_id, item.country_id, item.consumer)
        if key not in accrual.regimes:
            record = self._find_regime(accrual.company, *key)
            if record and record.id not in accrual.pure:
                accrual.pure[record.id] = record._get_regime()
            accrual.regimes[key] = record and (record.id, accrual.pure[record.id])
        return accrual.regimes[key] or None

    @api.model
    def _find_regime(self, company, policy_id, country_id, consumer):
        """The regime a policy wants for a debtor; hook for extensions with rules of their own.

        :return: a regime, or an empty recordset
        """
        Regime = self.env["collection.interest.regime"]
        policy = self.env["collection.policy"].browse(policy_id) or company.collection_policy_id
        if policy.interest_regime_id:
            return policy.interest_regime_id
        if policy.interest_law == "debtor":
            country = self.env["res.country"].browse(country_id)
            return Regime._of_country(country or company.country_id, consumer, company)
        if policy.interest_law == "company":
            return Regime._of_country(company.country_id, consumer, company)
        return Regime

    @api.model
    def _accrue_interest(self, accrual, item, regime_id, regime, facts):
        """The running interest of one item.

        :return: :class:`Accrued`, or None when there is nothing to write
        """
        unit = accrual.units[item.currency_id]
        amount, last = facts.before.get(item.id, (Decimal(0), None))
        start = (last or item.due) + timedelta(days=1)
        if start > accrual.on:
            return None
        error, units = None, 0
        try:
            units = self._compute_units(accrual, item, regime, facts, unit)
            units = max(0, units - as_units(amount, unit)) if amount else units
        except ToolError as refused:
            error = self._translate_error(refused)
            accrual.summary["errors"] += 1
        if not units and not error and not item.charge_id:
            return None
        stop = max(start, facts.last_day(item, accrual.on))
        return Accrued(
            item.charge_id, item.id, item.case_id, "interest", item.currency_id, units, start,
            stop, regime_id, error,
        )  # fmt: skip

    @api.model
    def _compute_units(self, accrual, item, regime, facts, unit):
        """Interest of an item until the day, in smallest units of its currency.

        Most items share one calculation per due date.
        """
        if facts.needs_claim(item) or not DatedInterest.suits(regime):
            claim = facts.claim(item, accrual.on, unit)
            return as_units(late_interest(claim, regime, accrual.series).interest, unit)
        key = (id(regime), item.due)
        dated = accrual.dated.get(key)
        if dated is None:
            dated = DatedInterest(item.due, accrual.on, regime, accrual.series)
            accrual.dated[key] = dated
        return dated.units(Decimal(item.amount), facts.payments.get(item.id, ()), unit)

    @api.model
    def _translate_error(self, refused):
        """The sentence of a refused calculation in the language of the user."""
        template = self.env._(refused.template)  # pylint: disable=gettext-variable
        return template % refused.params

    # === Writing === #
    @api.model
    def _write_accrued(self, accrual, rows):
        """Write rows that differ from what is there: one statement for new ones, one for known
        ones. A row that was refused keeps its last amount."""
        new = [row for row in rows if not row.charge_id]
        known = [row for row in rows if row.charge_id]
        if new:
            accrual.summary["created"] += self._insert_accrued(new)
        if known:
            accrual.summary["changed"] += self._update_accrued(known)

    @api.model
    def _insert_accrued(self, rows):
        """Insert new rows, but none that somebody else made meanwhile.

        Nobody nearly always, so the statement is first tried without the search for conflicts,
        which costs as much as the insert itself. In the order of the items, for the sake of the
        checks of references.

        :return: how many were inserted
        """
        rows = sorted(rows, key=lambda row: row.line_id)
        try:
            with self.env.cr.savepoint(flush=False):
                return self._execute_insert(rows)
        except UniqueViolation:
            return self._execute_insert(rows, SQL("ON CONFLICT DO NOTHING"))

    @api.model
    def _execute_insert(self, rows, on_conflict=None):
        """New rows have no author: the calendar makes them, and each reference to a user would be
        checked row by row."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_charge (move_line_id, case_id, kind, currency_id, amount,
                       date_from, date_to, regime_id, error_text, state, create_date, write_date)
                SELECT v.line, v.debtor, v.kind, v.currency, v.units * r.rounding, v.start, v.stop,
                       v.regime, v.error, 'accrued', now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC'
                  FROM unnest(%s::int[], %s::int[], %s::text[], %s::int[], %s::bigint[],
                              %s::date[], %s::date[], %s::int[], %s::text[])
                       AS v(line, debtor, kind, currency, units, start, stop, regime, error)
                  JOIN res_currency r ON r.id = v.currency
                  %s
                """,
                *as_columns(rows)[1:],
                on_conflict or SQL(),
            ),
            log_exceptions=False,
        )
        return self.env.cr.rowcount

    @api.model
    def _update_accrued(self, rows):
        names = ("charge_id", "units", "date_from", "date_to", "regime_id", "error")
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_charge c
                   SET amount = CASE WHEN v.error IS NULL THEN v.units * r.rounding
                                     ELSE c.amount END,
                       date_to = CASE WHEN v.error IS NULL THEN v.stop ELSE c.date_to END,
                       date_from = LEAST(v.start, c.date_to), regime_id = v.regime,
                       error_text = v.error
                  FROM unnest(%s::int[], %s::bigint[], %s::date[], %s::date[], %s::int[],
                              %s::text[]) AS v(id, units, start, stop, regime, error),
                       res_currency r
                 WHERE c.id = v.id AND r.id = c.currency_id
                   AND (c.amount, c.date_to, c.regime_id, c.error_text) IS DISTINCT FROM
                       (CASE WHEN v.error IS NULL THEN v.units * r.rounding ELSE c.amount END,
                        CASE WHEN v.error IS NULL THEN v.stop ELSE c.date_to END,
                        v.regime, v.error)
                """,
                *as_columns(map(attrgetter(*names), rows)),
            )
        )
        return self.env.cr.rowcount
