from odoo import api, models
from odoo.tools import SQL

FIGURES = ("amount_open", "amount_overdue", "amount_credit", "oldest_due_date", "open_item_count")


class CollectionCase(models.Model):
    """Balances of cases: computed from the ledger, many debtors in one statement."""

    _inherit = "collection.case"

    @api.model
    def _refresh(self, partners=None, *, on=None, companies=None):
        """Bring the balances of open cases up to date, in one SQL statement.

        Amounts are in the company's currency. Credits are set against the oldest debts of the
        same currency where the policy says so. Only rows that differ are written, and these are
        marked for review on ``on``.

        :param partners: debtors; any contact stands for its commercial entity. ``None``: all
        :param date on: the day against which items are overdue; default: the user's today
        :param companies: default: all
        :return: the cases whose figures changed
        """
        on = on or self._today()
        self.env["account.move.line"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.flush_model()
        scope = SQL("k.state <> 'closed'")
        if partners is not None:
            partner_ids = list(partners.commercial_partner_id.ids) or [0]
            scope = SQL("%s AND k.partner_id = ANY(%s)", scope, partner_ids)
        if companies is not None:
            scope = SQL("%s AND k.company_id = ANY(%s)", scope, list(companies.ids))
        return self._invalidate_figures(self.env.execute_query(self._refresh_query(scope, on)))

    @api.model
    def _invalidate_figures(self, rows):
        changed = self.browse(row[0] for row in rows)
        if changed:
            changed.invalidate_recordset([*FIGURES, "next_review_date"], flush=False)
        return changed

    def init(self):
        """Room on each page for the figures that change: a row that stays on its page needs no new
        entry in any index."""
        self.env.cr.execute("ALTER TABLE collection_case SET (fillfactor = 80)")

    @api.model
    def _refresh_query(self, scope, on):
        """The statement: brings the figures of the cases ``k`` in a scope up to date."""
        return SQL(
            """
            WITH %(ledger)s
            UPDATE collection_case k
               SET amount_open = f.balance, amount_overdue = f.overdue, amount_credit = f.credit,
                   oldest_due_date = f.oldest, open_item_count = f.items,
                   next_review_date = LEAST(k.next_review_date, %(on)s),
                   write_date = now() AT TIME ZONE 'UTC'
              FROM figure f
             WHERE f.case_id = k.id
               AND (k.amount_open, k.amount_overdue, k.amount_credit, k.oldest_due_date,
                    k.open_item_count)
                   IS DISTINCT FROM (f.balance, f.overdue, f.credit, f.oldest, f.items)
         RETURNING k.id
            """,
            ledger=self._ledger_query(self._lines_of_cases(scope), on),
            on=on,
        )

    @api.model
    def _lines_of_cases(self, scope):
        """Open items of the cases ``k`` in a scope, for :meth:`_ledger_query`.

        A row without amount stands for each case, so that a case whose items are all paid gets
        zeros.
        """
        return SQL(
            """
            SELECT k.id AS case_id, COALESCE(p.net_credits, TRUE) AS net, l.id, l.currency_id,
                   l.amount_residual AS residual, COALESCE(l.date_maturity, l.date) AS due,
                   l.no_followup IS NOT TRUE AS followed
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner d ON d.id = l.partner_id
              JOIN collection_case k ON k.partner_id = d.commercial_partner_id
                                    AND k.company_id = l.company_id
              LEFT JOIN collection_policy p ON p.id = k.policy_id
             WHERE %(open)s AND %(scope)s
             UNION ALL
            SELECT k.id, TRUE, 0, 0, 0, NULL, FALSE FROM collection_case k WHERE %(scope)s
            """,
            open=self._open_line_condition(),
            scope=scope,
        )

    @api.model
    def _ledger_query(self, lines, on):
        """Tables ``pot``, the ledger per case and currency, and ``figure``, per case.

        One pass over the open items, and no join of one intermediate result with another:
        PostgreSQL has no statistics of those and would take a nested loop.

        :param lines: query of ``case_id`` (any number that stands for the debtor), ``net`` (credits
            are set against debts), ``id``, ``currency_id``, ``residual``, ``due``, ``followed``
        """
        return SQL(
            """
            line AS (
                SELECT *, followed AND residual < 0 AS unapplied,
                       followed AND residual > 0 AND due < %(on)s AS late
                  FROM (%(lines)s) l
            ), running AS (
                SELECT *, sum(residual) FILTER (WHERE late) OVER (
                           ladder ORDER BY due, id ROWS UNBOUNDED PRECEDING) AS total,
                       COALESCE(-sum(residual) FILTER (WHERE unapplied) OVER ladder, 0) AS credit
                  FROM line WINDOW ladder AS (PARTITION BY case_id, currency_id)
            ), pot AS (
                SELECT case_id, net, sum(residual) AS balance,
                       count(*) FILTER (WHERE residual > 0) AS items, max(credit) AS credit,
                       COALESCE(sum(residual) FILTER (WHERE late), 0) AS overdue,
                       min(due) FILTER (WHERE late AND (NOT net OR total > credit)) AS oldest,
                       min(due) FILTER (WHERE followed AND residual > 0) AS first
                  FROM running GROUP BY case_id, currency_id, net
            ), figure AS (
                SELECT case_id, sum(balance) AS balance, sum(items) AS items, sum(credit) AS credit,
                       sum(CASE WHEN net THEN GREATEST(overdue - credit, 0)
                                ELSE overdue END) AS overdue,
                       min(oldest) AS oldest, min(first) AS first
                  FROM pot GROUP BY case_id
            )
            """,
            on=on,
            lines=lines,
        )

    @api.model
    def _open_line_condition(self):
        """What makes a journal item ``l`` of account ``a`` an open receivable.

        Worded as the partial index in ``hooks.py`` has it, so that PostgreSQL uses that.
        """
        return SQL(
            "a.account_type = 'asset_receivable' AND l.parent_state = 'posted' "
            "AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0"
        )

    def _get_open_lines(self):
        """Open receivable items per case, oldest first.

        :return: {case id: account.move.line}
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT k.id, array_agg(l.id ORDER BY COALESCE(l.date_maturity, l.date), l.id)
                  FROM collection_case k
                  JOIN res_partner d ON d.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = k.company_id
                  JOIN account_account a ON a.id = l.account_id
                 WHERE k.id = ANY(%s) AND %s
                 GROUP BY k.id
                """,
                list(self._origin.ids),
                self._open_line_condition(),
            )
        )
        Line = self.env["account.move.line"]
        prefetch = [line_id for _case, ids in rows for line_id in ids]
        return {case_id: Line.browse(ids).with_prefetch(prefetch) for case_id, ids in rows}
