from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.figure_periods import month_start, previous_month_end
from .account_move_line_figures import MONEY_JOURNALS


class CollectionAccountMonth(models.Model):
    """The monthly credit record of a debtor: how much was bought, owed and paid, and how late.

    One row per debtor, company and end of month, for all debtors who owed, bought or paid anything,
    with a case or without. Trends of DSO, of the collection effectiveness index and of roll rates
    are sums of these rows. In the company's currency.
    """

    _name = "collection.account.month"
    _description = "Monthly Credit Record"
    _inherit = ["collection.picture"]
    _order = "date desc, balance desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Date(string="End of Month", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    balance = fields.Monetary(readonly=True, help="Owed at the end of the month.")
    amount_current = fields.Monetary(string="Not Due", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    balance_before = fields.Monetary(
        string="Owed Before", readonly=True, help="At the end of the month before."
    )
    highest_balance = fields.Monetary(
        readonly=True, aggregator="max", help="At the end of any day of the month."
    )
    sales = fields.Monetary(readonly=True, help="Invoices less credit notes, with tax.")
    paid = fields.Monetary(readonly=True, help="Money received, less what was paid back.")
    paid_items = fields.Integer(readonly=True, help="Items of which the last part was paid.")
    days_late_sum = fields.Integer(readonly=True)
    days_late = fields.Float(
        string="Mean Days Late",
        readonly=True,
        aggregator="avg",
        help="Of the items paid in the month; early payments count as 0.",
    )
    oldest_due_date = fields.Date(readonly=True, aggregator="min")
    days_overdue = fields.Integer(string="Oldest Debt", readonly=True, aggregator="max")
    limits = fields.Char(string="Limits of Buckets", readonly=True)
    buckets = fields.Json(readonly=True, help="Owed by age, not due first.")
    debts_before = fields.Json(
        readonly=True, help="Debts by age at the end of the month before, without credits."
    )
    rolled = fields.Json(
        readonly=True, help="Of those of each age, what is open in the next age group now."
    )

    _unique_month = models.UniqueIndex(
        "(company_id, date, partner_id)", "There is a record of this month already."
    )
    _unique_nobody = models.UniqueIndex("(company_id, date) WHERE partner_id IS NULL")

    # === Taking === #
    @api.model
    def _insert_query(self, on, company):
        limits = company._get_ageing_limits()
        width = range(len(limits) + 2)

        def array(letter, count=width):
            cells = [SQL("COALESCE(%s, 0::numeric)", SQL.identifier(f"{letter}{n}")) for n in count]
            return SQL("jsonb_build_array(%s)", SQL(", ").join(cells))

        return SQL(
            """
            INSERT INTO collection_account_month (
                   partner_id, company_id, currency_id, date, user_id, balance, amount_current,
                   amount_overdue, balance_before, highest_balance, sales, paid, paid_items,
                   days_late_sum, days_late, oldest_due_date, days_overdue, limits, buckets,
                   debts_before, rolled, create_uid, write_uid, create_date, write_date)
            SELECT partner_id, %(company)s, %(currency)s, %(on)s, keeper::int,
                   COALESCE(open, 0), COALESCE(a0, 0), COALESCE(late, 0),
                   COALESCE(open, 0) - COALESCE(moved, 0),
                   COALESCE(open, 0) - COALESCE(moved, 0) + GREATEST(highest, 0),
                   COALESCE(sales, 0), COALESCE(paid, 0), COALESCE(items, 0), COALESCE(delay, 0),
                   COALESCE(delay / NULLIF(items, 0), 0), oldest,
                   COALESCE(%(on)s::date - oldest, 0), %(limits)s,
                   %(buckets)s, %(before)s, %(rolled)s,
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM (%(debtors)s) d
            ON CONFLICT DO NOTHING
            """,
            company=company.id,
            currency=company.currency_id.id,
            on=on,
            limits=", ".join(map(str, limits)),
            buckets=array("a"),
            before=array("b"),
            rolled=array("r", width[:-1]),
            uid=self.env.uid,
            debtors=self._by_debtor(on, company),
        )

    @api.model
    def _by_debtor(self, on, company):
        """A query of everything about a debtor in one row.

        The tables are put one below the other and grouped: PostgreSQL knows nothing about the
        size of such results and would join them row by row.
        """
        tables = self._tables(on, company)
        columns = [name for _query, names in tables for name in names]
        selects = []
        for number, (query, names) in enumerate(tables):
            cells = [
                SQL.identifier("t", name)
                if name in names
                else SQL("NULL::date" if name == "oldest" else "NULL::numeric")
                for name in columns
            ]
            selects.append(
                SQL(
                    "SELECT t.partner_id, %s AS shown, %s FROM (%s) t",
                    bool(number),
                    SQL(", ").join(
                        SQL("%s AS %s", cell, SQL.identifier(name))
                        for cell, name in zip(cells, columns, strict=True)
                    ),
                    query,
                )
            )
        return SQL(
            "SELECT partner_id, %s FROM (%s) u GROUP BY partner_id HAVING bool_or(shown)",
            SQL(", ").join(
                SQL("max(%s) AS %s", SQL.identifier(n), SQL.identifier(n)) for n in columns
            ),
            SQL(" UNION ALL ").join(selects),
        )

    @api.model
    def _tables(self, on, company):
        """Who is in charge, what is open, what moved, what rolled on, and what was paid.

        :return: list of a query by debtor and the names of its columns
        """
        Ageing = self.env["collection.ageing"].with_company(company)
        Roll = self.env["collection.roll"].with_company(company)
        keeper = SQL(
            "SELECT partner_id, user_id AS keeper FROM (%s) k WHERE company_id = %s",
            self.env["collection.case"]._newest_cases(),
            company.id,
        )
        buckets = range(len(company._get_ageing_limits()) + 2)
        ages = [f"a{n}" for n in buckets]
        steps = [f"{letter}{n}" for letter in "br" for n in buckets]
        return [
            (keeper, ["keeper"]),
            (Ageing._debtor_figures(on, company), ["open", "late", "oldest", *ages]),
            (self._movements(on, company), ["moved", "sales", "paid", "highest"]),
            (Roll._debtor_rolls(previous_month_end(on), on, company), steps),
            (self._paid(on, company), ["items", "delay"]),
        ]

    @api.model
    def _movements(self, on, company):
        """Sales, payments and the highest running balance of the month, by debtor."""
        return SQL(
            """
            SELECT partner_id, sum(moved) AS moved, sum(sales) AS sales, sum(paid) AS paid,
                   max(total) AS highest
              FROM (SELECT d.commercial_partner_id AS partner_id, l.date, sum(l.balance) AS moved,
                           sum(l.balance) FILTER (
                               WHERE v.move_type IN ('out_invoice', 'out_refund')) AS sales,
                           -sum(l.balance) FILTER (WHERE j.type = ANY(%(money)s)) AS paid,
                           sum(sum(l.balance)) OVER (PARTITION BY d.commercial_partner_id
                                                     ORDER BY l.date) AS total
                      FROM account_move_line l
                      JOIN account_account a ON a.id = l.account_id
                      JOIN account_move v ON v.id = l.move_id
                      JOIN account_journal j ON j.id = l.journal_id
                      LEFT JOIN res_partner d ON d.id = l.partner_id
                     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                       AND l.company_id = %(company)s AND l.date BETWEEN %(start)s AND %(on)s
                     GROUP BY d.commercial_partner_id, l.date) q
             GROUP BY partner_id
            """,
            money=list(MONEY_JOURNALS),
            company=company.id,
            start=month_start(on),
            on=on,
        )

    @api.model
    def _paid(self, on, company):
        """How many items were paid in the month, and how many days late, by debtor."""
        return SQL(
            """
            SELECT d.commercial_partner_id AS partner_id, count(*) AS items,
                   sum(GREATEST(p.paid - COALESCE(l.date_maturity, l.date), 0)) AS delay
              FROM (%(paid)s) p
              JOIN account_move_line l ON l.id = p.line_id AND l.reconciled
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
              LEFT JOIN res_partner d ON d.id = l.partner_id
             WHERE l.company_id = %(company)s AND a.account_type = 'asset_receivable'
               AND l.parent_state = 'posted' AND m.move_type = 'out_invoice'
             GROUP BY d.commercial_partner_id
            """,
            paid=self.env["account.move.line"]._paid_between(month_start(on), on),
            company=company.id,
        )
