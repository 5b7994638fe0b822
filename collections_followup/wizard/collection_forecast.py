from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.arrays import as_columns
from ..tools.forecast import week_ends
from ..words import day_text

MOST_WEEKS = 52


class CollectionForecast(models.TransientModel):
    """Asks for a forecast of receipts: as of which day, for how many weeks."""

    _name = "collection.forecast"
    _description = "Forecast of Receipts"

    date = fields.Date(
        string="As Of",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
        help="A past day shows what would have been expected then, beside what came in.",
    )
    week_count = fields.Integer(string="Weeks", required=True, default=13)
    company_ids = fields.Many2many(
        "res.company",
        string="Companies",
        default=lambda self: [Command.set(self.env.companies._collection_counted().ids)],
        domain=lambda self: [("id", "in", self.env.companies.ids)],
    )
    line_ids = fields.One2many("collection.forecast.line", "forecast_id")

    # === Actions === #
    def action_show(self):
        """Graph, pivot and list by week."""
        self.ensure_one()
        self._make_lines()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_forecast_line_action"
        )
        title = self.env._("Expected Receipts, %(day)s", day=day_text(self.env, self.date))
        context = {"search_default_in_weeks": 1}
        if len(self.company_ids.currency_id) > 1:
            # Amounts in different currencies must not be read as one sum.
            context |= {"search_default_group_week": 1, "search_default_group_company": 2}
        return {
            **action,
            "name": title,
            "display_name": title,
            "domain": [("forecast_id", "=", self.id)],
            "context": context,
        }

    # === Business methods === #
    def _make_lines(self):
        """Reckon, and write the lines in one statement."""
        self._check_asked()
        today = self.env["collection.case"]._today()
        companies = self.company_ids & self.env.companies
        feed = self.env["collection.forecast.feed"]
        ends = week_ends(self.date, self.week_count)
        rows = feed._get_rows(self.date, ends, companies)
        received = feed._get_received(self.date, ends, companies) if self.date < today else {}
        columns = self._prepare_columns(rows, received, ends)
        if columns:
            self._insert(columns)

    def _check_asked(self):
        self.ensure_one()
        if not 1 <= self.week_count <= MOST_WEEKS:
            raise UserError(
                self.env._("Choose 1 to %(count)s weeks; later is guessing.", count=MOST_WEEKS)
            )
        if not self.company_ids & self.env.companies:
            raise UserError(self.env._("Choose at least one company."))
        (self.company_ids & self.env.companies)._collection_check_apart()
        if self.date > self.env["collection.case"]._today():
            raise UserError(
                self.env._("The future is not known yet: choose today or a day in the past.")
            )

    @api.model
    def _prepare_columns(self, rows, received, ends):
        """Values of the lines by column."""
        starts = [ends[0] - timedelta(days=6), *(end + timedelta(days=1) for end in ends[:-1])]
        nothing = (0, 0)
        values = []
        for key in {**rows, **received}:
            company, partner, currency, week, kind = key
            amounts, came = rows.get(key, nothing), received.get(key, nothing)
            if any(amounts) or any(came):
                day = starts[week] if week is not None else None
                values.append((company, partner, currency, day, kind, *amounts, came[1]))
        return as_columns(values)

    def _insert(self, columns):
        self.line_ids.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO collection_forecast_line (forecast_id, create_uid, write_uid,
                       create_date, write_date, company_id, partner_id, currency_id, date, kind,
                       amount_currency, amount, amount_received)
                SELECT %(forecast)s, %(user)s, %(user)s, now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC', n.*
                  FROM unnest(%(columns)s) AS n
                """,
                forecast=self.id,
                user=self.env.uid,
                columns=SQL(
                    "%s::int[], %s::int[], %s::int[], %s::date[], %s::varchar[], %s::numeric[], "
                    "%s::numeric[], %s::numeric[]",
                    *columns,
                ),
            )
        )
        self.invalidate_recordset(["line_ids"])
