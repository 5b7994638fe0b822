from io import BytesIO

import xlsxwriter

from odoo import models
from odoo.tools import format_amount

from ..words import day_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CollectionRemittance(models.Model):
    """The statement on the collector's letterhead, and as a workbook."""

    _inherit = "collection.remittance"

    # === Actions === #
    def action_print(self):
        """The statement as PDF."""
        self.ensure_one()
        self.check_access("read")
        return self._hand_over(f"{self.name}.pdf", self._make_pdf(), "application/pdf")

    def action_export(self):
        """The statement as a workbook."""
        self.ensure_one()
        self.check_access("read")
        return self._hand_over(f"{self.name}.xlsx", self._make_xlsx(), XLSX)

    def _hand_over(self, name, content, mimetype):
        # sudo: whoever may read the statement may have it as a file.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name.replace("/", "-"),
                    "raw": content,
                    "mimetype": mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        return self.env["collection.letter"]._get_download(attachment)

    # === PDF === #
    def _make_pdf(self):
        Letter = self.env["collection.letter"]
        Letter._check_engine()
        lang = self.client_id.lang or self.env.lang or "en_US"
        head = Letter._get_head(self.company_id, lang)
        qweb = self.env["ir.qweb"].with_context(lang=lang)
        content = qweb._render(
            "collections_followup.remittance_paper",
            {"statement": self.with_context(lang=lang)._get_paper_values()},
            minimal_qcontext=True,
        )
        sheet = qweb._render(
            "collections_followup.letter_sheet",
            {"doc": {**self._get_sheet_values(), "content": content, "annex": ""}, "head": head},
            minimal_qcontext=True,
        )
        return Letter._print_html(Letter._make_document(self, [sheet]))

    def _get_sheet_values(self):
        # sudo: the address of the client is printed for the client.
        client = self.client_id.sudo()
        lines = [client.name, *client._display_address(True).splitlines()]
        return {
            "company_id": self.company_id.id,
            "address": [(line.strip(), "ltr") for line in lines if line.strip()],
            "date": day_text(self.env, self.date_to),
            "customer": "",
            "reference": self.mandate_id.reference or self.name,
            "user": self.env.user.name,
            "phone": self.company_id.phone or "",
            "email": self.company_id.email or "",
            "subject": self.name,
        }

    def _get_totals(self):
        """Rows of the account: what it is, and the amount."""
        withheld = self.mandate_id.withheld
        rows = [(self.env._("Collected"), self.collected)]
        if withheld:
            rows += [
                (self.env._("Commission"), -self.commission),
                (self._get_fixed_text(), -self.fixed_amount),
                (self.env._("Costs: %s", self.cost_note or ""), -self.cost_amount),
                (self.env._("Taxes on commission and costs"), -self.tax),
            ]
        rows = rows[:1] + [row for row in rows[1:] if not self.currency_id.is_zero(row[1])]
        return [*rows, (self.env._("Paid to you"), self.net)]

    def _get_paper_values(self):
        # sudo: items of the client's ledger are what the client is told.
        lines = self.sudo().line_ids

        def money(amount):
            return format_amount(self.env, amount, self.currency_id)

        return {
            "collector": self.company_id.name,
            "on": day_text(self.env, self.date_to),
            "rows": [
                {
                    "debtor": line.partner_id.name,
                    "document": line.document or "",
                    "date": day_text(self.env, line.date),
                    "amount": money(line.amount),
                    "commission": money(line.commission),
                }
                for line in lines
            ],
            "collected": money(self.collected),
            "commission": money(self.commission),
            "totals": [(name, money(amount)) for name, amount in self._get_totals()],
            "invoice": self.sudo().invoice_id.name or "",
            "withheld": self.mandate_id.withheld,
            "held": money(self.held) if not self.currency_id.is_zero(self.held) else "",
        }

    # === Workbook === #
    def _make_xlsx(self):
        """Texts are written as texts whatever they begin with.

        :rtype: bytes
        """
        stream = BytesIO()
        options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        book = xlsxwriter.Workbook(stream, options)
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet(self.env._("Remittance"))
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 4, 16)
        sheet.write_string(0, 0, self.name, bold)
        for number, (name, amount) in enumerate(self._get_totals(), 2):
            sheet.write_string(number, 0, name)
            sheet.write_number(number, 1, amount, money)
        sheet.write_string(number + 1, 0, self.env._("Held in trust on account"))
        sheet.write_number(number + 1, 1, self.held, money)
        start = number + 3
        heads = (
            self.env._("Debtor"),
            self.env._("Document"),
            self.env._("Received"),
            self.env._("Collected"),
            self.env._("Commission"),
        )
        for column, head in enumerate(heads):
            sheet.write_string(start, column, head, bold)
        # sudo: items of the client's ledger are what the client is told.
        for row, line in enumerate(self.sudo().line_ids, start + 1):
            sheet.write_string(row, 0, line.partner_id.name or "")
            sheet.write_string(row, 1, line.document or "")
            sheet.write_datetime(row, 2, line.date, day)
            sheet.write_number(row, 3, line.amount, money)
            sheet.write_number(row, 4, line.commission, money)
        book.close()
        return stream.getvalue()
