from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import kpi
from ..tools.figure_periods import days_in, month_start

#: Months of the trends.
TREND = 13


class CollectionDashboard(models.AbstractModel):
    """Trends and roll rates, from the monthly credit records: months that are over."""

    _inherit = "collection.dashboard"

    # === Months === #
    @api.model
    def _get_months(self, scope):
        """Sums of the monthly credit records: what trends and roll rates are made of.

        :return: {end of the month: dict of Decimals}, oldest first
        """
        first = fields.Date.subtract(month_start(scope.end), months=TREND)
        domain = [*self._of(scope), ("date", ">=", first), ("date", "<=", scope.end)]
        rows = self.env["collection.account.month"]._search(domain)
        limits = self.env.company._get_ageing_limits()
        width = len(limits) + 2
        names = ("balance", "amount_current", "balance_before", "sales")
        sums = [SQL("sum(m.%s)", SQL.identifier(name)) for name in names]
        same = SQL("m.limits = %s", ", ".join(map(str, limits)))
        for name, count in (("debts_before", width), ("rolled", width - 1)):
            column = SQL.identifier(name)
            sums += [
                SQL("sum((m.%s->>%s)::numeric) FILTER (WHERE %s)", column, number, same)
                for number in range(count)
            ]
        found = self.env.execute_query(
            SQL(
                "SELECT m.date, m.company_id, %s FROM collection_account_month m "
                "WHERE m.id IN (%s) GROUP BY m.date, m.company_id ORDER BY m.date",
                SQL(", ").join(sums),
                rows.subselect(),
            )
        )
        columns = [*names, *(f"debts:{i}" for i in range(width))]
        columns += [f"rolled:{i}" for i in range(width - 1)]
        return self._add_up_months(scope, found, columns)

    @api.model
    def _add_up_months(self, scope, rows, columns):
        months = defaultdict(lambda: dict.fromkeys(columns, Decimal(0)))
        for day, company_id, *amounts in rows:
            company = self.env["res.company"].browse(company_id)
            for name, amount in zip(columns, amounts, strict=True):
                if amount:
                    months[day][name] += self._convert(scope, [(company, float(amount))])
        return dict(months)

    @api.model
    def _get_trend(self, months):
        """DSO and CEI of each month that is over."""
        points = []
        for day, n in list(months.items())[-TREND:]:
            days = days_in(month_start(day), day)
            period = kpi.CollectionPeriod(
                n["balance_before"], n["sales"], n["balance"], n["amount_current"]
            )
            points.append(
                {
                    "label": self._month_name(day),
                    "dso": self._number(kpi.dso_simple(n["balance"], n["sales"], days)),
                    "cei": self._number(kpi.cei_pct(period)),
                    "records": f"month:{day}",
                }
            )
        return points

    @api.model
    def _number(self, value):
        return None if value is None else round(float(value), 2)

    @api.model
    def _month_name(self, day):
        # The short name of the month in the language of the user.
        return fields.Date.to_string(day)[:7]

    @api.model
    def _get_roll_chart(self, months, labels):
        """Roll rates of the last month that is over, beside those of the month before."""
        last = list(months.items())[-2:]
        if not last:
            return {"bars": [], "filters": {}, "month": ""}
        day, now = last[-1]
        before = last[0][1] if len(last) > 1 else {}
        bars = []
        for i, label in enumerate(labels[:-1]):
            rate = kpi.roll_rate_pct(now[f"rolled:{i}"], now[f"debts:{i}"])
            earlier = before and kpi.roll_rate_pct(before[f"rolled:{i}"], before[f"debts:{i}"])
            bars.append(
                {
                    "label": label,
                    "value": self._number(rate),
                    "before": self._number(earlier) if earlier != {} else None,
                    "records": f"debts:{i}",
                }
            )
        period = {"date_from": fields.Date.to_string(month_start(day)), "date_to": str(day)}
        return {
            "bars": bars,
            "filters": {**period, "period": "custom"},
            "month": self._month_name(day),
        }
