"""Reports of a mail template travel with the mails of the follow-up."""

import io
import subprocess

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .common import ON, days
from .test_channel_email import EmailCase

#: A page of its own for each notice; who it is for stands on it.
PAGE = """
    <t t-name="desk.statement"><t t-call="web.html_container"><t t-foreach="docs" t-as="doc">
        <div class="article" t-att-data-oe-model="doc._name" t-att-data-oe-id="doc.id">
            <h1>Statement for <t t-out="doc.debtor_id.name"/></h1></div>
        </t></t></t>
"""


@tagged("post_install", "-at_install")
class TestMailReports(EmailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.ui.view"].create(
            {"name": "Statement", "type": "qweb", "key": "desk.statement", "arch": PAGE}
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Statement",
                "model": "collection.contact.log",
                "report_type": "qweb-pdf",
                "report_name": "desk.statement",
                "print_report_name": "'Statement %s' % object.reference",
            }
        )
        cls.debtors = cls.make_debtor("Ann") | cls.make_debtor("Bob")
        for debtor in cls.debtors:
            cls.make_invoice(debtor, 100, ON - days(10))

    def send(self, *reports):
        """What is attached to the mails of a run, by debtor."""
        self.text.report_template_ids = [report.id for report in reports]
        self.use_text(self.text)
        self.follow_up()
        logs = self.contacts(self.debtors[0]) | self.contacts(self.debtors[1])
        self.assertEqual(set(logs.mapped("state")), {"sent"}, logs.mapped("note"))
        return {log.debtor_id.name: log.message_id.attachment_ids for log in logs}

    def text_of(self, attachment):
        self.assertEqual(attachment.mimetype, "application/pdf")
        self.assertEqual(PdfFileReader(io.BytesIO(attachment.raw)).numPages, 1)
        reader = subprocess.run(
            ["pdftotext", "-", "-"], input=attachment.raw, capture_output=True, check=True
        )
        return reader.stdout.decode()

    def test_each_debtor_gets_its_own_document(self):
        files = self.send(self.report)
        for name in ("Ann", "Bob"):
            self.assertEqual(len(files[name]), 1)
            self.assertIn(f"Statement for {name}", self.text_of(files[name]))
            case = self.case_of(self.debtors.filtered(lambda d, name=name: d.name == name))
            self.assertEqual(files[name].name, f"Statement {case.reference}.pdf")
            self.assertEqual((files[name].res_model, files[name].res_id), (case._name, case.id))

    def test_the_letter_itself_may_be_attached(self):
        letter = self.env.ref("collections_followup.collection_notice_report")
        files = self.send(letter)
        text = self.text_of(files["Ann"])
        self.assertIn("Northwind Traders", text)
        self.assertIn("100.00", text)

    def test_a_report_that_fails_is_a_refusal_that_says_so(self):
        self.report.report_name = "desk.nowhere"
        self.text.report_template_ids = self.report
        self.use_text(self.text)
        self.follow_up()
        log = self.contacts(self.debtors[0])
        self.assertEqual((log.state, log.block_code), ("blocked", "template_error"))
        self.assertIn("desk.nowhere", log.note)
