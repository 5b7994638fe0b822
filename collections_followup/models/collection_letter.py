import logging
import subprocess

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, split_every
from odoo.tools.image import image_data_uri
from odoo.tools.pdf import merge_pdf

from odoo.addons.base.models import ir_actions_report as reports

from ..tools.rtl import isolate_words
from .collection_channel import ChannelError

_logger = logging.getLogger(__name__)

REPORT = "collections_followup.collection_notice_report"
#: Letters printed by one call of the PDF engine: starting it is what costs most.
BATCH = 100
#: Rows on a page of the list of items behind a letter.
ROWS_PER_PAGE = 40
#: An unpatched wkhtmltopdf prints everything smaller by this factor, whatever it is told.
UNPATCHED_SCALE = 1.3


class CollectionLetter(models.AbstractModel):
    """Letters on paper: put together, printed, and kept as they were written.

    A batch is one HTML document with page breaks, letterheads in the text and styles inside, so
    that it looks the same with and without a patched wkhtmltopdf and needs no web server.
    """

    _name = "collection.letter"
    _description = "Letters"

    # === Printing === #
    @api.model
    def _print(self, letters, owner):
        """Print letters into one PDF in the given order, and note that they have been printed.

        Letters of which everything was paid meanwhile, or whose text cannot be prepared, are
        taken out and say why. All of it happens in one transaction: when the PDF engine fails
        nothing has changed, and printing can be repeated.

        :param letters: rows of the contact log on the channel letter, released
        :param owner: the record that keeps the PDF
        :return: the attachment, or an empty recordset when no letter is left
        """
        self._check_engine()
        contents = self._write_letters(letters)
        printable = letters.filtered(lambda log: log.id in contents)
        if not printable:
            return self.env["ir.attachment"]
        pdfs = [
            self._make_pdf(printable.browse(ids).with_prefetch(printable.ids), contents)
            for ids in split_every(BATCH, printable.ids)
        ]
        self._keep_texts(printable.filtered(lambda log: not log.printed_on), contents)
        # sudo: collectors print; the run they print it for is the engine's.
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self._get_file_name(printable, owner),
                    "raw": pdfs[0] if len(pdfs) == 1 else merge_pdf(pdfs),
                    "mimetype": "application/pdf",
                    "res_model": owner._name,
                    "res_id": owner.id,
                }
            )
        )

    @api.model
    def _check_engine(self):
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() in ("install", "broken"):
            raise UserError(
                self.env._(
                    "Letters cannot be printed, because the program wkhtmltopdf is missing on the "
                    "server. Nothing was changed: have it installed and print again."
                )
            )

    @api.model
    def _write_letters(self, letters):
        """The text of each letter: as it was printed before, or as it must be now.

        :return: {log id: {"subject": str, "content": Markup, "annex": [Markup]}}
        """
        contents = {}
        for log in letters:
            if log.printed_on and log.message_id:
                # sudo: the message is a part of the case that may be read.
                kept = log.message_id.sudo()
                contents[log.id] = {"subject": kept.subject or "", "content": kept.body}
        fresh = letters.filtered(lambda log: log.id not in contents)
        paid = fresh.filtered(lambda log: not log._get_notice_items())
        paid._update_state(("sent",), "cancelled", {"block_code": "paid"})
        for template, group in (
            (fresh - paid).grouped(lambda log: log.action_id.mail_template_id).items()
        ):
            contents.update(self._write_group(template, group))
        return contents

    @api.model
    def _write_group(self, template, letters):
        """Texts of letters of one template; a letter that cannot be written fails alone."""
        try:
            texts = self.env["collection.notice"]._get_texts(template, letters, letter=True)
        except ChannelError as error:
            if len(letters) > 1:
                parts = [self._write_group(template, letter) for letter in letters]
                return {log_id: text for part in parts for log_id, text in part.items()}
            letters._set_failed(error.code)
            letters.case_id.sudo()._ask_to_mend(error.code, error.detail)
            return {}
        return {
            log.id: {
                "subject": texts[log.id]["subject"],
                "content": texts[log.id]["body"] + self._make_annex(log, texts[log.id]["subject"]),
            }
            for log in letters
        }

    @api.model
    def _make_annex(self, log, subject):
        """Pages with the list of items, when they are too many for the letter itself."""
        lang = log._get_notice_lang()
        log = log.with_context(lang=lang)
        notice = log._get_notice_values()
        if not notice["separate"]:
            return Markup("")
        pages = list(split_every(ROWS_PER_PAGE, notice["items"]))
        return Markup("").join(
            self.env["ir.qweb"]
            .with_context(lang=lang)
            ._render(
                "collections_followup.letter_annex_page",
                {
                    "doc": notice,
                    "rows": rows,
                    "subject": subject,
                    "name": log.notice_name,
                    "number": number,
                    "count": len(pages),
                    "last": number == len(pages),
                },
                minimal_qcontext=True,
            )
            for number, rows in enumerate(pages, 1)
        )

    @api.model
    def _keep_texts(self, letters, contents):
        """File what was written on each case, and note when it was printed.

        The text on the case stays as it is, whatever is paid or changed afterwards.
        """
        # sudo: written for the collector, on cases whose letters may be printed.
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        messages = (
            self.env["mail.message"]
            .sudo()
            .create(
                [
                    {
                        "model": "collection.case",
                        "res_id": log.case_id.id,
                        "subject": contents[log.id]["subject"],
                        "body": contents[log.id]["content"],
                        "message_type": "comment",
                        "subtype_id": note,
                        "author_id": self.env.user.partner_id.id,
                        "email_from": self.env.user.email_formatted,
                        "reply_to": log.company_id.email_formatted,
                        "record_name": log.case_id.display_name,
                    }
                    for log in letters
                ]
            )
        )
        now = fields.Datetime.now()
        for log, message in zip(letters.sudo(), messages, strict=True):
            log.write({"message_id": message.id, "printed_on": now})

    @api.model
    def _get_file_name(self, letters, owner):
        day = fields.Date.to_string(max(letters.mapped("date")))
        if len(letters) == 1:
            return self.env._(
                "Letter %(date)s %(debtor)s.pdf", date=day, debtor=letters.debtor_id.name or ""
            ).replace("/", "-")
        return self.env._("Letters %(date)s (%(count)s).pdf", date=day, count=len(letters))

    # === From text to paper === #
    @api.model
    def _make_pdf(self, letters, contents):
        """One PDF of up to ``BATCH`` letters.

        :rtype: bytes
        """
        report = self.env.ref(REPORT).sudo()
        html = self._make_html(letters, contents)
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
        _logger.warning("Letters could not be printed: %s", error)
        return UserError(
            self.env._(
                "The letters could not be printed: %(reason)s\nNothing was changed; please print "
                "them again.",
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
            doc = {**contents[log.id], **self._get_sheet_values(log.with_context(lang=lang))}
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
        values = {
            "sheets": sheets,
            "companies": letters.company_id.sudo(),
            **self._get_measures(letters),
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
        height = 279 if letters.company_id[:1].paperformat_id.format == "Letter" else 297
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
        has_logo = not company.uses_default_logo and company.sudo().partner_id.image_512
        return {**head, "has_logo": bool(has_logo)}

    @api.model
    def _get_sheet_values(self, log):
        """What stands around the text: address, date, references and whom to ask."""
        person = (log.partner_id or log.debtor_id).sudo()
        # sudo: name, phone and address of the colleague in charge are printed for the debtor.
        user = log.case_id.user_id.sudo()
        lines = [
            person.name or log.debtor_id.name or "",
            *person._display_address(True).splitlines(),
        ]
        if person != log.debtor_id and log.debtor_id.name not in lines:
            lines.insert(0, log.debtor_id.name)
        return {
            "company_id": log.company_id.id,
            "address": [line.strip() for line in lines if line and line.strip()],
            "date": format_date(self.env(context=log.env.context), log.date),
            "customer": log.debtor_id.ref or "",
            "reference": log._get_notice_values()["reference"],
            "user": user.name or "",
            "phone": user.phone or log.company_id.phone or "",
            "email": user.email or log.company_id.email or "",
        }
