from odoo import models
from odoo.tools import format_amount

from ..words import day_text
from .collection_sheet import XLSX

REPORT = "collections_followup.collection_provision_report"


class CollectionProvision(models.Model):
    """The provision for the auditor, on paper and as a workbook: proposal, rates, and how it comes
    about."""

    _inherit = "collection.provision"

    # === Actions === #
    def action_print(self):
        """Hand over the PDF, which stays with the provision."""
        self.ensure_one()
        self.check_access("read")
        return self._hand_over("pdf", "application/pdf", self._make_pdf())

    def action_export(self):
        """Hand over the workbook, which stays with the provision."""
        self.ensure_one()
        self.check_access("read")
        return self._hand_over("xlsx", XLSX, self._make_xlsx())

    def _hand_over(self, extension, mimetype, content):
        attachments_sudo = self.env["ir.attachment"].sudo()  # sudo: readers may take the figures
        # along that they see.
        attachment = attachments_sudo.create(
            {
                "name": f"{self.name}.{extension}",
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return self.env["collection.letter"]._get_download(attachment)

    # === Paper === #
    def _make_pdf(self):
        """:rtype: bytes"""
        values = {"doc": self._get_paper_values()}
        return self.env["collection.sheet"]._print_sheet(
            "collections_followup.provision_document", values, REPORT
        )

    def _get_paper_values(self):
        """What stands on the paper; all amounts are text."""
        number = self.env["collection.sheet"]._number_text
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in ("method", "state")
        }

        def money(amount, currency=None):
            return number(amount, (currency or self.currency_id).decimal_places)

        return {
            "title": self.name,
            "company": self.company_id.name,
            "currency": self.currency_id.name,
            "day": day_text(self.env, self.date),
            "method": labels["method"][self.method],
            "state": labels["state"][self.state],
            "entry": self.move_id.name if self.state == "posted" else "",
            "note": self.note or "",
            "history": self.method == "history" and self._get_history_text(),
            "lines": [
                {
                    "currency": line.foreign_currency_id.name,
                    "name": line.name,
                    "gross_currency": money(line.gross_currency, line.foreign_currency_id),
                    "gross": money(line.gross),
                    "rate": number(line.rate, 4),
                    "loss": money(line.loss),
                }
                for line in self.line_ids
            ],
            "rates": [
                {
                    "name": rate.name,
                    "reached": money(rate.amount_reached),
                    "unpaid": money(rate.amount_unpaid),
                    "rate": number(rate.rate, 4),
                }
                for rate in self.rate_ids
            ],
            "gross": money(self.amount_gross),
            "loss": money(self.amount_loss),
            "summary": [
                (label, format_amount(self.env, amount, self.currency_id))
                for label, amount in self._get_summary()
            ],
        }

    def _get_history_text(self):
        number = self.env["collection.sheet"]._number_text
        return self.env._(
            "Rates from the invoices of %(first)s to %(last)s: of what reached an age, the part "
            "that was never paid, times %(factor)s for the outlook.",
            first=day_text(self.env, self.cohort_from),
            last=day_text(self.env, self.cohort_to),
            factor=number(self.factor, 2),
        )

    def _get_summary(self):
        """From the ledger to what is posted: pairs of label and amount."""
        return [
            (self.env._("Receivable accounts"), self.amount_ledger),
            (self.env._("Debtors in credit"), self.amount_credit),
            (self.env._("Receivables"), self.amount_gross),
            (self.env._("Expected loss"), self.amount_loss),
            (self.env._("Provided so far"), self.amount_booked),
            (self.env._("To post"), self.amount_change),
        ]

    # === Workbook === #
    def _make_xlsx(self):
        """:rtype: bytes"""
        Sheet = self.env["collection.sheet"]
        with Sheet._workbook() as (stream, book, styles):
            for title, heads, rows in self._get_sheets():
                widths = [30] + [18] * (len(heads) - 1)
                sheet = Sheet._add_sheet(book, styles, title, heads, widths)
                for line, row in enumerate(rows, 1):
                    self._write_row(sheet, line, row, heads, styles)
        return stream.getvalue()

    def _write_row(self, sheet, line, row, heads, styles):
        for column, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, column, value)
            else:
                is_rate = heads[column] == self.env._("Loss rate (%)")
                sheet.write_number(line, column, value, styles["rate" if is_rate else "amount"])

    def _get_sheets(self):
        """Title, heads and rows of each sheet."""
        proposal = [
            (n.foreign_currency_id.name, n.name, n.gross_currency, n.gross, n.rate, n.loss)
            for n in self.line_ids
        ]
        rates = [(r.name, r.rate, r.amount_reached, r.amount_unpaid) for r in self.rate_ids]
        heads = [
            self.env._("Currency"),
            self.env._("Age"),
            self.env._("Open in currency"),
            self.env._("Open"),
        ]
        about = f"{self.company_id.name}, {day_text(self.env, self.date)}"
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
            (self.env._("Summary"), [about, self.currency_id.name], self._get_summary()),
        ]
