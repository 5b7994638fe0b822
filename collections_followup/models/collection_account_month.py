from odoo import api, fields, models
from odoo.exceptions import UserError
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

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Records of past months are history and are not deleted."))

    # === Taking === #
    @api.model
    def _take(self, on, companies):
        """Write the record of every debtor for the month that ends on a day; once.

        The number of statements depends on the companies alone.

        :return: how many rows are new
        """
        self.env.flush_all()
        count = 0
        for company in companies:
            self.env.cr.execute(self._insert_query(on, company))
            count += self.env.cr.rowcount
        self.invalidate_model()
        return count

    @api.model
    def _insert_query(self, on, company):
        limits = company._get_ageing_limits()
        width = range(len(limits) + 2)

        def array(alias, letter, count=width):
            cells = [
                SQL("COALESCE(%s, 0::numeric)", SQL.identifier(alias, f"{letter}{n}"))
                for n in count
            ]
            return SQL("jsonb_build_array(%s)", SQL(", ").join(cells))

        return SQL(
            """
            WITH %(tables)s
            INSERT INTO collection_account_month (
                   partner_id, company_id, currency_id, date, user_id, balance, amount_current,
                   amount_overdue, balance_before, highest_balance, sales, paid, paid_items,
                   days_late_sum, days_late, oldest_due_date, days_overdue, limits, buckets,
                   debts_before, rolled, create_uid, write_uid, create_date, write_date)
            SELECT d.partner_id, %(company)s, %(currency)s, %(on)s, k.user_id,
                   COALESCE(f.open, 0), COALESCE(f.a0, 0), COALESCE(f.late, 0),
                   COALESCE(f.open, 0) - COALESCE(m.moved, 0),
                   GREATEST(COALESCE(f.open, 0) - COALESCE(m.moved, 0),
                            COALESCE(f.open, 0) - COALESCE(m.moved, 0) + m.highest),
                   COALESCE(m.sales, 0), COALESCE(m.paid, 0), COALESCE(p.items, 0),
                   COALESCE(p.late, 0), COALESCE(p.late::numeric / NULLIF(p.items, 0), 0),
                   f.oldest, COALESCE(%(on)s::date - f.oldest, 0), %(limits)s,
                   %(buckets)s, %(before)s, %(rolled)s,
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM (SELECT partner_id FROM figure UNION SELECT partner_id FROM movement
                    UNION SELECT partner_id FROM roll UNION SELECT partner_id FROM paid) d
              LEFT JOIN figure f ON f.partner_id IS NOT DISTINCT FROM d.partner_id
              LEFT JOIN movement m ON m.partner_id IS NOT DISTINCT FROM d.partner_id
              LEFT JOIN roll r ON r.partner_id IS NOT DISTINCT FROM d.partner_id
              LEFT JOIN paid p ON p.partner_id IS NOT DISTINCT FROM d.partner_id
              LEFT JOIN (%(cases)s) k ON k.partner_id = d.partner_id AND k.company_id = %(company)s
            ON CONFLICT DO NOTHING
            """,
            tables=self._tables(on, company),
            company=company.id,
            currency=company.currency_id.id,
            on=on,
            limits=", ".join(map(str, limits)),
            buckets=array("f", "a"),
            before=array("r", "b"),
            rolled=array("r", "r", width[:-1]),
            uid=self.env.uid,
            cases=self.env["collection.case"]._newest_cases(),
        )

    @api.model
    def _tables(self, on, company):
        """What is open by debtor, what moved in the month, what rolled on, and what was paid."""
        Ageing = self.env["collection.ageing"].with_company(company)
        Roll = self.env["collection.roll"].with_company(company)
        return SQL(
            "figure AS MATERIALIZED (%s), movement AS MATERIALIZED (%s), "
            "roll AS MATERIALIZED (%s), paid AS MATERIALIZED (%s)",
            Ageing._debtor_figures(on, company),
            self._movements(on, company),
            Roll._debtor_rolls(previous_month_end(on), on, company),
            self._paid(on, company),
        )

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
        Line = self.env["account.move.line"].with_context(allowed_company_ids=company.ids)
        # sudo: the record of all debtors is taken by the job, whoever starts it.
        lines = Line.sudo()._search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("account_type", "=", "asset_receivable"),
                ("collection_paid_on", ">=", month_start(on)),
                ("collection_paid_on", "<=", on),
            ]
        )
        return SQL(
            """
            SELECT d.commercial_partner_id AS partner_id, count(*) AS items,
                   sum(GREATEST(p.paid - COALESCE(l.date_maturity, l.date), 0)) AS late
              FROM account_move_line l
              JOIN (SELECT debit_move_id, max(max_date) AS paid FROM account_partial_reconcile
                     GROUP BY debit_move_id) p ON p.debit_move_id = l.id
              LEFT JOIN res_partner d ON d.id = l.partner_id
             WHERE l.id IN (%s)
             GROUP BY d.commercial_partner_id
            """,
            lines.subselect(),
        )
