from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.amounts import ZERO
from ..tools.forecast import HALF_LIFE, Forecaster, Habits, Spell, kept_rate
from .collection_contact_result import MONEY_JOURNALS

#: Debts older than this say nothing about today's customs.
LEARN_DAYS = 1095
#: How late payments are told apart; later ones are all "very late".
LATEST = 365


class CollectionForecastFeed(models.AbstractModel):
    """What the past says: how late debtors have paid, how they have kept their word, and, of a past
    day, what came in afterwards."""

    _inherit = "collection.forecast.feed"

    # === What the past says === #
    @api.model
    def _get_seers(self, on, ends, companies):
        """What is learned of each company's debtors.

        :return: {company id: Forecaster}
        """
        spells, promises = defaultdict(list), defaultdict(dict)
        for company, *spell in self._get_spells(on, companies):
            spells[company].append(Spell(*spell))
        for company, partner, kept, broken in self._get_promises(on, companies):
            promises[company][partner] = (kept, broken)
        result = {}
        for company in companies.ids:
            own = promises[company]
            everybody = [sum(column) for column in zip((0, 0), *own.values(), strict=True)]
            result[company] = Forecaster(
                on,
                ends,
                Habits(spells[company]),
                {partner: kept_rate(*counts, *everybody) for partner, counts in own.items()},
                kept_rate(0, 0, *everybody),
            )
        return result

    @api.model
    def _get_promises(self, on, companies):
        """How many agreed payments of each debtor were made in time, and how many were not."""
        return self.env.execute_query(
            SQL(
                """
                SELECT g.company_id, g.partner_id,
                       count(*) FILTER (WHERE p.state = 'kept'),
                       count(*) FILTER (WHERE p.state <> 'kept')
                  FROM collection_agreement g
                  JOIN collection_agreement_line p ON p.agreement_id = g.id
                 WHERE g.company_id = ANY(%(companies)s) AND p.state <> 'pending'
                   AND p.date + COALESCE(g.grace_days, 0) < %(on)s
                   AND (p.state <> 'kept' OR p.date_paid <= %(on)s)
                 GROUP BY g.company_id, g.partner_id
                """,
                companies=list(companies.ids),
                on=on,
            )
        )

    @api.model
    def _get_spells(self, on, companies):
        """How long debts were open, counted: parts paid by money, parts that ended otherwise, and
        parts still open, which were seen unpaid until the day.

        :return: rows of company id and the arguments of Spell
        """
        for name in ("account.move.line", "account.partial.reconcile"):
            self.env[name].flush_model()
        void = self.env["collection.ageing"]._get_void_matches()
        return self.env.execute_query(
            SQL(
                """
                WITH item AS (
                    SELECT l.id, l.company_id, d.commercial_partner_id AS debtor, l.balance,
                           COALESCE(l.date_maturity, l.date) AS due, l.date,
                           power(0.5, (%(on)s::date - l.date) / %(half)s::float) AS weight
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id
                      JOIN res_partner d ON d.id = l.partner_id
                     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                       AND l.balance > 0 AND l.company_id = ANY(%(companies)s)
                       AND l.date BETWEEN %(on)s::date - %(learn)s::int AND %(on)s
                ), part AS (
                    SELECT i.id, p.max_date AS day, p.amount, j.type IN %(journals)s AS paid
                      FROM item i
                      JOIN account_partial_reconcile p ON p.debit_move_id = i.id
                       AND p.max_date <= %(on)s AND %(valid)s
                      JOIN account_move_line c ON c.id = p.credit_move_id
                      JOIN account_journal j ON j.id = c.journal_id
                    UNION ALL
                    SELECT i.id, %(on)s::date, i.balance - COALESCE(sum(p.amount), 0), FALSE
                      FROM item i
                      LEFT JOIN account_partial_reconcile p ON p.debit_move_id = i.id
                       AND p.max_date <= %(on)s AND %(valid)s
                     GROUP BY i.id, i.balance HAVING i.balance > COALESCE(sum(p.amount), 0)
                ), spell AS (
                    SELECT i.company_id, i.debtor, i.date - i.due AS entered, x.day - i.due AS days,
                           x.paid, i.weight * x.amount / i.balance AS weight
                      FROM part x JOIN item i ON i.id = x.id
                )
                SELECT company_id, debtor, LEAST(entered, days, %(latest)s::int),
                       LEAST(days, %(latest)s::int), paid AND days <= %(latest)s::int,
                       sum(weight)::float
                  FROM spell WHERE weight > 0
                 GROUP BY 1, 2, 3, 4, 5
                """,
                on=on,
                half=HALF_LIFE,
                learn=LEARN_DAYS,
                latest=LATEST,
                companies=list(companies.ids),
                journals=MONEY_JOURNALS,
                valid=SQL("NOT (p.id = ANY(%s))", void) if void else SQL("TRUE"),
            )
        )

    # === What came of it === #
    @api.model
    def _get_received(self, on, ends, companies):
        """Money received in the weeks after a past day for what was open on it.

        :return: {(company id, debtor id, currency id, number of the week, "habit"):
            [amount in its currency, amount in that of the company]}
        """
        Ageing = self.env["collection.ageing"]._as_of(on)
        query = Ageing._search([("company_id", "in", companies.ids)])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT g.company_id, g.partner_id, g.currency_id, p.max_date,
                       p.debit_amount_currency::text, p.amount::text
                  FROM (%(items)s) g
                  JOIN account_partial_reconcile p ON p.debit_move_id = g.id
                  JOIN account_move_line c ON c.id = p.credit_move_id
                  JOIN account_journal j ON j.id = c.journal_id
                 WHERE p.max_date > %(on)s AND p.max_date <= %(last)s AND j.type IN %(journals)s
                """,
                items=query.select(
                    *(
                        SQL.identifier(query.table, name)
                        for name in ("id", "company_id", "partner_id", "currency_id")
                    )
                ),
                on=on,
                last=ends[-1],
                journals=MONEY_JOURNALS,
            )
        )
        result = defaultdict(lambda: [ZERO, ZERO])
        for company, partner, currency, day, amount_currency, amount in rows:
            week = next(number for number, end in enumerate(ends) if day <= end)
            row = result[company, partner, currency, week, "habit"]
            row[0] += Decimal(amount_currency)
            row[1] += Decimal(amount)
        return result
