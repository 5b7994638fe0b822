from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import kpi
from ..tools.figure_periods import month_sales, month_start, months_in

#: How far back sales are read for the count-back.
COUNTBACK_MONTHS = 60


class CollectionFigures(models.AbstractModel):
    """The figures: their values, and what they are made of."""

    _inherit = "collection.figures"

    @api.model
    def get_figures(self, filters=None):
        """All figures of a period, in a number of statements that does not depend on the debtors.

        :return: dict of ``currency_id``, ``date_from``, ``date_to``, and ``figures``: dicts of
            code, name, value, unit, definition, source and parts
        """
        scope = self._get_scope(filters)
        numbers = self._get_numbers(scope)
        texts = self._get_texts()
        figures = []
        for code, value, unit, parts in self._make_figures(scope, numbers):
            name, definition, source = texts[code.partition(":")[0]]
            if ":" in code:
                name = self.env._(
                    "%(figure)s, %(age)s", figure=name, age=numbers["labels"][int(code[-1])]
                )
            figures.append(
                {
                    "code": code,
                    "name": name,
                    "value": None if value is None else float(value),
                    "unit": unit,
                    "definition": definition,
                    "source": source,
                    "parts": [self._describe(numbers, *part) for part in parts],
                }
            )
        return {
            "currency_id": self._get_currency(scope).id,
            "date_from": fields.Date.to_string(scope.start),
            "date_to": fields.Date.to_string(scope.end),
            "figures": figures,
        }

    @api.model
    def _describe(self, numbers, name, unit, records=None):
        """A part as a screen shows it."""
        part = name if records is None else records
        titles = {**self._get_titles(), **self._get_other_titles()}
        return {
            "name": name,
            "label": titles[name.partition(":")[0]],
            "value": float(numbers[name] or 0),
            "unit": unit,
            "records": part or False,
        }

    # === Numbers === #
    @api.model
    def _get_numbers(self, scope):
        """Everything the figures are made of, by name of the part."""
        numbers = {"days": scope.days, "months": months_in(scope.start, scope.end)}
        numbers.update(self._get_receivables(scope))
        numbers.update(self._get_rolls(scope))
        for name in ("promises_made", "promises_due", "promises_kept"):
            records = self._get_parts()[name](scope)
            numbers[name] = self._count(records)
            numbers[f"{name}_amount"] = self._amount(scope, records)
        for name in ("calls", "reached", "right_party", "promising", "contacts"):
            numbers[name] = self._count(self._get_parts()[name](scope))
        numbers["hours"] = self._count_hours(self._part_contacts(scope))
        first = fields.Date.subtract(month_start(scope.end), months=COUNTBACK_MONTHS - 1)
        movements = self._get_movements(scope, min(first, scope.start))
        numbers.update(self._get_sums(scope, movements, numbers["receivables"]))
        numbers["month_sales"] = self._get_month_sales(scope, movements)
        numbers.update(self._get_paid(scope))
        numbers.update(self._get_targets(scope))
        numbers.update(self._get_disputes(scope))
        return numbers

    @api.model
    def _get_receivables(self, scope):
        """What is open at the end of the period, and how old it is."""
        records = self._part_receivables(scope)
        groups = self._model_of(records)._read_group(
            records.domain, ["company_id", "bucket"], ["residual:sum"]
        )
        labels = self.env.company._get_ageing_labels()
        result = {"labels": labels}
        result["receivables"] = self._convert(scope, [(c, amount) for c, _b, amount in groups])
        for number in range(len(labels)):
            of_bucket = [(c, amount) for c, bucket, amount in groups if bucket == str(number)]
            result[f"bucket:{number}"] = self._convert(scope, of_bucket)
        result["current"] = result["bucket:0"]
        result["overdue"] = result["receivables"] - result["current"]
        return result

    @api.model
    def _get_sums(self, scope, movements, receivables):
        """Sales and money of the period, and what was owed before: now, less what was booked since.

        That is much quicker than adding up what was open on a day long past, and the same: open
        items sum up to the balance of their accounts.
        """
        return {
            "opening": receivables - self._sum_movements(scope, movements, "owed:period"),
            "sales": self._sum_movements(scope, movements, "sales:period"),
            "collected": self._sum_movements(scope, movements, "money:period"),
        }

    @api.model
    def _get_rolls(self, scope):
        """Debts by age a month ago, what rolled on, and what came of the overdue ones."""
        result = {"placed": Decimal(0), "recovered": Decimal(0)}
        for number in range(len(self.env.company._get_ageing_labels())):
            result[f"debts:{number}"] = result[f"rolled:{number}"] = Decimal(0)
        records = self._rolls(scope, scope.month_before, "amount_before")
        groups = self._model_of(records)._read_group(
            records.domain,
            ["company_id", "bucket_before", "is_rolled"],
            ["amount_before:sum", "amount_after:sum"],
        )
        for company, bucket, rolled, before, after in groups:
            result[f"debts:{bucket}"] += self._convert(scope, [(company, before)])
            if rolled:
                result[f"rolled:{bucket}"] += self._convert(scope, [(company, after)])
        records = self._part_placed(scope)
        groups = self._model_of(records)._read_group(
            records.domain, ["company_id"], ["amount_before:sum", "amount_collected:sum"]
        )
        for company, before, collected in groups:
            result["placed"] += self._convert(scope, [(company, before)])
            result["recovered"] += self._convert(scope, [(company, collected)])
        return result

    @api.model
    def _get_month_sales(self, scope, movements):
        """Sales by month until the end of the period, for the count-back.

        :return: {first day of the month: Decimal}
        """
        result = {}
        for month, company, amount in movements["sales"]:
            result[month] = result.get(month, 0) + self._convert(scope, [(company, amount)])
        return result

    @api.model
    def _get_paid(self, scope):
        """Invoices paid in the period: how many, how late, and how late by amount."""
        records = self._lines(scope, ("move_type", "=", "out_invoice"), ("reconciled", "=", True))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT company_id, count(*), sum(late), sum(balance), sum(balance * late)
                  FROM (SELECT l.company_id, l.balance,
                               GREATEST(p.paid - COALESCE(l.date_maturity, l.date), 0) AS late
                          FROM (%s) p JOIN (%s) l ON l.id = p.line_id) q
                 GROUP BY company_id
                """,
                self.env["account.move.line"]._paid_between(scope.start, scope.end),
                self._rows_of(records, "id", "company_id", "balance", "date_maturity", "date"),
            )
        )
        result = {
            "paid_items": sum(row[1] for row in rows),
            "days_late": sum(row[2] for row in rows),
        }
        for name, column in (("paid_amount", 3), ("paid_days_amount", 4)):
            of_companies = [
                (self.env["res.company"].browse(row[0]), float(row[column])) for row in rows
            ]
            result[name] = self._convert(scope, of_companies)
        return result

    @api.model
    def _get_targets(self, scope):
        """Targets and costs of the period, those of months it touches in part."""
        targets = self.env["collection.target"].search(self._part_targets(scope).domain)
        counting = targets._that_count()
        amounts = counting._sum("amount", scope.start, scope.end)
        costs = targets._sum("cost", scope.start, scope.end)
        return {
            "target": self._convert(scope, amounts.items()),
            "targets": self._convert(scope, costs.items()),
        }

    @api.model
    def _get_disputes(self, scope):
        records = self._part_disputes_resolved(scope)
        disputes = self.env[records.model]._search(records.domain)
        ((count, days),) = self.env.execute_query(
            SQL(
                "SELECT count(*), COALESCE(sum(date_resolved - date), 0) FROM collection_dispute "
                "WHERE id IN (%s)",
                disputes.subselect(),
            )
        )
        return {"disputes_resolved": count, "dispute_days": days}

    # === Figures === #
    @api.model
    def _make_figures(self, scope, n):
        """Every figure as (code, value, unit, parts); a part is (name, unit[, other records])."""
        return [
            *self._figures_of_days(scope, n),
            *self._figures_of_collecting(scope, n),
            *self._figures_of_contacts(scope, n),
        ]

    @api.model
    def _figures_of_days(self, scope, n):
        simple = kpi.dso_simple(n["receivables"], n["sales"], scope.days)
        best = kpi.best_possible_dso(n["current"], n["sales"], scope.days)
        delinquent = None if simple is None else kpi.average_days_delinquent(simple, best)
        months = month_sales(scope.end, n["month_sales"], COUNTBACK_MONTHS)
        sales, days = ("sales", "money"), ("days", "days", "")
        owed, used = ("receivables", "money"), self._get_months_used(scope, n, months)
        return [
            ("dso", simple, "days", [owed, sales, days]),
            ("dso_countback", kpi.dso_countback(n["receivables"], months), "days", [owed, used]),
            ("bpdso", best, "days", [("current", "money"), sales, days]),
            ("add", delinquent, "days", [("overdue", "money"), sales, days]),
            (
                "days_late",
                kpi.ratio(n["days_late"], n["paid_items"]),
                "days",
                [("days_late", "number", "paid_items"), ("paid_items", "number")],
            ),
            (
                "days_late_weighted",
                kpi.ratio(n["paid_days_amount"], n["paid_amount"]),
                "days",
                [("paid_amount", "money", "paid_items"), ("paid_items", "number")],
            ),
        ]

    @api.model
    def _get_months_used(self, scope, n, months):
        """The part of a count-back that stands for the sales of the months it took."""
        rest, total, first = n["receivables"], Decimal(0), month_start(scope.end)
        for number, month in enumerate(months):
            if rest <= 0:
                break
            first = fields.Date.subtract(month_start(scope.end), months=number)
            rest, total = rest - month.sales, total + month.sales
        n["sales_back"] = total
        return ("sales_back", "money", f"sales_back:{first}")

    @api.model
    def _figures_of_collecting(self, scope, n):
        period = kpi.CollectionPeriod(
            n["opening"], n["sales"], n["receivables"], n["current"], n["months"]
        )
        rolls = [
            (
                f"roll:{number}",
                kpi.roll_rate_pct(n[f"rolled:{number}"], n[f"debts:{number}"]),
                "percent",
                [(f"rolled:{number}", "money"), (f"debts:{number}", "money")],
            )
            for number in range(len(n["labels"]) - 1)
        ]
        collected = ("collected", "money")
        return [
            (
                "cei",
                kpi.cei_pct(period),
                "percent",
                [
                    ("opening", "money"),
                    ("sales", "money"),
                    ("months", "number", ""),
                    ("receivables", "money"),
                    ("current", "money"),
                ],
            ),
            *rolls,
            (
                "recovery",
                kpi.recovery_rate_pct(n["recovered"], n["placed"]),
                "percent",
                [("recovered", "money", "placed"), ("placed", "money")],
            ),
            (
                "target",
                kpi.percent(n["collected"], n["target"]),
                "percent",
                [collected, ("target", "money", "targets")],
            ),
            (
                "cost",
                kpi.cost_to_collect_pct(n["targets"], n["collected"]),
                "percent",
                [("targets", "money"), collected],
            ),
        ]

    @api.model
    def _figures_of_contacts(self, scope, n):
        base = self._right_party_base(scope)
        below = ("calls" if base is kpi.Reached.CALLS else "reached", "number")
        made, due, kept = ("promises_made", "promises_due", "promises_kept")
        amounts = [(f"{name}_amount", "money", name) for name in (made, due, kept)]
        return [
            ("promises_made", n[made], "number", [(made, "number"), amounts[0]]),
            (
                "kept_number",
                kpi.percent(n[kept], n[due]),
                "percent",
                [(kept, "number"), (due, "number")],
            ),
            (
                "kept_amount",
                kpi.percent(n[f"{kept}_amount"], n[f"{due}_amount"]),
                "percent",
                [amounts[2], amounts[1]],
            ),
            (
                "right_party",
                kpi.right_party_contact_rate_pct(n["right_party"], n["reached"], n["calls"], base),
                "percent",
                [("right_party", "number"), below],
            ),
            (
                "promise_rate",
                kpi.promise_rate_pct(n["promising"], n["right_party"]),
                "percent",
                [("promising", "number"), ("right_party", "number")],
            ),
            (
                "contacts_hour",
                kpi.ratio(n["contacts"], n["hours"]),
                "number",
                [("contacts", "number"), ("hours", "number", "contacts")],
            ),
            (
                "dispute_days",
                kpi.ratio(n["dispute_days"], n["disputes_resolved"]),
                "days",
                [
                    ("dispute_days", "number", "disputes_resolved"),
                    ("disputes_resolved", "number"),
                ],
            ),
        ]
