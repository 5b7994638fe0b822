from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.figure_periods import month_ends
from .collection_buckets import MAX_BUCKETS

#: Months that a new installation fills in from the ledger, so that trends have a past.
HISTORY = 13


class CollectionSnapshot(models.Model):
    """The picture of a case at the end of a month: what was owed by age, in which stage, by whom.

    A picture is taken once and kept: what is posted into a closed month later does not change it.
    Amounts are what was open of the debtor's items on that day, in the company's currency.
    """

    _name = "collection.snapshot"
    _description = "Month-end Picture of a Case"
    _inherit = ["collection.buckets", "collection.picture"]
    _order = "date desc, amount_overdue desc, id"
    _rec_name = "case_id"

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    policy_id = fields.Many2one("collection.policy", readonly=True)
    stage_id = fields.Many2one("collection.stage", readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["collection.case"]._fields["state"].selection, readonly=True
    )
    amount_open = fields.Monetary(readonly=True)
    amount_overdue = fields.Monetary(readonly=True, help="Past its due date, less credits.")
    oldest_due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    limits = fields.Char(
        string="Limits of Buckets", readonly=True, help="Last day of each at that time."
    )
    buckets = fields.Json(
        readonly=True, help="Open amounts by age, not due first; as the limits were at that time."
    )
    amount_0 = fields.Monetary(string="Not Due", readonly=True)
    amount_1 = fields.Monetary(string="Bucket 1", readonly=True)
    amount_2 = fields.Monetary(string="Bucket 2", readonly=True)
    amount_3 = fields.Monetary(string="Bucket 3", readonly=True)
    amount_4 = fields.Monetary(string="Bucket 4", readonly=True)
    amount_5 = fields.Monetary(string="Bucket 5", readonly=True)
    amount_6 = fields.Monetary(string="Bucket 6", readonly=True)
    amount_7 = fields.Monetary(string="Bucket 7", readonly=True)
    amount_8 = fields.Monetary(string="Bucket 8", readonly=True)
    amount_9 = fields.Monetary(string="Bucket 9", readonly=True)

    _unique_day = models.UniqueIndex("(case_id, date)", "There is a picture of this day already.")
    _trend_idx = models.Index("(company_id, date)")

    # === Taking pictures === #
    @api.model
    def _insert_query(self, on, company):
        Ageing = self.env["collection.ageing"].with_company(company)
        limits = company._get_ageing_limits()
        amounts = [SQL("COALESCE(%s, 0)", SQL.identifier("f", f"a{n}")) for n in range(MAX_BUCKETS)]
        return SQL(
            """
            WITH figure AS MATERIALIZED (%(figures)s)
            INSERT INTO collection_snapshot (
                   case_id, partner_id, company_id, currency_id, date, user_id, policy_id, stage_id,
                   state, amount_open, amount_overdue, oldest_due_date, days_overdue, limits,
                   buckets, %(columns)s, create_uid, write_uid, create_date, write_date)
            SELECT k.id, k.partner_id, k.company_id, %(currency)s, %(on)s, k.user_id, k.policy_id,
                   %(stage)s,
                   CASE WHEN k.state = 'closed' AND k.date_closed > %(on)s THEN 'open'
                        ELSE k.state END,
                   COALESCE(f.open, 0), GREATEST(COALESCE(f.late, 0), 0), f.oldest,
                   COALESCE(%(on)s::date - f.oldest, 0), %(limits)s,
                   jsonb_build_array(%(shown)s), %(amounts)s,
                   %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM collection_case k LEFT JOIN figure f ON f.partner_id = k.partner_id
             WHERE k.company_id = %(company)s AND COALESCE(k.date_opened, %(on)s) <= %(on)s
               AND (k.state <> 'closed' OR k.date_closed > %(on)s)
            ON CONFLICT DO NOTHING
            """,
            figures=Ageing._debtor_figures(on, company),
            columns=SQL(", ").join(SQL.identifier(f"amount_{n}") for n in range(MAX_BUCKETS)),
            currency=company.currency_id.id,
            on=on,
            stage=self._stage_on(on),
            limits=", ".join(map(str, limits)),
            shown=SQL(", ").join(amounts[: len(limits) + 2]),
            amounts=SQL(", ").join(amounts),
            uid=self.env.uid,
            company=company.id,
        )

    @api.model
    def _stage_on(self, on):
        """The stage a case ``k`` was in: its own, or for days before that, of its last contact."""
        return SQL(
            """
            CASE WHEN COALESCE(k.stage_since, %(on)s) <= %(on)s THEN k.stage_id ELSE (
                SELECT g.stage_id FROM collection_contact_log g
                 WHERE g.case_id = k.id AND g.date <= %(on)s AND g.state IN ('sent', 'done')
                   AND g.stage_id IS NOT NULL
                 ORDER BY g.date DESC, g.id DESC LIMIT 1) END
            """,
            on=on,
        )

    # === The job === #
    @api.model
    def _get_missing(self, on, companies):
        """Ends of months without a picture, oldest first; a new company gets a past.

        :return: list of (day, company)
        """
        ends = month_ends(on, HISTORY)
        Month = self.env["collection.account.month"]
        rows = Month._read_group(
            [("company_id", "in", companies.ids), ("date", "in", ends)],
            ["company_id", "date:day"],
        )
        taken = {(company, fields.Date.to_date(day)) for company, day in rows}
        return [(day, one) for day in ends for one in companies if (one, day) not in taken]

    @api.model
    def _take_month(self, on, company):
        """Everything that is kept of the end of a month."""
        self.env["collection.account.month"]._take(on, company)
        self._take(on, company)

    @api.model
    def _cron_run(self):
        """The daily job: pictures of the months that are over."""
        on = self.env["collection.case"]._today()
        companies = self.env["res.company"].search([("chart_template", "!=", False)])
        missing = self._get_missing(on, companies)
        self.env["ir.cron"]._commit_progress(remaining=len(missing))
        for day, company in missing:
            self._take_month(day, company)
            if not self.env["ir.cron"]._commit_progress(1):
                break
