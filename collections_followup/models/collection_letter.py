from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every
from odoo.tools.pdf import merge_pdf

from .collection_channel import ChannelError

#: Letters printed by one call of the PDF engine: starting it is what costs most.
BATCH = 100
#: Rows on a page of the list of items behind a letter.
ROWS_PER_PAGE = 40


class CollectionLetter(models.AbstractModel):
    """Letters: written, printed, and kept as they were written."""

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
        # Two people who print the same run at once would both post it.
        letters.sudo().lock_for_update()
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
    def _get_download(self, attachment):
        """Hand over a file that was made, or say that there was nothing left to print."""
        if attachment:
            url = f"/web/content/{attachment.id}?download=true"
            return {"type": "ir.actions.act_url", "url": url, "target": "self"}
        message = self.env._(
            "No letter was printed: everything has been paid meanwhile, or the texts could not be "
            "prepared. The contacts say which."
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

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
        for template, group in (fresh - paid).grouped(lambda log: log._get_mail_template()).items():
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
            # sudo: a person who may only print has the problem looked at.
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
