from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.errors import ToolError
from ..tools.figure_periods import days_in, month_before, resolve

READERS = ("collections_followup.group_reader", "collections_followup.group_supervisor")
DEFAULT_PERIOD = "last_90"


@dataclass(frozen=True)
class Scope:
    """What figures are about: companies, a period, and one collector or everybody.

    :ivar user: id of the collector; ``None`` is everybody
    :ivar today: days after it have not happened yet
    """

    companies: object
    start: date
    end: date
    user: int | None
    today: date

    @property
    def days(self):
        return days_in(self.start, self.end)

    @property
    def before(self):
        """The day before the period."""
        return fields.Date.subtract(self.start, days=1)

    @property
    def month_before(self):
        return month_before(self.end)


@dataclass(frozen=True)
class Records:
    """Records behind a part of a figure, and how many or how much of them it is.

    :ivar measure: field that is summed; empty: the records are counted
    :ivar sign: -1 where the books have it the other way round
    :ivar currency: field of the currency, where that is not the company's
    """

    model: str
    domain: list
    measure: str = ""
    sign: int = 1
    currency: str = ""
    context: dict | None = None
    action: str = ""


class CollectionFigures(models.AbstractModel):
    """Figures of a collections department, as of any day and for any period.

    Each figure is made of parts; each part is a set of records that its reader may list. Parts are
    in ``collection_figures_parts.py``, figures in ``collection_figures_list.py``; what they mean is
    a pure function in ``tools/kpi.py``. Everything is asked with the rights of whoever looks.
    """

    _name = "collection.figures"
    _description = "Figures of Collections"

    # === What is asked === #
    @api.model
    def _check_reader(self):
        user = self.env.user
        groups = (*READERS, "collections_followup.group_collector")
        if not self.env.su and not any(user.has_group(group) for group in groups):
            raise AccessError(self.env._("Figures of collections are for people who work there."))

    @api.model
    def _may_see_all(self):
        """Collectors see the figures of their own debtors."""
        return self.env.su or any(self.env.user.has_group(group) for group in READERS)

    @api.model
    def _get_scope(self, filters=None):
        """Read what a screen asks for.

        :param filters: dict of ``period`` or ``date_from`` and ``date_to``, ``company_ids``,
            ``user_id``, each optional
        """
        self._check_reader()
        filters = filters or {}
        today = self.env["collection.case"]._today()
        companies = self.env.companies.browse(filters.get("company_ids") or ()) & self.env.companies
        start, end = self._get_period(filters, today)
        user = filters.get("user_id") or None
        if not self._may_see_all():
            user = self.env.uid
        # Own debts and debts of others are never added together.
        companies = (companies or self.env.companies)._collection_counted()
        return Scope(companies, start, end, user, today)

    @api.model
    def _get_period(self, filters, today):
        try:
            start = fields.Date.to_date(filters.get("date_from"))
            end = fields.Date.to_date(filters.get("date_to"))
        except ValueError as error:
            raise UserError(
                self.env._("Enter the first and the last day of the period.")
            ) from error
        preset = filters.get("period") or DEFAULT_PERIOD
        if preset != "custom":
            try:
                return resolve(preset, today)
            except ToolError as error:
                raise UserError(self.env._("Choose one of the periods of the list.")) from error
        if not start or not end:
            raise UserError(self.env._("Enter the first and the last day of the period."))
        if end < start:
            raise UserError(self.env._("The period ends before it begins. Exchange the two days."))
        return start, end

    # === Money === #
    @api.model
    def _get_currency(self, scope):
        """The currency figures are in: that of the companies, or of the one at work."""
        own = scope.companies.currency_id
        return own if len(own) == 1 else self.env.company.currency_id

    @api.model
    def _convert(self, scope, amounts):
        """Sum up amounts by company, at the rates of the last day.

        :param amounts: pairs of company and amount in its currency
        :rtype: Decimal
        """
        currency = self._get_currency(scope)
        total = Decimal(0)
        for company, amount in amounts:
            own = company.currency_id
            if own != currency:
                amount = own._convert(amount, currency, company, scope.end)
            total += currency._collection_decimal(amount)
        return total

    # === Numbers === #
    @api.model
    def _count(self, records):
        """How many records a part is made of."""
        return self._model_of(records).search_count(records.domain)

    @api.model
    def _amount(self, scope, records):
        """How much the records of a part amount to, in the currency of the figures.

        :rtype: Decimal
        """
        groupby = ["company_id", *filter(None, [records.currency])]
        groups = self._model_of(records)._read_group(
            records.domain, groupby, [f"{records.measure}:sum"]
        )
        if records.currency:
            groups = [
                (company, currency._convert(amount, company.currency_id, company, scope.end))
                for company, currency, amount in groups
            ]
        return self._convert(scope, groups) * records.sign

    @api.model
    def _model_of(self, records):
        Model = self.env[records.model].with_context(**(records.context or {}))
        if not Model._auto:
            # What was read of another day is forgotten.
            Model.invalidate_model()
        return Model

    @api.model
    def _rows_of(self, records, *names):
        """A query of columns of the records of a part, to be added up by another one."""
        Model = self._model_of(records)
        Model.flush_model(names)
        query = Model._search(records.domain)
        return query.select(*(SQL.identifier(query.table, name) for name in names))

    # === Records === #
    @api.model
    def get_records(self, filters, part):
        """An action that lists the records behind a part of a figure.

        :param str part: name of a part, with what comes after a colon as its argument
        """
        scope = self._get_scope(filters)
        name, _colon, argument = part.partition(":")
        method = self._get_parts().get(name)
        if not method:
            raise UserError(self.env._("There are no records behind this figure."))
        records = method(scope, argument) if argument else method(scope)
        return self._open(records, self._get_titles().get(name, ""))

    @api.model
    def _open(self, records, title):
        action = {
            "type": "ir.actions.act_window",
            "res_model": records.model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
        }
        if records.action:
            xmlid = f"collections_followup.{records.action}"
            action = self.env["ir.actions.actions"]._for_xml_id(xmlid)
            action.pop("path", None)
        context = {"create": False}
        for name, value in (records.context or {}).items():
            context[name] = fields.Date.to_string(value) if isinstance(value, date) else value
        return {
            **action,
            "id": False,
            "name": title,
            "display_name": title,
            "domain": self._serialize(records.domain),
            "context": context,
            "target": "current",
        }

    @api.model
    def _serialize(self, domain):
        """Days of a domain as text, so that it can be sent."""
        return [
            (leaf[0], leaf[1], fields.Date.to_string(leaf[2]))
            if isinstance(leaf, (list, tuple)) and isinstance(leaf[2], date)
            else leaf
            for leaf in domain
        ]

    # === Sums by day and collector, for several screens === #
    @api.model
    def _collected_by_collector(self, scope, records):
        """Money received by the collector of its debtor; one statement.

        :return: {user id or None: Decimal}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.company_id, k.user_id, -sum(l.balance)
                  FROM (SELECT company_id, partner_id, sum(balance) AS balance FROM (%s) q
                         GROUP BY company_id, partner_id) l
                  LEFT JOIN res_partner d ON d.id = l.partner_id
                  LEFT JOIN (%s) k ON k.partner_id = d.commercial_partner_id
                                  AND k.company_id = l.company_id
                 GROUP BY l.company_id, k.user_id
                """,
                self._rows_of(records, "company_id", "partner_id", "balance"),
                self.env["collection.case"]._newest_cases(),
            )
        )
        result = defaultdict(Decimal)
        for company_id, user_id, amount in rows:
            company = self.env["res.company"].browse(company_id)
            result[user_id] += self._convert(scope, [(company, float(amount))])
        return result
