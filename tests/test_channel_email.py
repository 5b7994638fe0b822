"""What the e-mails of the follow-up say, and what they cost."""

from datetime import date
from unittest.mock import patch

from lxml import html

from odoo import Command
from odoo.exceptions import ValidationError

from .common import ON, CollectionsCase, days

#: A text that can be prepared for everybody but "Bad".
FAILS_FOR_BAD = "<p t-if=\"1 / len(object.partner_id.name.replace('Bad', ''))\">Please pay</p>"


class EmailCase(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = cls.make_user("supervisor", login="email_supervisor")
        cls.standard = cls.env.ref("collections_followup.policy_standard")
        cls.text = cls.env.ref("collections_followup.mail_template_reminder")
        cls.channel = cls.env["collection.channel.email"]
        cls.company.write(
            {"street": "Harbour 1", "city": "Boston", "phone": "+1 555 0100", "vat": "US12345671"}
        )
        cls.company.partner_id.bank_ids = [
            Command.create({"acc_number": "DE89370400440532013000", "allow_out_payment": True})
        ]

    @classmethod
    def use_text(cls, template):
        return cls.make_policy(
            ("Reminder", 1, {"channel": "email", "mail_template_id": template.id}),
            mode="automatic",
        )

    def planned(self, template=None, on=ON):
        """Notices that wait for release."""
        policy = self.use_text(template or self.text)
        policy.mode = "review"
        self.follow_up(on)
        return self.env["collection.contact.log"].search(
            [("company_id", "=", self.company.id), ("state", "=", "planned")], order="id"
        )

    def render(self, log):
        return self.channel._render(log.action_id.mail_template_id, log)[log.id]


class TestChannelEmail(EmailCase):
    def test_mail_shows_items_total_and_how_to_pay(self):
        debtor = self.make_debtor("Ann & Sons")
        invoice = self.make_invoice(debtor, 1234.5, ON - days(10), ref="PO <1>")
        self.make_credit_note(debtor, 34.5)
        log = self.planned()
        mail = self.render(log)
        text = " ".join(html.fromstring(mail["body_html"]).text_content().split())
        for part in (
            "Dear Ann & Sons",
            invoice.name,
            "Your reference: PO <1>",
            "10 days overdue",
            "Less credits and payments on account",
            "IBAN DE89 3704 0044 0532 0130 00",
            "Northwind Traders",
            "Harbour 1",
            "+1 555 0100",
            "If you have already paid",
        ):
            self.assertIn(part, text)
        self.assertEqual(log.amount, 1200)
        self.assertIn("1,200.00", mail["subject"])
        self.assertIn(log.reference[:4], text)

    def test_several_languages_and_directions(self):
        for code in ("ar_001", "de_DE"):
            self.env["res.lang"]._activate_lang(code)
        self.text.with_context(lang="de_DE").subject = "Erinnerung {{ object.amount_text }}"
        arabic = self.make_debtor("Arabic", lang="ar_001")
        german = self.make_debtor("German", lang="de_DE")
        english = self.make_debtor("English", lang="en_US")
        for debtor in (arabic, german, english):
            self.make_invoice(debtor, 1234.5, ON - days(10))
        texts = self.channel._render(self.text, self.planned())
        by_debtor = {
            self.env["collection.contact.log"].browse(log_id).debtor_id: text
            for log_id, text in texts.items()
        }
        self.assertIn('dir="rtl"', by_debtor[arabic]["body_html"])
        self.assertNotIn('dir="rtl"', by_debtor[german]["body_html"])
        self.assertIn("1.234,50", by_debtor[german]["body"])
        self.assertTrue(by_debtor[german]["subject"].startswith("Erinnerung"))
        self.assertIn("1,234.50", by_debtor[english]["body"])
        self.assertIn('<span dir="ltr">INV/', by_debtor[arabic]["body"])

    def test_dates_cannot_be_misread(self):
        """April 5 is no May 4: months stand in letters where the language is read in both ways."""
        expected = {"en_US": "Apr 5, 2026", "en_GB": "5 Apr 2026", "fr_FR": "5 avr. 2026"}
        for code in expected:
            self.env["res.lang"]._activate_lang(code)
            self.make_invoice(self.make_debtor(code, lang=code), 100, date(2026, 4, 5))
        for log in self.planned(on=date(2026, 4, 20)):
            text = self.render(log)["body"]
            self.assertIn(expected[log.debtor_id.lang], text)
            self.assertNotRegex(text, r"\d+/\d+/2026")

    def test_text_without_the_table_gets_it_at_its_end(self):
        debtor = self.make_debtor("Plain")
        invoice = self.make_invoice(debtor, 10, ON - days(10))
        mail = self.render(self.planned(self.mail_template))
        self.assertEqual(mail["body"].count("o_collection_items"), 1)
        self.assertGreater(mail["body"].index(invoice.name), mail["body"].index("Please pay"))

    def test_links_of_a_text_lead_out_of_the_mail(self):
        self.mail_template.body_html = (
            '<p><a href="/terms">Terms</a> <img src="/web/image/7"/>'
            '<span style="background: url(/web/image/8)">!</span></p>'
        )
        self.make_invoice(self.make_debtor("Linked"), 10, ON - days(10))
        body = self.render(self.planned(self.mail_template))["body"]
        base_url = self.company.get_base_url()
        for path in ("/terms", "/web/image/7", "/web/image/8"):
            self.assertIn(base_url + path, body)

    def test_names_cannot_inject_markup(self):
        debtor = self.make_debtor("<script>alert(1)</script>", email="x@debtor.example")
        self.make_invoice(debtor, 10, ON - days(10))
        mail = self.render(self.planned())
        self.assertNotIn("<script>alert", mail["body_html"])
        self.assertIn("&lt;script&gt;", mail["body_html"])

    def test_mail_without_optional_data(self):
        self.company.write({"street": False, "city": False, "phone": False, "vat": False})
        self.company.partner_id.bank_ids.unlink()
        debtor = self.make_debtor("Bare")
        self.make_invoice(debtor, 10, ON - days(10))
        text = html.fromstring(self.render(self.planned())["body_html"]).text_content()
        self.assertIn("Please pay in the way we agreed", text)
        self.assertNotIn("False", text)
        self.assertNotIn("None", text)

    def test_queued_mail_is_filed_on_the_case(self):
        debtor = self.make_debtor("Filed")
        self.make_invoice(debtor, 10, ON - days(10))
        self.use_text(self.text)
        self.follow_up()
        log = self.contacts(debtor)
        self.assertEqual(log.state, "sent")
        message = log.message_id
        self.assertEqual((message.model, message.res_id), ("collection.case", log.case_id.id))
        self.assertIn("o_collection_items", message.body)
        self.assertNotIn("<html", message.body)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, debtor)
        self.assertIn("<html", mail.body_html)
        self.assertEqual(message.notification_ids.notification_status, "ready")

    def test_one_bad_notice_does_not_stop_the_others(self):
        self.mail_template.body_html = FAILS_FOR_BAD
        good, bad = self.make_debtor("Good"), self.make_debtor("Bad")
        for debtor in (good, bad):
            self.make_invoice(debtor, 10, ON - days(10))
        self.use_text(self.mail_template)
        with self.assertLogs("odoo.addons.collections_followup", level="WARNING"):
            self.follow_up()
        self.assertContacts(good, ("Reminder", "email", "sent"))
        self.assertContacts(bad, ("Reminder", "email", "template_error"))
        self.assertIn("Notice: ", self.contacts(bad).note)
        self.assertTrue(self.case_of(bad).activity_ids)

    def test_empty_text_is_refused(self):
        self.mail_template.body_html = '<p t-if="False">never</p>'
        debtor = self.make_debtor("Empty")
        self.make_invoice(debtor, 10, ON - days(10))
        self.use_text(self.mail_template)
        self.follow_up()
        self.assertContacts(debtor, ("Reminder", "email", "template_error"))

    def test_preview_writes_nothing_and_says_what_is_wrong(self):
        debtor = self.make_debtor("Preview")
        self.make_invoice(debtor, 10, ON - days(10))
        log = self.planned()
        self.assertIn("Dear Preview", log._render_preview())
        self.assertFalse(log.message_id)
        self.text.body_html = FAILS_FOR_BAD
        debtor.name = "Bad"
        self.assertIn("division by zero", log._render_preview())

    def test_action_needs_a_text_that_cannot_be_deleted(self):
        with self.assertRaises(ValidationError):
            self.make_policy(("Reminder", 1, {"channel": "email", "mail_template_id": False}))
        self.use_text(self.mail_template)
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
            self.mail_template.unlink()

    def test_queries_do_not_grow_with_the_number_of_mails(self):
        def count(number, prefix):
            for index in range(number):
                debtor = self.make_debtor(f"{prefix} {index}", lang="en_US")
                self.make_invoice(debtor, 10 + index, ON - days(10))
            logs = self.planned().filtered(lambda log: log.debtor_id.name.startswith(prefix))
            self.assertEqual(len(logs), number)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.channel.with_company(self.company)._deliver(logs.sudo())
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(2, "Warm")
        few, many = count(5, "Few"), count(25, "Many")
        self.assertLessEqual(many, few + 3)

    def test_a_frame_is_rendered_once_for_many_mails(self):
        for index in range(4):
            self.make_invoice(self.make_debtor(f"Frame {index}"), 10, ON - days(10))
        logs = self.planned()
        views = []
        qweb = type(self.env["ir.qweb"])
        render = qweb._render

        def spy(self, template, *args, **kwargs):
            views.append(template if isinstance(template, str) else "text")
            return render(self, template, *args, **kwargs)

        with patch.object(qweb, "_render", spy):
            self.channel._render(self.text, logs)
        self.assertEqual(views.count("collections_followup.mail_layout_notice"), 1)
        # Subjects, texts and tables: each in one call as well.
        self.assertLessEqual(len(views), 4)


class TestStandardPolicy(EmailCase):
    def test_five_stages_for_every_company_in_review(self):
        policy = self.standard.with_context(active_test=False)
        self.assertEqual(policy.mode, "review")
        self.assertFalse(policy.company_id)
        self.assertEqual(policy.stage_ids.mapped("min_days_overdue"), [5, 15, 30, 45, 60])
        self.assertTrue(all(stage.action_ids for stage in policy.stage_ids))

    def test_every_text_says_how_to_pay_and_whom_to_ask(self):
        debtor = self.make_debtor("Texts")
        self.make_invoice(debtor, 10, ON - days(70))
        log = self.planned()
        for template in self.standard.stage_ids.action_ids.mail_template_id:
            text = self.env["collection.notice"]._get_texts(template, log)[log.id]
            words = " ".join(html.fromstring(text["body"]).text_content().split())
            self.assertIn("How to pay", words)
            self.assertIn("lready paid, please disregard", words)
            self.assertRegex(words, "contact|get in touch|propose")
            self.assertNotRegex(words.lower(), "immediately|last chance|credit rating|police|fraud")
            self.assertTrue(text["subject"])
