import base64
import io
import logging
import re
import zipfile
from dataclasses import dataclass, field

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfReader, merge_pdf

_logger = logging.getLogger(__name__)

#: Files of these types are made into pages; others are in the ZIP only.
IMAGES = ("image/png", "image/jpeg", "image/gif")


@dataclass
class Part:
    """A document of the dossier.

    :param pdf: its pages, or nothing when it cannot be printed
    :param files: (name, content) of what the ZIP holds
    """

    title: str
    pdf: bytes = b""
    files: list = field(default_factory=list)
    pages: int = 0
    first: int = 0
    note: str = ""


class CollectionHandover(models.Model):
    """The dossier: cover, contents and all documents as one PDF, and the same files as a ZIP with
    data. How its own pages are written is in ``collection_handover_paper.py``."""

    _inherit = "collection.handover"

    # === Actions === #
    def action_dossier(self):
        """Everything as one PDF."""
        self.ensure_one()
        self._check_role("collector")
        pdf, _parts = self._in_their_language()._make_dossier()
        return self._keep_file(f"{self._get_file_stem()}.pdf", pdf, "application/pdf")

    def action_dossier_zip(self):
        """The same files, each alone, with data for a program."""
        self.ensure_one()
        self._check_role("collector")
        name = f"{self._get_file_stem()}.zip"
        content = self._in_their_language()._make_zip()
        return self._keep_file(name, content, "application/zip")

    def _in_their_language(self):
        """The file in the language of whoever gets it."""
        return self.with_context(lang=self.partner_id.lang or self.env.lang)

    def _get_file_stem(self):
        return self._safe_name(f"{self.name} {self.debtor_id.name or ''}")

    def _safe_name(self, name):
        """A name that is a name of a file everywhere, and leads nowhere."""
        return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "-", name or "").strip(" .") or "file"

    def _keep_file(self, name, content, mimetype):
        """What was handed over is kept on the file."""
        # sudo: made for the collector who prepares the file and may read it.
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": content,
                    "mimetype": mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        return self.env["collection.letter"]._get_download(attachment)

    # === Dossier === #
    def _make_dossier(self):
        """The dossier, and what it is made of.

        :return: (PDF, list of :class:`Part`)
        """
        self.env["collection.letter"]._check_engine()
        parts = [part for document in self.document_ids for part in self._get_parts(document)]
        for part in parts:
            part.pages = self._count_pages(part)
        # The contents name pages behind them, so they are written twice: to see how long they are.
        front_pages = len(PdfReader(io.BytesIO(self._make_front(parts))).pages)
        number = front_pages + 1
        for part in parts:
            part.first = number if part.pages else 0
            number += part.pages
        front = self._make_front(parts)
        merged = merge_pdf([front, *(part.pdf for part in parts if part.pages)])
        return self._number_pages(merged, parts), parts

    def _count_pages(self, part):
        """How many pages a document has; one that cannot be opened is in the ZIP only."""
        if not part.pdf:
            return 0
        try:
            reader = PdfReader(io.BytesIO(part.pdf))
            if reader.is_encrypted:
                raise ValueError("encrypted")
            pages = len(reader.pages)
            merge_pdf([part.pdf])
        except Exception as error:  # noqa: BLE001 - uploads break a reader in any way they like
            _logger.info("A document of %s cannot be printed: %s", self.name, error)
            part.note = self.env._("cannot be opened; the file is in the ZIP only")
            return 0
        return pages

    def _get_parts(self, document):
        """What stands for a line of the checklist: uploads, and what is made here."""
        parts = [
            self._read_file(document._get_title(), file.name, file.raw, file.mimetype)
            for file in document.attachment_ids
        ]
        maker = getattr(self, f"_make_{document.source}_parts", None) if document.source else None
        if maker and document.state in ("there", "made"):
            parts += maker(document)
        return parts

    def _read_file(self, title, name, raw, mimetype):
        raw = raw or b""
        part = Part(title, files=[(name, raw)])
        if name and name != title:
            part.title = f"{title}: {name}"
        if mimetype == "application/pdf" or raw.startswith(b"%PDF"):
            part.pdf = raw
        elif mimetype in IMAGES:
            uri = f"data:{mimetype};base64,{base64.b64encode(raw).decode()}"
            part.pdf = self._print_page("handover_image", {"uri": uri, "title": part.title})
        else:
            part.note = self.env._("not printable; the file is in the ZIP only")
        return part

    def _made(self, title, pdf):
        return Part(title, pdf, [(f"{title}.pdf", pdf)])

    # === Documents made here === #
    def _make_invoice_parts(self, document):
        if document.attachment_ids:
            return []
        parts = []
        for move in self.move_line_ids.move_id.sorted("invoice_date"):
            if move.is_sale_document(include_receipts=True):
                title = self.env._("Invoice %(number)s", number=move.name)
                parts.append(self._made(title, self._get_invoice_pdf(move)))
        return parts

    def _get_invoice_pdf(self, move):
        """The invoice as it was sent, or as Odoo prints it."""
        # sudo: the paper of an invoice that is on this file.
        kept = move.sudo().invoice_pdf_report_id.raw
        if kept:
            return kept
        try:
            report = self.env["ir.actions.report"].sudo().with_context(force_report_rendering=True)
            return report._render_qweb_pdf("account.account_invoices", move.ids)[0]
        except UserError as error:
            raise UserError(
                self.env._(
                    "%(invoice)s could not be printed: %(reason)s\nAttach a copy of it to the "
                    "checklist instead.",
                    invoice=move.name,
                    reason=error,
                )
            ) from error

    def _make_contract_parts(self, document):
        if document.attachment_ids:
            return []
        return [
            self._read_file(
                paper.name,
                paper.document_name or f"{paper.name}.pdf",
                base64.b64decode(paper.document),
                False,
            )
            for paper in document._get_contracts()
        ]

    def _make_delivery_parts(self, document):
        if document.attachment_ids:
            return []
        return [
            self._read_file(document._get_title(), file.name, file.raw, file.mimetype)
            for file in document._get_delivery_files()
        ]

    def _make_notices_parts(self, document):
        title = document._get_title()
        notices = self._get_notice_texts(document._get_notices())
        if not notices:
            return []
        pdf = self._print_page("handover_notices", {"notices": notices})
        return [self._made(title, pdf)]

    def _make_agreement_parts(self, document):
        title = document._get_title()
        agreements = document._get_agreements()
        parts = [
            self._made(agreement.name.replace("/", "-"), agreement._get_pdf())
            for agreement in agreements
            if agreement.kind != "promise"
        ]
        rows = self._get_agreement_rows()
        pdf = self._print_page("handover_agreements", {"rows": rows, "title": title})
        return [self._made(title, pdf), *parts]

    def _make_disputes_parts(self, document):
        title = document._get_title()
        rows = self._get_dispute_rows()
        pdf = self._print_page("handover_disputes", {"rows": rows, "title": title})
        evidence = [
            self._read_file(title, file.name, file.raw, file.mimetype)
            # sudo: files of disputes that may be read.
            for file in document._get_disputes().sudo().evidence_ids
        ]
        return [self._made(title, pdf), *evidence]

    def _make_statement_parts(self, document):
        title = document._get_title()
        pdf = self._print_page("handover_statement", self._get_statement_values(title))
        return [self._made(title, pdf)]

    def _make_history_parts(self, document):
        title = document._get_title()
        values = {"rows": self._get_contact_rows(), "title": title}
        return [self._made(title, self._print_page("handover_history", values))]

    def _make_insurance_parts(self, document):
        title = document._get_title()
        limits = document._get_insurance()
        pdf = self._print_page("handover_insurance", {"limits": limits, "title": title})
        return [self._made(title, pdf)]

    # === ZIP === #
    def _make_zip(self):
        pdf, parts = self._make_dossier()
        stream = io.BytesIO()
        names, documents = set(), []
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{self._get_file_stem()}.pdf", pdf)
            for number, part in enumerate(parts, 1):
                for name, raw in part.files:
                    path = self._unique_name(f"documents/{number:02d} ", name, names)
                    archive.writestr(path, raw)
                    documents.append({"file": path, "title": part.title, "pages": part.pages})
            archive.writestr("file.json", self._make_json(documents))
            archive.writestr("items.csv", self._make_csv())
        return stream.getvalue()

    def _unique_name(self, prefix, name, names):
        name = self._safe_name(name)
        path = f"{prefix}{name}"
        count = 1
        while path.lower() in names:
            count += 1
            path = f"{prefix}{count} {name}"
        names.add(path.lower())
        return path
