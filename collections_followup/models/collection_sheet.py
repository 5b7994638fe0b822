from contextlib import contextmanager
from io import BytesIO

import xlsxwriter

from odoo import api, models

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CollectionSheet(models.AbstractModel):
    """Figures handed on as PDF or as a workbook: what all of these papers have in common."""

    _name = "collection.sheet"
    _description = "Figures on Paper or as a Workbook"

    @api.model
    def _get_lang_data(self):
        return self.env["res.lang"]._get_data(code=self.env.lang or "en_US")

    # === Paper === #
    @api.model
    def _print_sheet(self, template, values, report):
        """A document in the language of the reader, printed in its direction.

        :param template: XML id of the document
        :param report: XML id of the report whose paper format is taken
        :rtype: bytes
        """
        Letter = self.env["collection.letter"]
        Letter._check_engine()
        html = self.env["ir.qweb"]._render(
            template,
            {
                "lang": (self.env.lang or "en_US").replace("_", "-"),
                "dir": self._get_lang_data().direction or "ltr",
                "measures": Letter._get_measures(self.browse()),
                **values,
            },
            minimal_qcontext=True,
        )
        return Letter._print_html(html, report)

    @api.model
    def _number_text(self, number, digits):
        """A number as the language of the reader writes it."""
        # sudo: how a language writes numbers.
        lang = self.env["res.lang"].browse(self._get_lang_data().id).sudo()
        return lang.format(f"%.{digits}f", number, grouping=True)

    # === Workbooks === #
    @api.model
    @contextmanager
    def _workbook(self, **options):
        """A workbook and the styles of its cells; what it is written to has it at the end.

        Texts are written as texts whatever they begin with, so that the name of a debtor never
        becomes a formula or a link.

        :return: stream, book, styles
        """
        stream = BytesIO()
        safe = {"strings_to_formulas": False, "strings_to_urls": False}
        book = xlsxwriter.Workbook(stream, {**safe, **options})
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format(
                {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
            ),
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "total": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
            "number": book.add_format({"num_format": "#,##0.##"}),
            "rate": book.add_format({"num_format": "0.0000"}),
            # The short date of whoever opens it.
            "day": book.add_format({"num_format": 14}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        yield stream, book, styles
        book.close()

    @api.model
    def _add_sheet(self, book, styles, name, heads, widths, line=0):
        """A sheet with its heads, which stay when it is scrolled; from right to left where people
        read so."""
        sheet = book.add_worksheet(name)
        if self._get_lang_data().direction == "rtl":
            sheet.right_to_left()
        for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(line, column, head, styles["head"])
        sheet.freeze_panes(line + 1, 0)
        return sheet
