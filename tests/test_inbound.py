"""Answers by mail: filed on the case, read by a person before the follow-up goes on."""

import base64
from email.message import EmailMessage

from odoo.exceptions import AccessError
from odoo.tests import users

from .common import ON, CollectionsCase, days


class InboundCase(CollectionsCase):
    """A debtor who has been written to, and mails that come back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].create(
            {"name": "creditor.example", "company_ids": [(4, cls.company.id)]}
        )
        cls.collector = cls.make_user("collector", login="inbound_collector")
        cls.reader = cls.make_user("reader", login="inbound_reader")
        cls.make_policy(("Reminder", 1, "email"), ("Final notice", 10, "email"), mode="automatic")
        cls.debtor = cls.make_debtor("Replying", lang="en_US")
        cls.make_invoice(cls.debtor, 100, ON - days(3))
        cls.engine._run(ON, companies=cls.company)
        cls.case = cls.env["collection.case"].search([("partner_id", "=", cls.debtor.id)])
        cls.case.user_id = cls.collector
        cls.sent = cls.case.log_ids.filtered(lambda log: log.state == "sent")

    def receive(self, text="We pay on Friday.", sender=None, headers=(), attachment=None, **values):
        """A raw mail goes through Odoo's gateway, as an answer to the notice."""
        mail = EmailMessage()
        mail["From"] = sender or f"Ann <{self.debtor.email}>"
        mail["To"] = f"catchall@{self.env['mail.alias.domain'].search([], limit=1).name}"
        mail["Subject"] = values.get("subject", "Re: Notice")
        mail["Message-ID"] = values.get("message_id", f"<{len(text)}.{id(mail)}@debtor.example>")
        if values.get("references", True):
            mail["In-Reply-To"] = mail["References"] = self.sent.message_id.message_id
        for name, value in headers:
            mail[name] = value
        mail.set_content(text)
        if values.get("html"):
            mail.add_alternative(values["html"], subtype="html")
        if attachment:
            mail.add_attachment(
                attachment, maintype="application", subtype="pdf", filename="slip.pdf"
            )
        self.env["mail.thread"].message_process(False, mail.as_bytes())
        self.env.cr.flush()
        return self.case.log_ids.filtered(lambda log: log.direction == "in").sorted("id")

    def activities(self):
        kind = self.env.ref("collections_followup.activity_type_reply")
        return self.case.activity_ids.filtered(lambda a: a.activity_type_id == kind)


class TestInbound(InboundCase):
    def test_reply_with_attachment_is_filed(self):
        log = self.receive(
            "We have paid.\n\nAnn\n\nOn Monday Northwind wrote:\n> Please pay",
            attachment=b"%PDF-1.4 x",
        )
        self.assertEqual(
            (log.channel, log.direction, log.state, log.reply_kind),
            ("email", "in", "done", "reply"),
        )
        self.assertEqual(log.note, "We have paid.\nAnn")
        self.assertEqual(log.address, self.debtor.email)
        self.assertEqual(log.partner_id, self.debtor)
        self.assertTrue(log.right_party)
        self.assertEqual(log.message_id.model, "collection.case")
        self.assertEqual(log.message_id.res_id, self.case.id)
        self.assertEqual(log.message_id.attachment_ids.name, "slip.pdf")
        self.assertEqual(base64.b64decode(log.message_id.attachment_ids.datas), b"%PDF-1.4 x")
        self.assertFalse(log.user_id)

    def test_quotation_in_html_is_left_out(self):
        log = self.receive(
            "x",
            html='<div>We pay <b>soon</b>.</div><div class="gmail_quote"><div>On Monday wrote:</div>'
            "<blockquote>Please pay 100</blockquote></div>",
        )
        self.assertEqual(log.note, "We pay *soon*.")

    def test_no_copy_to_the_creditor(self):
        self.receive()
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("recipient_ids", "in", self.company.partner_id.ids)])
        )
        self.assertFalse(mails)

    def test_reply_stops_the_next_step_until_read(self):
        self.arrive(self.sent)
        self.receive()
        self.assertTrue(self.case.has_unread_reply)
        self.follow_up(ON + days(10))
        self.assertReason(self.debtor, "unread_reply")
        self.assertContacts(
            self.debtor,
            ("Reminder", "email", "done"),
            ("Reminder", "email", "done"),
            ("Final notice", "email", "unread_reply"),
        )
        self.follow_up(ON + days(11))
        self.assertEqual(len(self.contacts(self.debtor, block_code="unread_reply")), 1)
        self.case.with_user(self.collector).action_mark_replies_read()
        self.assertFalse(self.case.has_unread_reply)
        self.follow_up(ON + days(12))
        self.assertEqual(
            self.contacts(self.debtor, stage_id=self.case.stage_id.id)[-1:].state, "sent"
        )

    def test_reply_between_planning_and_release(self):
        """Truth at send time: what was planned before the answer came is refused."""
        self.case.policy_id.mode = "review"
        self.arrive(self.sent)
        self.follow_up(ON + days(10))
        planned = self.contacts(self.debtor, state="planned")
        self.assertEqual(len(planned), 1)
        self.receive()
        planned.released = True
        self.make_released(ON + days(10))
        self.assertEqual((planned.state, planned.block_code), ("blocked", "unread_reply"))

    def test_one_activity_however_many_answers(self):
        self.receive("One")
        logs = self.receive("Another")
        self.assertEqual(len(logs), 2)
        self.assertEqual(len(self.activities()), 1)
        self.assertEqual(self.activities().user_id, self.collector)
        logs[0].with_user(self.collector).action_mark_read()
        self.assertTrue(self.case.has_unread_reply)
        self.assertTrue(self.activities())
        logs[1].with_user(self.collector).action_mark_read()
        self.assertFalse(self.activities())
        self.assertEqual(logs.read_by_id, self.collector)
        self.assertTrue(all(logs.mapped("read_on")))

    def test_same_mail_twice(self):
        self.receive(message_id="<once@debtor.example>")
        self.assertEqual(len(self.receive(message_id="<once@debtor.example>")), 1)

    def test_out_of_office(self):
        cases = [
            ((("Auto-Submitted", "auto-replied"),), "Re: Notice"),
            ((("X-Autoreply", "yes"),), "Re: Notice"),
            ((("Precedence", "auto_reply"),), "Re: Notice"),
            ((), "Out of Office: Notice"),
            ((), "Automatische Antwort: Mahnung"),
            ((), "Respuesta automática: aviso"),
        ]
        for headers, subject in cases:
            log = self.receive("I am away.", headers=headers, subject=subject)[-1:]
            self.assertEqual(log.reply_kind, "auto", subject)
        self.assertFalse(self.case.has_unread_reply)
        self.assertFalse(self.activities())
        self.assertFalse(any(self.contacts(self.debtor, direction="in").mapped("right_party")))
        self.arrive(self.sent)
        self.follow_up(ON + days(10))
        self.assertStage(self.debtor, "Final notice")
        self.assertReason(self.debtor, None)

    def test_bounce_is_no_answer(self):
        log = self.receive(
            f"Final-Recipient: rfc822; {self.debtor.email}\nAction: failed\nStatus: 5.1.1",
            sender="MAILER-DAEMON@mx.debtor.example",
            subject="Undelivered Mail Returned to Sender",
        )
        self.assertFalse(log)
        self.assertFalse(self.case.has_unread_reply)

    def test_bounce_of_our_mail(self):
        """A delivery report names our mail: the contact has failed."""
        original = self.sent.message_id.message_id
        raw = (
            "From: MAILER-DAEMON@mx.debtor.example\nTo: bounce@creditor.example\n"
            "Subject: Undelivered Mail Returned to Sender\nMessage-ID: <b1@mx.debtor.example>\n"
            f"References: {original}\nIn-Reply-To: {original}\nMIME-Version: 1.0\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n'
            "--B\nContent-Type: text/plain\n\nUser unknown\n\n"
            "--B\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.debtor.example\n\n"
            f"Final-Recipient: rfc822; {self.debtor.email}\nAction: failed\nStatus: 5.1.1\n\n--B--\n"
        )
        self.env["mail.thread"].message_process(False, raw.encode())
        self.env.cr.flush()
        self.env.cr.precommit.run()
        self.assertEqual((self.sent.state, self.sent.block_code), ("failed", "bounced"))
        self.assertFalse(self.contacts(self.debtor, direction="in"))
        self.assertFalse(self.case.has_unread_reply)

    def test_unknown_sender(self):
        log = self.receive("I am her husband.", sender="someone@elsewhere.example")
        self.assertEqual(log.address, "someone@elsewhere.example")
        self.assertEqual(log.partner_id, self.debtor)
        self.assertFalse(log.right_party)
        self.assertTrue(log.is_unread)

    def test_colleague_who_answers_by_mail(self):
        self.assertFalse(self.receive("Noted.", sender=self.collector.email))
        self.assertFalse(self.case.has_unread_reply)

    def test_stop_closes_both_addresses(self):
        self.receive("STOP\n\nregards", sender="other@debtor.example")
        opt_outs = self.env["collection.opt.out"].search([("debtor_id", "=", self.debtor.id)])
        self.assertEqual(
            set(opt_outs.mapped("address")), {"other@debtor.example", self.debtor.email}
        )
        self.assertEqual(set(opt_outs.mapped("source")), {"reply"})
        self.receive("stop")
        self.assertEqual(len(opt_outs.search([("debtor_id", "=", self.debtor.id)])), 2)
        self.case.log_ids.filtered("is_unread").with_user(self.collector).action_mark_read()
        self.arrive(self.sent)
        self.follow_up(ON + days(10))
        self.assertReason(self.debtor, "opt_out_address")

    def test_sentence_about_stopping_is_no_opt_out(self):
        self.receive("Please stop by on Monday.")
        self.assertFalse(
            self.env["collection.opt.out"].search([("debtor_id", "=", self.debtor.id)])
        )

    def test_empty_and_odd_mails(self):
        for text in ("", "\n\n", ">", "é" * 3000):
            log = self.receive(text)[-1:]
            self.assertTrue(log.is_unread)
            self.assertLessEqual(len(log.note or ""), 500)

    def test_filters(self):
        self.receive()
        Case = self.env["collection.case"]
        self.assertIn(self.case, Case.search([("has_unread_reply", "=", True)]))
        self.assertNotIn(self.case, Case.search([("has_unread_reply", "=", False)]))
        self.assertEqual(self.case.unread_reply_note, "We pay on Friday.")

    @users("inbound_reader")
    def test_reader_cannot_mark_as_read(self):
        log = self.receive()
        self.assertTrue(self.case.with_user(self.env.user).has_unread_reply)
        with self.assertRaises(AccessError):
            log.with_user(self.env.user).action_mark_read()
        with self.assertRaises(AccessError):
            self.case.with_user(self.env.user).action_mark_replies_read()

    def test_by_hand_is_not_stopped(self):
        from odoo.addons.collections_followup.tools.contact import Proposal

        self.receive()
        values = {
            "case": self.case.id,
            "debtor": self.debtor.id,
            "company": self.company.id,
            "channel": "call",
            "on": ON,
        }
        proposals = [Proposal(key=1, **values), Proposal(key=2, by_hand=True, **values)]
        refusals = self.env["collection.compliance"]._check(proposals)
        self.assertEqual({key: r.code for key, r in refusals.items()}, {1: "unread_reply"})
