import re

from odoo import api, models
from odoo.exceptions import UserError

#: Invoices that were never printed are printed for the file of a person, up to so many of them.
MAX_PRINTED = 25


class CollectionPrivacy(models.AbstractModel):
    """Papers in the file of one person: what hangs on our records, and copies of the invoices."""

    _inherit = "collection.privacy"

    @api.model
    def _get_papers(self, debtor):
        """Files of the person.

        :return: iterable of (name in the archive, content)
        """
        for kept in self._get_kept():
            records = self._find(kept, debtor)
            if kept.model == "mail.message":
                files = records.attachment_ids
            else:
                files = self._get_files(records) | self._get_messages(records).attachment_ids
            for file in files.filtered(lambda file: file.type == "binary"):
                yield f"papers/{file.id} {self._clean_name(file.name)}", file.raw or b""
        yield from self._get_invoices(debtor)

    @api.model
    def _get_invoices(self, debtor):
        """Invoices and credit notes as they were sent; those that never were, as Odoo prints
        them."""
        printed = 0
        for move in self._get_moves(debtor).filtered(lambda move: move.is_sale_document()):
            content = move.invoice_pdf_report_id.raw
            if not content and printed < MAX_PRINTED:
                printed += 1
                content = self._print_invoice(move)
            if content:
                yield f"invoices/{self._clean_name(move.name)}.pdf", content

    @api.model
    def _print_invoice(self, move):
        # sudo: the report is a setting; the invoice belongs to the person who asks for it.
        report = self.env["ir.actions.report"].sudo().with_context(force_report_rendering=True)
        try:
            return report._render_qweb_pdf("account.account_invoices", move.ids)[0]
        except UserError:
            # The rest is handed over all the same; what stands on it is in the list of documents.
            return b""

    @api.model
    def _clean_name(self, name):
        return re.sub(r"[^\w.() -]", "_", name)
