from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models

from ..tools import kpi
from ..tools.figure_periods import PRESETS, month_start, months_between
from ..words import day_text

#: Months of the trends.
TREND = 13
#: Months in which money is compared with its target.
MONEY_MONTHS = 6
#: Days since a dispute was raised; the last group has no end.
DISPUTE_AGES = ("0-7", "8-14", "15-30", "31-")
DAYS_OF_WEEK = 7


class CollectionDashboard(models.AbstractModel):
    """Everything the dashboard shows, by one call; records behind it by ``collection.figures``."""

    _name = "collection.dashboard"
    _inherit = "collection.figures"
    _description = "Dashboard of Collections"

    @api.model
    def get_data(self, filters=None):
        """What the dashboard shows.

        :return: dict ready to be drawn; what can be opened has ``records``, the name of a part
        """
        scope = self._get_scope(filters)
        movements = self._get_movements(scope, self._get_first_day(scope))
        numbers = self._get_dashboard_numbers(scope, movements)
        months = self._get_months(scope)
        return {
            "currency_id": self._get_currency(scope).id,
            "filters": self._get_choices(scope, filters or {}),
            "tiles": self._get_tiles(scope, numbers),
            "ageing": self._get_ageing(numbers),
            "trend": self._get_trend(months),
            "rolls": self._get_roll_chart(months, numbers["labels"]),
            "promises": self._get_promises(scope),
            "money": self._get_money(scope, movements),
            "disputes": self._get_dispute_ages(scope),
            "work": self._get_work(scope),
        }

    @api.model
    def get_figures_data(self, filters=None):
        """What the screen of figures shows: all of them, and what can be chosen."""
        scope = self._get_scope(filters)
        return {
            **self.get_figures(filters),
            "filters": self._get_choices(scope, filters or {}),
        }

    @api.model
    def _get_digest_tiles(self, filters):
        """The main figures, for a mail. The DSO is that of three months: a day is too short."""
        scope = self._get_scope(filters)
        long = replace(scope, start=fields.Date.subtract(scope.end, days=89))
        tiles, longer = (
            self._get_tiles(
                one,
                self._get_dashboard_numbers(
                    one, self._get_movements(one, self._get_first_day(one))
                ),
            )
            for one in (scope, long)
        )
        return [tile for tile in tiles if tile["code"] != "dso"] + [
            tile for tile in longer if tile["code"] == "dso"
        ]

    # === Filters === #
    @api.model
    def _get_choices(self, scope, filters):
        """What can be chosen, and what is."""
        companies = self.env.companies
        return {
            "period": filters.get("period") or "last_90",
            "periods": self._get_period_names(),
            "date_from": fields.Date.to_string(scope.start),
            "date_to": fields.Date.to_string(scope.end),
            # Apart, so that each stays in one piece where people read from right to left.
            "period_text": [day_text(self.env, scope.start), day_text(self.env, scope.end)],
            "companies": [{"id": c.id, "name": c.name} for c in companies],
            "company_ids": scope.companies.ids,
            "counted_ids": companies._collection_counted().ids,
            "mixed": companies._collection_is_mixed(),
            "users": self._get_collectors(scope) if self._may_see_all() else [],
            "user_id": scope.user or False,
        }

    @api.model
    def _get_period_names(self):
        names = {
            "last_30": self.env._("Last 30 days"),
            "last_90": self.env._("Last 90 days"),
            "this_month": self.env._("This month"),
            "last_month": self.env._("Last month"),
            "this_quarter": self.env._("This quarter"),
            "last_quarter": self.env._("Last quarter"),
            "this_year": self.env._("This year"),
            "last_12": self.env._("Last 12 months"),
        }
        return [*([key, names[key]] for key in PRESETS), ["custom", self.env._("From … to …")]]

    @api.model
    def _get_collectors(self, scope):
        groups = self.env["collection.case"]._read_group(
            [("company_id", "in", scope.companies.ids), ("user_id", "!=", False)], ["user_id"]
        )
        # sudo: names of colleagues, whatever their state.
        users = self.env["res.users"].sudo().browse(user.id for (user,) in groups)
        return [{"id": u.id, "name": u.name} for u in users.sorted("name")]

    # === Numbers of the period === #
    @api.model
    def _get_dashboard_numbers(self, scope, movements):
        numbers = self._get_receivables(scope)
        # The index is meant for a month: over longer periods growing sales distort it.
        numbers["month"] = numbers["receivables"] - self._sum_movements(
            scope, movements, "owed:month"
        )
        numbers["sold"] = self._sum_movements(scope, movements, "sales:month")
        numbers.update(self._get_sums(scope, movements, numbers["receivables"]))
        for name in ("promises_due", "promises_kept"):
            numbers[name] = self._amount(scope, self._get_parts()[name](scope))
        numbers.update(self._get_targets(scope))
        return numbers

    @api.model
    def _get_first_day(self, scope):
        """From when on the ledger is read: the period, its last month, and the months of money."""
        money = fields.Date.subtract(month_start(scope.end), months=MONEY_MONTHS - 1)
        return min(scope.start, scope.month_before, money)

    @api.model
    def _get_tiles(self, scope, n):
        dso = kpi.dso_simple(n["receivables"], n["sales"], scope.days)
        best = kpi.best_possible_dso(n["current"], n["sales"], scope.days)
        cei = kpi.cei_pct(
            kpi.CollectionPeriod(n["month"], n["sold"], n["receivables"], n["current"])
        )
        late = kpi.percent(n["overdue"], n["receivables"])
        target = kpi.percent(n["collected"], n["target"])
        kept = kpi.percent(n["promises_kept"], n["promises_due"])
        return [
            {
                "code": code,
                "label": label,
                "value": None if value is None else float(value),
                "unit": unit,
                "hint": hint,
                "other": None if other is None else float(other),
                "records": records,
            }
            # In large letters, and another figure below, which the hint names.
            for code, label, value, unit, hint, other, records in (
                ("receivables", self.env._("Receivables"), n["receivables"], "money",
                 "before", n["opening"], "receivables"),
                ("overdue", self.env._("Overdue"), n["overdue"], "money", "share", late, "overdue"),
                ("dso", self.env._("DSO"), dso, "days", "best", best, "sales"),
                ("cei", self.env._("CEI"), cei, "percent", "last_month", None, "opening:month"),
                ("collected", self.env._("Money received"), n["collected"], "money",
                 "target", target, "collected"),
                ("promises_due", self.env._("Promises kept"), kept, "percent",
                 "by_amount", None, "promises_due"),
            )
        ]  # fmt: skip

    @api.model
    def _get_ageing(self, n):
        return [
            {"label": label, "value": float(n[f"bucket:{i}"]), "records": f"bucket:{i}"}
            for i, label in enumerate(n["labels"])
        ]

    # === Promises === #
    @api.model
    def _get_promises(self, scope):
        """Agreed payments of the coming week by day, and those of days before that nobody made.

        Promises and plans alike, of agreements that hold.
        """
        last = fields.Date.add(scope.today, days=DAYS_OF_WEEK - 1)
        records = self._part_promised(scope)
        groups = self.env[records.model]._read_group(
            [*records.domain, ("date", "<=", last)],
            ["date:day", "company_id", "currency_id"],
            ["amount:sum", "__count"],
        )
        days = {
            fields.Date.add(scope.today, days=i): [Decimal(0), 0] for i in range(-1, DAYS_OF_WEEK)
        }
        before = fields.Date.subtract(scope.today, days=1)
        for day, company, currency, amount, count in groups:
            own = currency._convert(amount, company.currency_id, company, scope.end)
            of_day = days[max(before, fields.Date.to_date(day))]
            of_day[0] += self._convert(scope, [(company, own)])
            of_day[1] += count
        return [
            {
                "date": fields.Date.to_string(day),
                "value": float(amount),
                "count": count,
                "when": "before" if day == before else "today" if day == scope.today else "",
                "records": "promised_before" if day == before else f"promised:{day}",
            }
            for day, (amount, count) in days.items()
        ]

    # === Money === #
    @api.model
    def _get_money(self, scope, movements):
        """Money received by month until the end of the period, and the targets."""
        first = fields.Date.subtract(month_start(scope.end), months=MONEY_MONTHS - 1)
        received = defaultdict(Decimal)
        for month, company, amount in movements["money"]:
            received[month] += self._convert(scope, [(company, amount)])
        user = self.env["res.users"].browse(scope.user) if scope.user else None
        Target = self.env["collection.target"]
        targets = Target.search(Target._get_domain(scope.companies, first, scope.end, user))
        result = []
        for month in months_between(first, scope.end):
            of_month = targets.filtered(lambda t, month=month: t.date == month)._that_count()
            target = self._convert(scope, [(t.company_id, t.amount) for t in of_month])
            result.append(
                {
                    "label": self._month_name(month),
                    "value": float(received[month]),
                    "target": float(target),
                    "records": f"collected_month:{month}",
                }
            )
        return result

    # === Disputes === #
    @api.model
    def _get_dispute_ages(self, scope):
        """Disputes and complaints not resolved yet, by days since they were raised."""
        records = self._part_disputes_open(scope)
        groups = self.env[records.model]._read_group(records.domain, ["date:day"], ["__count"])
        result = []
        for ages in DISPUTE_AGES:
            first, _dash, last = ages.partition("-")
            label = (
                self.env._("%(first)s–%(last)s days", first=first, last=last)
                if last
                else self.env._("Over %(last)s days", last=int(first) - 1)
            )
            count = sum(
                number
                for day, number in groups
                if int(first) <= (scope.today - fields.Date.to_date(day)).days <= int(last or 10**6)
            )
            result.append({"label": label, "value": count, "records": f"disputes_aged:{ages}"})
        return result

    # === Work === #
    @api.model
    def _get_work(self, scope):
        """What each collector did in the period, and what came in from their debtors."""
        work = defaultdict(lambda: {"contacts": 0, "right_party": 0, "promises": 0})
        records = self._part_contacts(scope)
        for user, right, count in self.env[records.model]._read_group(
            records.domain, ["user_id", "right_party"], ["__count"]
        ):
            work[user.id]["contacts"] += count
            work[user.id]["right_party"] += count if right else 0
        made = self._get_parts()["promises_made"](scope)
        for user, count in self.env[made.model]._read_group(
            [*made.domain, ("agreement_id.user_id", "!=", False)], ["user_id"], ["__count"]
        ):
            work[user.id]["promises"] += count
        received = self._collected_by_collector(scope, self._part_collected(scope))
        targets = self.env["collection.target"].search(self._part_targets(scope).domain)
        for user_id in {*received, *targets.user_id.ids} - {None}:
            work[user_id]["received"] = float(received.get(user_id, 0))
        # sudo: names of colleagues, whatever their state.
        users = self.env["res.users"].sudo().browse(work)
        rows = []
        for user in users:
            own = targets.filtered(lambda t, user=user: t.user_id == user)
            target = self._convert(scope, own._sum("amount", scope.start, scope.end).items())
            rows.append(
                {
                    "received": 0.0,
                    **work[user.id],
                    "user_id": user.id,
                    "name": user.name,
                    "target": float(target),
                    "records": f"work:{user.id}",
                }
            )
        return sorted(rows, key=lambda row: (-row["received"], row["name"]))
