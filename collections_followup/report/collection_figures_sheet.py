from io import BytesIO

import xlsxwriter

from odoo import api, fields, models
from odoo.tools import format_amount

from ..words import day_text

REPORT = "collections_followup.collection_figures_report"


class CollectionFiguresSheet(models.AbstractModel):
    """Figures on paper, as a workbook and in a mail, with what they are made of."""

    _name = "collection.figures.sheet"
    _description = "Figures to Hand On"

    @api.model
    def _get_figures(self, filters):
        """Figures with their texts, and the months before.

        :return: dict of ``period``, ``last``, ``currency``, ``who``, ``figures``, ``months``
        """
        Dashboard = self.env["collection.dashboard"]
        found = Dashboard.get_figures(filters)
        scope = Dashboard._get_scope(filters)
        currency = self.env["res.currency"].browse(found["currency_id"])
        for figure in found["figures"]:
            figure["text"] = self._format(figure["value"], figure["unit"], currency)
            for part in figure["parts"]:
                part["text"] = self._format(part["value"], part["unit"], currency)
        months = Dashboard._get_trend(Dashboard._get_months(scope))
        for month in months:
            month["dso_text"] = self._format(month["dso"], "days", currency)
            month["cei_text"] = self._format(month["cei"], "percent", currency)
        # sudo: the name of a colleague.
        who = self.env["res.users"].sudo().browse(scope.user).name if scope.user else ""
        return {
            "period": self.env._(
                "%(first)s – %(last)s",
                first=day_text(self.env, scope.start),
                last=day_text(self.env, scope.end),
            ),
            "last": scope.end,
            "currency": currency,
            "companies": ", ".join(scope.companies.mapped("name")),
            "who": who,
            "figures": found["figures"],
            "months": months,
        }

    @api.model
    def _format(self, value, unit, currency):
        """A value as people read it."""
        if value is None:
            return "–"
        if unit == "money":
            return format_amount(self.env, value, currency)
        digits = 0 if unit == "number" and value == int(value) else 1
        lang = self.env["res.lang"].browse(
            self.env["res.lang"]._get_data(code=self.env.lang or "en_US").id
        )
        # sudo: how a language writes numbers.
        number = lang.sudo().format(f"%.{digits}f", value, grouping=True)
        if unit == "percent":
            return self.env._("%s %%", number)
        return self.env._("%s days", number) if unit == "days" else number

    # === Paper === #
    @api.model
    def _make_pdf(self, figures, title):
        """Figures as PDF.

        :rtype: bytes
        """
        self.env["collection.letter"]._check_engine()
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        values = {
            "lang": (self.env.lang or "en_US").replace("_", "-"),
            "dir": lang.direction or "ltr",
            "title": title,
            "figures": figures,
            "measures": self.env["collection.letter"]._get_measures(self),
        }
        html = self.env["ir.qweb"]._render(
            "collections_followup.figures_document", values, minimal_qcontext=True
        )
        return self.env["collection.letter"]._print_html(html, REPORT)

    # === Workbook === #
    @api.model
    def _make_xlsx(self, figures, title):
        """Figures as a workbook: values as numbers, parts beside them, and the months before.

        :rtype: bytes
        """
        stream = BytesIO()
        book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False})
        styles = {
            "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "money": book.add_format({"num_format": "#,##0.00"}),
            "number": book.add_format({"num_format": "#,##0.##"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        self._write_figures(book, styles, figures, title)
        self._write_months(book, styles, figures["months"])
        book.close()
        return stream.getvalue()

    @api.model
    def _write_figures(self, book, styles, figures, title):
        heads = [self.env._("Figure"), self.env._("Value"), self.env._("Unit")]
        heads += [self.env._("Made of"), self.env._("Amount"), self.env._("Definition")]
        sheet = book.add_worksheet(self.env._("Figures"))
        sheet.write_string(0, 0, title)
        about = [figures["companies"], figures["who"], figures["currency"].name]
        sheet.write_string(1, 0, " · ".join(filter(None, about)))
        for column, (head, width) in enumerate(zip(heads, (38, 14, 8, 38, 16, 90), strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(3, column, head, styles["head"])
        sheet.freeze_panes(4, 0)
        units = {"money": figures["currency"].name, "percent": "%", "number": ""}
        units["days"] = self.env._("days")
        line = 4
        for figure in figures["figures"]:
            sheet.write_string(line, 0, figure["name"])
            if figure["value"] is None:
                sheet.write_string(line, 1, "–")
            else:
                sheet.write_number(line, 1, figure["value"], styles["number"])
            sheet.write_string(line, 2, units[figure["unit"]])
            sheet.write_string(line, 5, figure["definition"], styles["text"])
            for part in figure["parts"]:
                sheet.write_string(line, 3, part["label"])
                style = styles["money" if part["unit"] == "money" else "number"]
                sheet.write_number(line, 4, part["value"], style)
                line += 1

    @api.model
    def _write_months(self, book, styles, months):
        sheet = book.add_worksheet(self.env._("Months"))
        for column, head in enumerate((self.env._("Month"), self.env._("DSO"), self.env._("CEI"))):
            sheet.set_column(column, column, 14)
            sheet.write_string(0, column, head, styles["head"])
        for line, month in enumerate(months, 1):
            sheet.write_string(line, 0, month["label"])
            for column, name in enumerate(("dso", "cei"), 1):
                if month[name] is not None:
                    sheet.write_number(line, column, month[name], styles["number"])

    # === Handing over === #
    @api.model
    def get_file(self, filters, form):
        """A file of the figures on the screen, which nobody but its reader may open.

        :param form: ``pdf`` or ``xlsx``
        """
        figures = self._get_figures(filters)
        title = self.env._("Figures, %(period)s", period=figures["period"])
        make = self._make_pdf if form == "pdf" else self._make_xlsx
        attachment = self.env["ir.attachment"].create(
            {
                "name": f"{title}.{'pdf' if form == 'pdf' else 'xlsx'}",
                "raw": make(figures, title),
                "res_model": self._name,
            }
        )
        return self.env["collection.letter"]._get_download(attachment)

    @api.autovacuum
    def _gc_files(self):
        """Files that have been fetched are not needed any more."""
        yesterday = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("create_date", "<", yesterday)]
        ).unlink()
