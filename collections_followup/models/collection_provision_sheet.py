from io import BytesIO

import xlsxwriter

from odoo import models

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CollectionProvision(models.Model):
    """The provision as a workbook, for the auditor: proposal, rates, and how it comes about."""

    _inherit = "collection.provision"

    def action_export(self):
        """Hand over the workbook, which stays with the provision."""
        self.ensure_one()
        self.check_access("read")
        # sudo: readers may take the figures along that they see.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": f"{self.name}.xlsx",
                    "raw": self._make_xlsx(),
                    "mimetype": XLSX,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        return self.env["collection.letter"]._get_download(attachment)

    def _make_xlsx(self):
        """:rtype: bytes"""
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
        head = book.add_format({"bold": True, "bottom": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        rate = book.add_format({"num_format": "0.0000"})
        for title, heads, rows in self._get_sheets():
            sheet = book.add_worksheet(title)
            sheet.set_column(0, 0, 30)
            sheet.set_column(1, len(heads), 18)
            sheet.write_row(0, 0, heads, head)
            for line, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(line, column, value)
                    else:
                        is_rate = heads[column] == self.env._("Loss rate (%)")
                        sheet.write_number(line, column, value, rate if is_rate else money)
        book.close()
        return stream.getvalue()

    def _get_sheets(self):
        """Title, heads and rows of each sheet."""
        proposal = [
            (n.foreign_currency_id.name, n.name, n.gross_currency, n.gross, n.rate, n.loss)
            for n in self.line_ids
        ]
        rates = [(r.name, r.rate, r.amount_reached, r.amount_unpaid) for r in self.rate_ids]
        summary = [
            (self.env._("Receivable accounts"), self.amount_ledger),
            (self.env._("Debtors in credit"), self.amount_credit),
            (self.env._("Receivables"), self.amount_gross),
            (self.env._("Expected loss"), self.amount_loss),
            (self.env._("Provided so far"), self.amount_booked),
            (self.env._("To post"), self.amount_change),
        ]
        heads = [
            self.env._("Currency"),
            self.env._("Age"),
            self.env._("Open in currency"),
            self.env._("Open"),
        ]
        return [
            (
                self.env._("Proposal"),
                [*heads, self.env._("Loss rate (%)"), self.env._("Expected loss")],
                proposal,
            ),
            (
                self.env._("Loss rates"),
                [
                    self.env._("Age"),
                    self.env._("Loss rate (%)"),
                    self.env._("Reached"),
                    self.env._("Never paid"),
                ],
                rates,
            ),
            (
                self.env._("Summary"),
                [f"{self.company_id.name}, {self.date}", self.currency_id.name],
                summary,
            ),
        ]
