"""The dossier: cover, contents with page numbers, all documents; the same as a ZIP with data."""

import csv
import io
import json
import zipfile

from odoo.exceptions import AccessError
from odoo.tools.pdf import PdfReader

from .common import ON
from .test_handover import HandoverCase

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class TestDossier(HandoverCase):
    def setUp(self):
        super().setUp()
        self.follow_up()
        self.release(self.run_of(), self.supervisor)
        self.arrive(self.contacts(self.debtor, channel="email"))
        paper = self.env["collection.letter"]._print_html("<html><body>Order 4711</body></html>")
        self.paper = paper
        for line in self.old + self.new:
            # As Odoo keeps the paper of an invoice that was sent.
            file = self.env["ir.attachment"].create(
                {
                    "name": f"{line.move_id.name}.pdf",
                    "raw": paper,
                    "res_model": "account.move",
                    "res_id": line.move_id.id,
                    "res_field": "invoice_pdf_report_file",
                }
            )
            line.move_id.invalidate_recordset()
            self.assertEqual(line.move_id.invoice_pdf_report_id, file)
        self.handover = self.prepare("lawyer", complete=False)

    def document(self, code):
        return self.handover.document_ids.filtered(lambda document: document.code == code)

    def text(self, pdf):
        return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]

    def test_contents_name_the_page_on_which_each_document_begins(self):
        self.attach(self.document("contract"), "Order.pdf", self.paper)
        self.attach(self.document("delivery"), "Receipt.png", PIXEL)
        pdf, parts = self.handover._make_dossier()
        pages = self.text(pdf)
        self.assertIn("Lawyer: Debtor", pages[0])
        for part in parts:
            self.assertIn(part.title, pages[0])
            self.assertTrue(part.first, part.title)
        contract = next(part for part in parts if "Order.pdf" in part.title)
        self.assertIn("Order 4711", pages[contract.first - 1])
        history = next(part for part in parts if part.title == "History of contacts")
        self.assertIn("History of contacts", pages[history.first - 1])
        self.assertIn(f"2 / {len(pages)}", pages[1], "every page has its number")
        self.assertEqual(len(pages), parts[-1].first + parts[-1].pages - 1)
        outline = [item.title for item in PdfReader(io.BytesIO(pdf)).outline]
        self.assertEqual(outline, [part.title for part in parts])

    def test_what_cannot_be_printed_is_said_and_is_in_the_zip(self):
        self.attach(self.document("contract"), "Broken.pdf", b"%PDF-1.4 nonsense")
        self.attach(self.document("delivery"), "Scan.docx", b"PK\x03\x04")
        _pdf, parts = self.handover._make_dossier()
        notes = {part.title: part.note for part in parts if part.note}
        self.assertEqual(
            set(notes), {"Contract or order: Broken.pdf", "Proof of delivery: Scan.docx"}
        )
        names = zipfile.ZipFile(io.BytesIO(self.handover._make_zip())).namelist()
        self.assertTrue([name for name in names if name.endswith("Broken.pdf")])
        self.assertTrue([name for name in names if name.endswith("Scan.docx")])

    def test_the_zip_has_the_same_files_and_data_for_a_program(self):
        self.attach(self.document("contract"), "../../etc/Order.pdf", self.paper)
        self.attach(self.document("contract"), "../../etc/Order.pdf", self.paper)
        archive = zipfile.ZipFile(io.BytesIO(self.handover._make_zip()))
        self.assertIsNone(archive.testzip())
        for name in archive.namelist():
            self.assertNotIn("..", name.split("/"))
        self.assertEqual(len(archive.namelist()), len(set(archive.namelist())))
        data = json.loads(archive.read("file.json"))
        self.assertEqual((data["format"], data["version"]), ("collections_followup.handover", 1))
        self.assertEqual(data["debtor"]["name"], "Debtor")
        self.assertEqual([row["open"] for row in data["items"]], [300, 200])
        self.assertEqual(data["totals"]["USD"]["open"], 500)
        self.assertEqual(data["contacts"][0]["result"], "Arrived")
        files = [document["file"] for document in data["documents"]]
        self.assertLessEqual(set(files), set(archive.namelist()))

    def test_no_cell_of_the_table_is_a_formula(self):
        self.old.move_id.ref = "=HYPERLINK(1)"
        content = self.handover._make_csv().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(content)))
        self.assertEqual(rows[0]["reference"], "'=HYPERLINK(1)")
        self.assertEqual(rows[0]["open"], "300.0")
        self.assertEqual(rows[0]["due"], str(self.old.date_maturity))

    def test_markup_of_a_debtor_is_text_in_the_dossier(self):
        self.debtor.name = "<script>x</script> & Sons"
        front = self.handover._make_front([])
        self.assertIn("<script>x</script> & Sons", self.text(front)[0])

    def test_the_button_hands_the_file_over_and_keeps_it(self):
        action = self.handover.action_dossier()
        self.assertIn("/web/content/", action["url"])
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.handover"), ("res_id", "=", self.handover.id)]
        )
        self.assertEqual(kept.mimetype, "application/pdf")
        reader = self.make_user("reader")
        with self.assertRaises(AccessError):
            self.handover.with_user(reader).action_dossier()

    def test_an_invoice_without_a_kept_paper_is_printed_by_odoo(self):
        invoice = self.make_invoice(self.debtor, 70, ON)
        self.assertTrue(self.handover._get_invoice_pdf(invoice).startswith(b"%PDF"))
