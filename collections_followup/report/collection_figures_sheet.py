from odoo import api, fields, models
from odoo.tools import format_amount

from ..words import day_text, month_text

REPORT = "collections_followup.collection_figures_report"
#: Lines and rows on paper in mm, letters in a line of each column, and the room on a page. Pages
#: are made here, because some builds of the PDF engine cut a row in two where a page ends.
LINE, ROW, ROOM = 3.4, 5.2, 225
DEFINITION_LETTERS, PART_LETTERS = 54, 26


class CollectionFiguresSheet(models.AbstractModel):
    """Figures on paper, as a workbook and in a mail, with what they are made of."""

    _name = "collection.figures.sheet"
    _description = "Figures to Hand On"
    _inherit = ["collection.sheet"]

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
            first = fields.Date.to_date(f"{month['label']}-01")
            month["label"] = month_text(self.env, first)
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
        number = self._number_text(value, digits)
        if unit == "percent":
            return self.env._("%s %%", number)
        return self.env._("%s days", number) if unit == "days" else number

    # === Paper === #
    @api.model
    def _make_pdf(self, figures, title):
        """Figures as PDF.

        :rtype: bytes
        """
        values = {
            "title": title,
            "figures": figures,
            "pages": self._split_pages(figures["figures"]),
        }
        return self._print_sheet("collections_followup.figures_document", values, REPORT)

    @api.model
    def _split_pages(self, figures):
        """Figures of each page, none of them on two."""
        pages, room = [[]], ROOM
        for figure in figures:
            height = self._get_height(figure)
            if height > room and pages[-1]:
                pages.append([])
                room = ROOM
            pages[-1].append(figure)
            room -= height
        return pages

    @api.model
    def _get_height(self, figure):
        """About how much of a page a figure takes, in mm."""
        text = LINE * (2 + len(figure["definition"]) // DEFINITION_LETTERS)
        labels = (len(part["label"]) // PART_LETTERS for part in figure["parts"])
        return max(text, sum(ROW + LINE * more for more in labels))

    # === Workbook === #
    @api.model
    def _make_xlsx(self, figures, title):
        """Figures as a workbook: values as numbers, parts beside them, and the months before.

        :rtype: bytes
        """
        with self._workbook() as (stream, book, styles):
            self._write_figures(book, styles, figures, title)
            self._write_months(book, styles, figures["months"])
        return stream.getvalue()

    @api.model
    def _write_figures(self, book, styles, figures, title):
        heads = [self.env._("Figure"), self.env._("Value"), self.env._("Unit")]
        heads += [self.env._("Made of"), self.env._("Amount"), self.env._("Definition")]
        widths = (38, 14, 8, 38, 16, 90)
        sheet = self._add_sheet(book, styles, self.env._("Figures"), heads, widths, line=3)
        sheet.write_string(0, 0, title, styles["title"])
        about = [figures["companies"], figures["who"], figures["currency"].name]
        sheet.write_string(1, 0, " · ".join(filter(None, about)))
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
                style = styles["amount" if part["unit"] == "money" else "number"]
                sheet.write_number(line, 4, part["value"], style)
                line += 1

    @api.model
    def _write_months(self, book, styles, months):
        heads = [self.env._("Month"), self.env._("DSO"), self.env._("CEI")]
        sheet = self._add_sheet(book, styles, self.env._("Months"), heads, (14, 14, 14))
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
