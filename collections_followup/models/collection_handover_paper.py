import io

from markupsafe import Markup

from odoo import models
from odoo.tools import format_amount, html_sanitize
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..tools.identifiers import format_creditor_reference
from ..words import day_text


class CollectionHandover(models.Model):
    """The dossier's own pages: cover with contents, statement, history, notices."""

    _inherit = "collection.handover"

    def _print_page(self, template, values):
        """A page of ours as PDF."""
        Letter = self.env["collection.letter"]
        content = self.env["ir.qweb"]._render(
            f"collections_followup.{template}",
            {"file": self, "money": self._money, "day": self._day, **values},
            minimal_qcontext=True,
        )
        document = Markup("<!DOCTYPE html>\n") + self.env["ir.qweb"]._render(
            "collections_followup.handover_document",
            {"content": content, **Letter._get_measures(self)},
            minimal_qcontext=True,
        )
        return Letter._print_html(document)

    def _money(self, amount, currency):
        if isinstance(currency, str):
            currency = (
                self.env["res.currency"]
                .with_context(active_test=False)
                .search([("name", "=", currency)], limit=1)
            )
        return format_amount(self.env, amount, currency)

    def _day(self, value):
        if isinstance(value, str):
            value = self.env["collection.case"]._fields["date_opened"].to_date(value)
        return day_text(self.env, value)

    def _make_front(self, parts):
        """Cover and contents."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        missing = self._get_missing()
        return self._print_page(
            "handover_front",
            {
                "parts": parts,
                "kind": kinds[self.kind],
                "totals": self._get_totals(),
                "creditor": self.company_id.sudo().partner_id,  # sudo: as on every letter
                "debtor": self.debtor_id.sudo(),
                "reference": format_creditor_reference(self.case_id.reference or ""),
                "missing": missing.mapped("name"),
                "date": self.date_placed or self.env["collection.case"]._today(),
                # sudo: whom to ask is printed for whoever gets the file.
                "user": self.user_id.sudo(),
            },
        )

    def _get_statement_values(self, title):
        charges = self.env["collection.charge"].search(
            [("move_line_id", "in", self.move_line_ids.ids), ("state", "!=", "waived")],
            order="date_from, id",
        )
        return {
            "title": title,
            "rows": self._get_item_rows(),
            "totals": self._get_totals(),
            "charges": charges,
            "kinds": dict(charges._fields["kind"]._description_selection(self.env)),
            "date": self.env["collection.case"]._today(),
        }

    def _get_notice_texts(self, logs):
        """What was written to the debtor, as it was written."""
        channels = dict(logs._selection_channel())
        states = dict(logs._fields["state"]._description_selection(self.env))
        return [
            {
                "date": log.date,
                "channel": channels.get(log.channel, log.channel),
                "address": log.address or "",
                "state": states.get(log.state, ""),
                "arrived": log.date_done and log.date_done.date(),
                # sudo: the text belongs to the contact, which may be read.
                "subject": log.message_id.sudo().subject or log.stage_id.name or "",
                "body": html_sanitize(log.message_id.sudo().body or ""),
                "note": log.note or "",
            }
            for log in logs
        ]

    def _number_pages(self, pdf, parts):
        """Number every page, and mark where each document begins."""
        # Only here, because it is slow to import and seldom needed.
        from reportlab.pdfgen import canvas

        reader, writer = PdfFileReader(io.BytesIO(pdf)), PdfFileWriter()
        total = len(reader.pages)
        for index, page in enumerate(reader.pages, 1):
            width, height = float(page.mediabox.width), float(page.mediabox.height)
            stream = io.BytesIO()
            sheet = canvas.Canvas(stream, pagesize=(width, height))
            sheet.setFont("Helvetica", 7)
            sheet.setFillGray(0.35)
            sheet.drawRightString(width - 28, 14, f"{self.name}   {index} / {total}")
            sheet.save()
            page.merge_page(PdfFileReader(io.BytesIO(stream.getvalue())).pages[0])
            writer.add_page(page)
        for part in parts:
            if part.first:
                writer.add_outline_item(part.title, part.first - 1)
        output = io.BytesIO()
        writer.write(output)
        return output.getvalue()
