from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_amount

from ..tools.rtl import direction as text_direction
from ..words import day_text

REPORT = "collections_followup.collection_ageing_report"
#: Debtors on paper; what the others owe is summed up in one line.
PAPER_DEBTORS = 1000
#: Lines on the first page, on others, and on the last, which also has the check. Pages are made
#: here, because some builds of the PDF engine cut a line in two where a page ends.
FIRST_PAGE, NEXT_PAGE, LAST_PAGE = 28, 30, 22
#: A sheet of Excel ends soon after.
SHEET_ITEMS = 1_000_000
#: What the list of items is made of.
ITEM_FIELDS = (
    *("id", "move_id", "company_id", "partner_id", "country_id", "currency_id"),
    *("salesperson_id", "user_id", "stage_id", "bucket", "date", "date_due", "days_overdue"),
    *("residual", "residual_currency", "company_currency_id"),
)
#: Columns of the list of items: texts first, then days, then numbers.
TEXTS, DAYS = 12, 2


class CollectionAgeingSheet(models.AbstractModel):
    """Aged receivables on paper and as a workbook, both with the check against the ledger."""

    _name = "collection.ageing.sheet"
    _description = "Aged Receivables to Hand On"
    _inherit = ["collection.sheet"]

    # === Figures === #
    @api.model
    def _get_figures(self, on, companies, domain=()):
        """Figures per company and debtor, largest debts first, with totals and the check.

        :param domain: of ``collection.ageing``; narrows what is shown
        :return: one dict a company: company, rows, totals, total, ledger, difference
        """
        Ageing = self.env["collection.ageing"]._as_of(on)
        ledger = Ageing._get_ledger(on, companies)
        debtors = self._get_debtors(Ageing, [("company_id", "in", companies.ids), *domain])
        width = len(self.env.company._get_ageing_limits()) + 3
        result = []
        for company in companies:
            rows, rounded = debtors[company.id], company.currency_id.round
            totals = [rounded(sum(amounts[n] for _p, amounts in rows)) for n in range(width)]
            balance = rounded(float(ledger.get(company.id, 0)))
            result.append(
                {
                    "company": company,
                    "rows": rows,
                    "totals": totals,
                    "ledger": balance,
                    "difference": rounded(balance - totals[-1]),
                }
            )
        return result

    @api.model
    def _get_debtors(self, Ageing, domain):
        """What each debtor owes by bucket and altogether, largest debts first.

        :return: {company id: list of (debtor, amounts)}
        """
        count = len(self.env.company._get_ageing_limits()) + 2
        groups = Ageing._read_group(
            domain,
            ["company_id", "partner_id"],
            [*(f"amount_{number}:sum" for number in range(count)), "residual:sum"],
        )
        # sudo: the name of a debtor is on every document the reader may see.
        partners = (
            self.env["res.partner"].sudo().browse(group[1].id for group in groups if group[1])
        )
        partners.fetch(["complete_name", "ref", "country_id"])
        result = defaultdict(list)
        for company, partner, *amounts in sorted(groups, key=lambda g: (-g[-1], g[1].id or 0)):
            if any(amounts):
                debtor = partner.sudo().with_prefetch(partners.ids)  # sudo: as above
                result[company.id].append((debtor, amounts))
        return result

    # === Paper === #
    @api.model
    def _make_pdf(self, on, companies, domain=(), selection=""):
        """Aged receivables as PDF, a debtor a line.

        :rtype: bytes
        """
        values = {
            "on": day_text(self.env, on),
            "labels": self.env.company._get_ageing_labels(),
            "parts": [self._format_part(part) for part in self._get_figures(on, companies, domain)],
            "selection": selection,
        }
        return self._print_sheet("collections_followup.ageing_document", values, REPORT)

    @api.model
    def _format_part(self, part):
        """Figures of a company as text; small debtors beyond what paper holds in one line."""
        currency = part["company"].currency_id
        shown, others = part["rows"][:PAPER_DEBTORS], part["rows"][PAPER_DEBTORS:]
        rows = [self._format_row(partner, amounts, currency) for partner, amounts in shown]
        if others:
            sums = [sum(column) for column in zip(*(row[1] for row in others), strict=True)]
            name = self.env._("%(count)s other debtors", count=len(others))
            rows.append({**self._format_row(None, sums, currency), "name": name})
        return {
            "company": part["company"].name,
            "currency": currency.name,
            "pages": self._split_pages(rows),
            "count": len(part["rows"]),
            "totals": [self._number(amount, currency) for amount in part["totals"]],
            "total": format_amount(self.env, part["totals"][-1], currency),
            "ledger": format_amount(self.env, part["ledger"], currency),
            "difference": format_amount(self.env, part["difference"], currency),
            "agrees": currency.is_zero(part["difference"]),
        }

    @api.model
    def _split_pages(self, rows):
        """Rows of each page; the last page leaves room for the total and the check."""
        pages, room = [], FIRST_PAGE
        while len(rows) > min(room, LAST_PAGE):
            count = min(room, len(rows))
            pages.append(rows[:count])
            rows, room = rows[count:], NEXT_PAGE
        return [*pages, rows]

    @api.model
    def _format_row(self, partner, amounts, currency):
        name = partner.complete_name if partner else self.env._("Without a debtor")
        return {
            "name": name,
            "dir": text_direction(name),
            "ref": (partner and partner.ref) or "",
            "amounts": [self._number(amount, currency) for amount in amounts],
        }

    @api.model
    def _number(self, amount, currency):
        """An amount without its currency, which stands above; nothing for zero."""
        if currency.is_zero(amount):
            return ""
        return self._number_text(amount, currency.decimal_places)

    # === Workbook === #
    @api.model
    def _make_xlsx(self, on, companies, domain=()):
        """Aged receivables as a workbook: debtors, every open item, and the check.

        :rtype: bytes
        """
        figures = self._get_figures(on, companies, domain)
        items = self._get_items(on, companies, domain)
        with self._workbook(constant_memory=True) as (stream, book, styles):
            self._write_debtors(book, styles, figures)
            self._write_items(book, styles, items)
            self._write_check(book, styles, on, figures)
        return stream.getvalue()

    @api.model
    def _write_debtors(self, book, styles, figures):
        labels = [*self.env.company._get_ageing_labels(), self.env._("Open")]
        heads = [self.env._("Company"), self.env._("Debtor"), self.env._("Number")]
        heads += [self.env._("Country"), self.env._("Currency"), *labels]
        widths = [22, 34, 12, 16, 9, *[15] * len(labels)]
        sheet = self._add_sheet(book, styles, self.env._("Debtors"), heads, widths)
        line = 1
        for part in figures:
            company, currency = part["company"].name, part["company"].currency_id.name
            for partner, amounts in part["rows"]:
                texts = [company, partner.complete_name or "", partner.ref or ""]
                texts += [partner.country_id.name or "", currency]
                self._write_row(sheet, line, texts, amounts, styles["amount"])
                line += 1
            texts = [company, self.env._("Total"), "", "", currency]
            self._write_row(sheet, line, texts, part["totals"], styles["total"])
            line += 1

    @api.model
    def _write_row(self, sheet, line, texts, amounts, style):
        for column, text in enumerate(texts):
            sheet.write_string(line, column, text)
        for column, amount in enumerate(amounts, len(texts)):
            sheet.write_number(line, column, amount, style)

    @api.model
    def _get_items(self, on, companies, domain=()):
        """Every open item as a row of texts, days, and numbers, oldest first."""
        Ageing = self.env["collection.ageing"]._as_of(on)
        domain = [("company_id", "in", companies.ids), *domain]
        query = Ageing._search(domain)
        columns = [SQL.identifier(query.table, name) for name in ITEM_FIELDS]
        lang = self.env.lang or "en_US"
        return self.env.execute_query(
            SQL(
                """
                SELECT y.name, p.complete_name, p.ref, m.name, m.ref,
                       COALESCE(n.name ->> %(lang)s, n.name ->> 'en_US'), sp.complete_name,
                       up.complete_name, COALESCE(s.name ->> %(lang)s, s.name ->> 'en_US'),
                       g.bucket, yc.name, r.name, g.date, g.date_due, g.days_overdue,
                       g.residual, g.residual_currency
                  FROM (%(rows)s) g
                  JOIN res_company y ON y.id = g.company_id
                  JOIN res_currency r ON r.id = g.currency_id
                  JOIN res_currency yc ON yc.id = g.company_currency_id
                  JOIN account_move m ON m.id = g.move_id
                  LEFT JOIN res_partner p ON p.id = g.partner_id
                  LEFT JOIN res_country n ON n.id = g.country_id
                  LEFT JOIN res_users su ON su.id = g.salesperson_id
                  LEFT JOIN res_partner sp ON sp.id = su.partner_id
                  LEFT JOIN res_users uu ON uu.id = g.user_id
                  LEFT JOIN res_partner up ON up.id = uu.partner_id
                  LEFT JOIN collection_stage s ON s.id = g.stage_id
                 ORDER BY y.id, g.date_due, g.id
                 LIMIT %(limit)s
                """,
                lang=lang,
                rows=query.select(*columns),
                limit=SHEET_ITEMS + 1,
            )
        )

    @api.model
    def _write_items(self, book, styles, items):
        if len(items) > SHEET_ITEMS:
            raise UserError(
                self.env._(
                    "There are more open items than a sheet of a workbook can hold. Choose some of "
                    "the debtors, or one company at a time."
                )
            )
        labels = dict(self.env["collection.ageing"]._get_bucket_selection())
        heads = [
            self.env._("Company"), self.env._("Debtor"), self.env._("Number"),
            self.env._("Document"), self.env._("Reference"), self.env._("Country"),
            self.env._("Salesperson"), self.env._("Collector"), self.env._("Stage"),
            self.env._("Age"), self.env._("Company Currency"), self.env._("Currency"),
            self.env._("Date"), self.env._("Due"), self.env._("Days Overdue"), self.env._("Open"),
            self.env._("Open in Currency"),
        ]  # fmt: skip
        widths = [22, 34, 12, 20, 20, 16, 20, 20, 18, 14, 9, 9, 12, 12, 9, 15, 15]
        sheet = self._add_sheet(book, styles, self.env._("Items"), heads, widths)
        for line, row in enumerate(items, 1):
            for column, value in enumerate(row):
                if column < TEXTS:
                    text = labels.get(value, "") if column == TEXTS - 3 else value
                    sheet.write_string(line, column, text or "")
                elif column < TEXTS + DAYS:
                    sheet.write_datetime(line, column, value, styles["day"])
                elif column == TEXTS + DAYS:
                    sheet.write_number(line, column, value)
                else:
                    sheet.write_number(line, column, value, styles["amount"])

    @api.model
    def _write_check(self, book, styles, on, figures):
        heads = [
            self.env._("Company"), self.env._("As Of"), self.env._("Currency"),
            self.env._("Open items here"), self.env._("Receivable accounts in the ledger"),
            self.env._("Difference"),
        ]  # fmt: skip
        sheet = self._add_sheet(book, styles, self.env._("Check"), heads, [22, 12, 9, 18, 18, 18])
        for line, part in enumerate(figures, 1):
            sheet.write_string(line, 0, part["company"].name)
            sheet.write_datetime(line, 1, on, styles["day"])
            sheet.write_string(line, 2, part["company"].currency_id.name)
            for column, amount in enumerate(
                (part["totals"][-1], part["ledger"], part["difference"]), 3
            ):
                sheet.write_number(line, column, amount, styles["amount"])
