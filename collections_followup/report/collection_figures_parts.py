from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.account_move_line_figures import MONEY_JOURNALS
from .collection_ageing import AS_OF
from .collection_figures import Records
from .collection_roll import SINCE


class CollectionFigures(models.AbstractModel):
    """The parts of figures: which records they are. Those from the books; see also ``_work``."""

    _inherit = "collection.figures"

    @api.model
    def _get_parts(self):
        """{name: method that returns the records of a part}. A hook for more."""
        return {
            "receivables": self._part_receivables,
            "opening": self._part_opening,
            "current": self._part_current,
            "overdue": self._part_overdue,
            "bucket": self._part_bucket,
            "sales": self._part_sales,
            "collected": self._part_collected,
            "collected_month": self._part_collected_month,
            "paid_items": self._part_paid_items,
            "debts": self._part_debts,
            "rolled": self._part_rolled,
            "placed": self._part_placed,
            "promises_made": self._part_promises_made,
            "promises_due": self._part_promises_due,
            "promises_kept": self._part_promises_kept,
            "promised": self._part_promised,
            "promised_before": self._part_promised_before,
            "sales_back": self._part_sales_back,
            "calls": self._part_calls,
            "reached": self._part_reached,
            "right_party": self._part_right_party,
            "promising": self._part_promising,
            "contacts": self._part_contacts,
            "targets": self._part_targets,
            "disputes_resolved": self._part_disputes_resolved,
            "disputes_open": self._part_disputes_open,
            "disputes_aged": self._part_disputes_aged,
            "work": self._part_work,
            "cases": self._part_cases,
            "month": self._part_month,
        }

    @api.model
    def _get_titles(self):
        return {
            "receivables": self.env._("Receivables at the end"),
            "opening": self.env._("Receivables at the beginning"),
            "current": self.env._("Not due at the end"),
            "overdue": self.env._("Overdue at the end"),
            "bucket": self.env._("Receivables by age"),
            "sales": self.env._("Credit sales"),
            "collected": self.env._("Money received"),
            "collected_month": self.env._("Money received in the month"),
            "paid_items": self.env._("Invoices paid"),
            "debts": self.env._("Debts of this age a month earlier"),
            "rolled": self.env._("Of these, in the next age group now"),
            "placed": self.env._("Overdue at the beginning"),
            "promises_made": self.env._("Promises made"),
            "promises_due": self.env._("Promises due"),
            "promises_kept": self.env._("Promises kept"),
            "promised": self.env._("Agreed payments"),
            "promised_before": self.env._("Agreed payments that did not come"),
            "sales_back": self.env._("Credit sales of the months counted"),
            "calls": self.env._("Outgoing calls"),
            "reached": self.env._("People reached"),
            "right_party": self.env._("Right person reached"),
            "promising": self.env._("Conversations that led to a promise"),
            "contacts": self.env._("Contacts by people"),
            "targets": self.env._("Targets and costs"),
            "disputes_resolved": self.env._("Disputes resolved"),
            "disputes_open": self.env._("Disputes not resolved yet"),
            "disputes_aged": self.env._("Disputes by age"),
            "work": self.env._("Contacts of a collector"),
            "cases": self.env._("Cases"),
            "month": self.env._("Monthly credit records"),
        }

    # === What all have in common === #
    @api.model
    def _of(self, scope, path="user_id"):
        """Domain of the companies, and of the collector if one is chosen."""
        domain = [("company_id", "in", scope.companies.ids)]
        return [*domain, (path, "=", scope.user)] if scope.user else domain

    @api.model
    def _during(self, scope, name="date"):
        return [(name, ">=", scope.start), (name, "<=", scope.end)]

    # === Receivables === #
    @api.model
    def _open_items(self, scope, on, *domain):
        return Records(
            "collection.ageing",
            [*self._of(scope), *domain],
            "residual",
            context={AS_OF: on},
            action="collection_ageing_action",
        )

    @api.model
    def _part_receivables(self, scope):
        return self._open_items(scope, scope.end)

    @api.model
    def _part_opening(self, scope, since="period"):
        """Before the period, or ``month``: a month before its end."""
        on = scope.month_before if since == "month" else scope.before
        return self._open_items(scope, on)

    @api.model
    def _part_current(self, scope):
        return self._open_items(scope, scope.end, ("bucket", "=", "0"))

    @api.model
    def _part_overdue(self, scope):
        return self._open_items(scope, scope.end, ("bucket", "!=", "0"))

    @api.model
    def _part_bucket(self, scope, bucket):
        return self._open_items(scope, scope.end, ("bucket", "=", bucket))

    # === The ledger === #
    @api.model
    def _lines(self, scope, *domain, sign=1):
        return Records(
            "account.move.line",
            [
                *self._of(scope, "collection_user_id"),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                *domain,
            ],
            "balance",
            sign,
            action="collection_figures_line_action",
        )

    @api.model
    def _part_sales(self, scope):
        documents = ("move_type", "in", ["out_invoice", "out_refund"])
        return self._lines(scope, documents, *self._during(scope))

    @api.model
    def _money_in(self, scope, *domain):
        journals = ("journal_id.type", "in", list(MONEY_JOURNALS))
        return self._lines(scope, journals, *domain, sign=-1)

    @api.model
    def _part_collected(self, scope):
        return self._money_in(scope, *self._during(scope))

    @api.model
    def _part_paid_items(self, scope):
        records = self._lines(
            scope,
            ("move_type", "=", "out_invoice"),
            *self._during(scope, "collection_paid_on"),
        )
        return Records(records.model, records.domain, action="collection_figures_paid_action")

    @api.model
    def _get_movements(self, scope, first):
        """What was booked on receivable accounts from a day until the end of the period; one pass.

        :return: {"owed", "sales", "money": list of (month, company, amount)}, and the same of the
            period, "…:period", and of its last month, "…:month"
        """
        records = self._lines(scope, ("date", ">=", first), ("date", "<=", scope.end))
        lines = self._rows_of(records, "date", "company_id", "balance", "move_id", "journal_id")
        # Days first, so that months are reckoned a few times only.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT date_trunc('month', date)::date, company_id, date >= %s, date > %s,
                       sum(owed), sum(sales), sum(money)
                  FROM (SELECT l.date, l.company_id, sum(l.balance) AS owed,
                               sum(l.balance) FILTER (
                                   WHERE m.move_type IN ('out_invoice', 'out_refund')) AS sales,
                               -sum(l.balance) FILTER (WHERE j.type = ANY(%s)) AS money
                          FROM (%s) l
                          JOIN account_move m ON m.id = l.move_id
                          JOIN account_journal j ON j.id = l.journal_id
                         GROUP BY l.date, l.company_id) d
                 GROUP BY 1, 2, 3, 4
                """,
                scope.start,
                scope.month_before,
                list(MONEY_JOURNALS),
                lines,
            )
        )
        result = defaultdict(list)
        for month, company_id, in_period, in_month, *amounts in rows:
            company = self.env["res.company"].browse(company_id)
            for name, amount in zip(("owed", "sales", "money"), amounts, strict=True):
                found = (month, company, float(amount or 0))
                result[name].append(found)
                for key, wanted in (("period", in_period), ("month", in_month)):
                    if wanted:
                        result[f"{name}:{key}"].append(found)
        return result

    @api.model
    def _sum_movements(self, scope, movements, name):
        return self._convert(scope, [(company, amount) for _m, company, amount in movements[name]])

    # === From one age to the next === #
    @api.model
    def _rolls(self, scope, since, measure, *domain):
        return Records(
            "collection.roll",
            [*self._of(scope), *domain],
            measure,
            context={SINCE: since, AS_OF: scope.end},
            action="collection_roll_action",
        )

    @api.model
    def _part_debts(self, scope, bucket):
        return self._rolls(
            scope, scope.month_before, "amount_before", ("bucket_before", "=", bucket)
        )

    @api.model
    def _part_rolled(self, scope, bucket):
        domain = [("bucket_before", "=", bucket), ("is_rolled", "=", True)]
        return self._rolls(scope, scope.month_before, "amount_after", *domain)

    @api.model
    def _part_placed(self, scope):
        return self._rolls(scope, scope.before, "amount_before", ("bucket_before", "!=", "0"))

    @api.model
    def _part_collected_month(self, scope, month):
        """Money received in a month of the chart."""
        first = fields.Date.to_date(month)
        last = fields.Date.end_of(first, "month")
        return self._money_in(scope, ("date", ">=", first), ("date", "<=", min(last, scope.end)))

    @api.model
    def _part_month(self, scope, day):
        """Credit records of the end of a month."""
        domain = [*self._of(scope), ("date", "=", day)]
        return Records(
            "collection.account.month", domain, "balance", action="collection_account_month_action"
        )
