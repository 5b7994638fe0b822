import logging
import subprocess

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools.image import image_data_uri

from odoo.addons.base.models import ir_actions_report as reports

from ..tools.rtl import direction as text_direction
from ..tools.rtl import isolate_words
from ..words import day_text

_logger = logging.getLogger(__name__)

REPORT = "collections_followup.collection_notice_report"
#: Where the pages behind a letter begin in its text.
ANNEX_MARK = Markup('<div class="annex">')
#: An unpatched wkhtmltopdf prints everything smaller by this factor, whatever it is told.
UNPATCHED_SCALE = 1.3


class CollectionLetter(models.AbstractModel):
    """From the text of letters to paper.

    A batch is one HTML document with page breaks, letterheads in the text and styles inside, so
    that it looks the same with and without a patched wkhtmltopdf and needs no web server.
    """

    _inherit = "collection.letter"

    @api.model
    def _make_pdf(self, letters, contents):
        """One PDF of up to ``BATCH`` letters.

        :rtype: bytes
        """
        return self._print_html(self._make_html(letters, contents))

    @api.model
    def _print_html(self, html, report=REPORT):
        """A document with its styles inside as PDF; a refusal with the reason when the engine
        fails.

        :param report: XML id of the report whose paper format is taken
        :rtype: bytes
        """
        # sudo: the paper format is a setting.
        report = self.env.ref(report).sudo()
        try:
            # The engine is called without a header and a footer: an unpatched one has none.
            pdf = self.env["ir.actions.report"]._run_wkhtmltopdf(
                [html], report_ref=report.report_name
            )
        except (UserError, OSError, subprocess.SubprocessError) as error:
            raise self._engine_error(error) from error
        if not pdf.startswith(b"%PDF"):
            raise self._engine_error(self.env._("it gave no document."))
        return pdf

    @api.model
    def _engine_error(self, error):
        _logger.warning("Nothing could be printed: %s", error)
        return UserError(
            self.env._(
                "This could not be printed: %(reason)s\nNothing was changed; please print it "
                "again.",
                reason=error,
            )
        )

    @api.model
    def _make_html(self, letters, contents):
        """Letters as one document, each beginning on a new page."""
        sheets = []
        heads = {}
        for log in letters:
            lang = log._get_notice_lang()
            key = (log.company_id, lang)
            if key not in heads:
                heads[key] = self._get_head(log.company_id, lang)
            text, mark, annex = contents[log.id]["content"].partition(ANNEX_MARK)
            doc = {
                **self._get_sheet_values(log.with_context(lang=lang)),
                "subject": contents[log.id]["subject"],
                "content": text,
                "annex": mark + annex,
            }
            sheet = (
                self.env["ir.qweb"]
                .with_context(lang=lang)
                ._render(
                    "collections_followup.letter_sheet",
                    {"doc": doc, "head": heads[key]},
                    minimal_qcontext=True,
                )
            )
            sheets.append(Markup(isolate_words(sheet)) if heads[key]["dir"] == "rtl" else sheet)
        return self._make_document(letters, sheets)

    @api.model
    def _make_document(self, records, sheets):
        """Sheets as one HTML document, with its styles and logos inside.

        :param records: what is printed; their companies give logo and paper format
        """
        values = {
            "sheets": sheets,
            # sudo: the letterhead is on every invoice.
            "companies": records.company_id.sudo(),
            **self._get_measures(records),
        }
        return Markup("<!DOCTYPE html>\n") + self.env["ir.qweb"]._render(
            "collections_followup.letter_document",
            {**values, "logo": lambda company: image_data_uri(company.partner_id.image_512)},
            minimal_qcontext=True,
        )

    @api.model
    def _get_measures(self, letters):
        """Functions for lengths on paper, which undo what the PDF engine does to them."""
        scale = 1.0 if reports._wkhtml().is_patched_qt else UNPATCHED_SCALE
        paper = letters.company_id[:1].paperformat_id.format if letters else "A4"
        height = 279 if paper == "Letter" else 297
        return {
            "mm": lambda length: f"{length * scale:.2f}mm",
            "pt": lambda size: f"{size * scale:.2f}pt",
            # Without the margins of the paper format, and a little less, so that rounding never
            # makes an empty page.
            "page_height": height - 24 - 2,
        }

    @api.model
    def _get_head(self, company, lang):
        head = self.env["collection.notice"]._get_letterhead(company, lang)
        # sudo: the logo is on every invoice.
        has_logo = not company.uses_default_logo and company.sudo().partner_id.image_512
        return {**head, "has_logo": bool(has_logo)}

    @api.model
    def _get_sheet_values(self, log):
        """What stands around the text: address, date, references and whom to ask."""
        person = (log.partner_id or log.debtor_id).sudo()
        # sudo: name, phone and address of the colleague in charge are printed for the debtor.
        user = log.case_id.user_id.sudo()
        lines = [person.name or "", *person._display_address(True).splitlines()]
        if person != log.debtor_id and log.debtor_id.name not in lines:
            lines.insert(0, log.debtor_id.name)
        if person.country_id == log.company_id.country_id:
            lines = [line for line in lines if line != person.country_id.name]
        return {
            "company_id": log.company_id.id,
            "address": [
                (line.strip(), text_direction(line)) for line in lines if line and line.strip()
            ],
            "date": day_text(self.env(context=log.env.context), log.date),
            "customer": log.debtor_id.ref or "",
            "reference": log._get_notice_values()["reference"],
            "user": user.name or "",
            "phone": user.phone or log.company_id.phone or "",
            "email": user.email or log.company_id.email or "",
        }
