from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.ageing import age, buckets
from ..tools.identifiers import format_creditor_reference
from ..tools.statement import running
from .collection_notice_items import NoticeFormats

KINDS = [("open", "Open items"), ("activity", "Activity")]


class CollectionStatement(models.AbstractModel):
    """Statements of account: what is open, or what happened in a period, per currency.

    Figures come from the ledger for many debtors at once; a statement itself is a row of the
    contact log, so that the contact rules are asked, and e-mails and letters made, as always.
    """

    _name = "collection.statement"
    _description = "Statement of Account"

    # === Figures === #
    @api.model
    def _load(self, cases, kind, on, date_from=None):
        """Rows and opening balances of many debtors; two queries.

        :return: {case id: {currency id: {"opening": Decimal, "rows": list, "open": list}}}, where
            ``rows`` are dicts of name, ref, date, due, amount, balance, and ``open`` are the due
            dates and residuals of the open items
        """
        self.env["account.move.line"].flush_model()
        blank = {"opening": Decimal(0), "rows": [], "open": []}
        result = defaultdict(lambda: defaultdict(lambda: {**blank, "rows": [], "open": []}))
        for case_id, currency, name, ref, day, due, _total, residual in self._read(
            cases, SQL("l.reconciled IS NOT TRUE AND l.amount_residual <> 0 AND l.date <= %s", on)
        ):
            found = result[case_id][currency]
            found["open"].append((due, Decimal(residual)))
            if kind == "open":
                found["rows"].append(self._row(name, ref, day, due, residual))
        if kind == "activity":
            self._load_activity(result, cases, on, date_from)
        for currencies in result.values():
            for found in currencies.values():
                amounts = [row["amount"] for row in found["rows"]]
                balances = running(amounts, found["opening"])
                for row, balance in zip(found["rows"], balances, strict=True):
                    row["balance"] = balance
        return result

    @api.model
    def _load_activity(self, result, cases, on, date_from):
        moved = SQL("l.date <= %s AND l.amount_currency <> 0", on)
        for case_id, currency, name, ref, day, due, total, _residual in self._read(cases, moved):
            found = result[case_id][currency]
            if date_from and day < date_from:
                found["opening"] += Decimal(total)
            else:
                found["rows"].append(self._row(name, ref, day, due, total))
        for currencies in result.values():
            for found in currencies.values():
                found["rows"].sort(key=lambda row: row["date"])

    @api.model
    def _row(self, name, ref, day, due, amount):
        reference = ref if ref != name else ""
        values = {"name": name or "", "ref": reference or "", "date": day, "due": due}
        return {**values, "amount": Decimal(amount)}

    @api.model
    def _read(self, cases, condition):
        """Receivable items of the cases' debtors, by due date; amounts as text, which is exact."""
        return self.env.execute_query(
            SQL(
                """
                SELECT k.id, l.currency_id, m.name, m.ref, COALESCE(m.invoice_date, l.date),
                       COALESCE(l.date_maturity, l.date), l.amount_currency::text,
                       l.amount_residual_currency::text
                  FROM collection_case k
                  JOIN res_partner d ON d.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = k.company_id
                  JOIN account_account a ON a.id = l.account_id
                  JOIN account_move m ON m.id = l.move_id
                 WHERE k.id = ANY(%s) AND a.account_type = 'asset_receivable'
                   AND l.parent_state = 'posted' AND %s
                 ORDER BY k.id, COALESCE(l.date_maturity, l.date), l.id
                """,
                list(cases.ids),
                condition,
            )
        )

    # === Text === #
    @api.model
    def _get_docs(self, logs):
        """What statements show, as text in the language of the environment.

        :param logs: rows of the contact log that are statements
        :return: {log id: dict}
        """
        formats = NoticeFormats.of(self.env)
        docs = {}
        for (kind, on, start), group in logs.grouped(
            lambda log: (log.statement_kind, log.date, log.statement_from)
        ).items():
            figures = self._load(group.case_id, kind, on, start or None)
            for log in group:
                docs[log.id] = self._format(log, figures[log.case_id.id], formats)
        return docs

    @api.model
    def _format(self, log, figures, formats):
        Currency = self.env["res.currency"]
        parts = [
            self._format_part(log, Currency.browse(currency), figures[currency], formats)
            for currency in sorted(figures)
        ]
        return {
            "kind": log.statement_kind,
            "date": formats.date(log.date),
            "from": formats.date(log.statement_from) if log.statement_from else "",
            "parts": parts,
            "reference": format_creditor_reference(log.reference),
        }

    @api.model
    def _format_part(self, log, currency, found, formats):
        limits = log.company_id._get_ageing_limits()
        labels = log.company_id.with_env(self.env)._get_ageing_labels()
        ages = list(age(found["open"], log.date, buckets(limits)).values())
        owed = sum((residual for _due, residual in found["open"]), Decimal(0))
        closing = found["rows"][-1]["balance"] if found["rows"] else found["opening"]

        def money(amount):
            return formats.amount(float(amount), currency)

        bank = log.new({"company_id": log.company_id.id, "currency_id": currency.id})
        return {
            "currency": currency.name,
            "opening": money(found["opening"]) if log.statement_kind == "activity" else "",
            "rows": [
                {
                    **row,
                    "date": formats.date(row["date"]),
                    "due": formats.date(row["due"]),
                    "days": max(0, (log.date - row["due"]).days),
                    "amount": money(row["amount"]),
                    "balance": money(row["balance"]),
                }
                for row in found["rows"]
            ],
            "closing": money(closing),
            "ages": [(name, money(amount)) for name, amount in zip(labels, ages, strict=True)],
            "to_pay": money(owed) if owed > 0 else "",
            "accounts": formats.once(
                ("accounts", log.company_id, currency), bank._get_notice_accounts
            ),
        }
