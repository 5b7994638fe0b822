"""What became of a mail, told by a real mail server and by mails that come back."""

import socket
from contextlib import contextmanager
from email.message import EmailMessage
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import ON, CollectionsCase, days

REFUSED = "refused@debtor.example"
BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.debtor.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce{number}@mx.debtor.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain; charset=us-ascii

<{address}>: user unknown

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.debtor.example

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown

--part
Content-Type: message/rfc822

From: ar@creditor.example
To: {address}
Message-ID: {original}
Subject: Notice

Please pay

--part--
"""


class Postman:
    """Takes mails for everybody but one."""

    def __init__(self):
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address == REFUSED:
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((tuple(envelope.rcpt_tos), envelope.mail_from, envelope.content))
        return "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class DeliveryCase(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.alias.domain"].create(
            {"name": "creditor.example", "company_ids": [(4, cls.company.id)]}
        )
        cls.supervisor = cls.make_user("supervisor", login="delivery_supervisor")
        cls.make_policy(
            ("Reminder", 1, "email", {"channel": "letter", "fallback": True}),
            ("Demand", 20, "email"),
            mode="automatic",
        )
        cls.port = free_port()
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["ir.mail_server"].create(
            {
                "name": "Loopback",
                "smtp_host": "127.0.0.1",
                "smtp_port": cls.port,
                "smtp_encryption": "none",
            }
        )

    def setUp(self):
        super().setUp()
        # Odoo sends nothing while it is tested; here it may, to our own server only.
        self.startPatcher(patch.object(IrMail_Server, "_disable_send", return_value=False))

    @contextmanager
    def postman(self):
        postman = Postman()
        server = Controller(postman, hostname="127.0.0.1", port=self.port)
        server.start()
        try:
            yield postman
        finally:
            server.stop()

    def send(self):
        """Odoo's mail queue hands over what waits in it."""
        mails = self.env["mail.mail"].search([("state", "=", "outgoing")])
        mails.send()
        self.env.cr.flush()

    def notify(self, name, **values):
        debtor = self.make_debtor(name, **values)
        self.make_invoice(debtor, 100, ON - days(5))
        self.follow_up()
        return self.contacts(debtor)

    def make_bounce(self, log):
        """The mail comes back from a server further on, as RFC 3464 says it does."""
        bounce_address = self.env["mail.alias.domain"].search([], limit=1).bounce_email
        mail = BOUNCE.format(
            number=log.id,
            to=bounce_address,
            address=log.address,
            original=log.message_id.message_id,
        )
        self.env["mail.thread"].message_process(False, mail)
        self.env.cr.flush()


class TestDelivery(DeliveryCase):
    def test_accepted_mail_arrived(self):
        log = self.notify("Accepted")
        with self.postman() as postman:
            self.send()
        self.assertEqual((log.state, log.block_code), ("done", False))
        self.assertTrue(log.date_done)
        (recipients, sender, content) = postman.mails[0]
        self.assertEqual(recipients, (log.address,))
        self.assertEqual(sender, "bounce@creditor.example")
        self.assertIn(b"Reply-To: ", content)
        item = self.env["collection.item"].search([("move_line_id", "in", log.move_line_ids.ids)])
        self.assertEqual(item.reached_on, ON)
        self.assertTrue(log.message_id.exists(), "What was sent stays on the case")

    def test_refused_recipient_failed(self):
        log = self.notify("Refused", email=REFUSED)
        with self.postman() as postman:
            self.send()
        self.assertFalse(postman.mails)
        self.assertEqual((log.state, log.block_code), ("failed", "not_sent"))

    def test_server_down_and_sent_again_by_a_person(self):
        log = self.notify("Down")
        self.send()
        self.assertEqual((log.state, log.block_code), ("failed", "not_sent"))
        mail = self.env["mail.mail"].search([("mail_message_id", "=", log.message_id.id)])
        self.assertEqual(mail.state, "exception")
        log.with_user(self.supervisor).action_retry()
        self.assertEqual((log.state, mail.state), ("sent", "outgoing"))
        with self.postman() as postman:
            self.send()
        self.assertEqual(len(postman.mails), 1)
        self.assertEqual((log.state, log.block_code), ("done", False))

    def test_bounce_takes_the_fallback_next(self):
        log = self.notify("Bounced")
        with self.postman():
            self.send()
        self.make_bounce(log)
        self.assertEqual((log.state, log.block_code), ("failed", "bounced"))
        item = self.env["collection.item"].search([("move_line_id", "in", log.move_line_ids.ids)])
        self.assertFalse(item.reached_on)
        self.follow_up(ON + days(1))
        self.assertContacts(
            log.debtor_id, ("Reminder", "email", "bounced"), ("Reminder", "letter", "sent")
        )

    def test_bounce_without_another_channel_goes_to_a_person(self):
        self.company.collection_policy_id.stage_ids.action_ids.filtered("fallback").active = False
        log = self.notify("Stuck")
        with self.postman():
            self.send()
        self.make_bounce(log)
        self.follow_up(ON + days(1))
        unreachable = self.env.ref("collections_followup.activity_type_unreachable")
        self.assertIn(unreachable, log.case_id.activity_ids.activity_type_id)

    def test_answer_lands_on_the_case(self):
        log = self.notify("Answering")
        with self.postman() as postman:
            self.send()
        content = postman.mails[0][2].decode()
        reply_to = next(line for line in content.splitlines() if line.startswith("Reply-To"))
        mail = EmailMessage()
        mail["From"] = log.debtor_id.email
        mail["To"] = reply_to.split("<")[1].split(">")[0]
        mail["Subject"] = "Re: Notice"
        mail["Message-ID"] = "<answer@debtor.example>"
        mail["In-Reply-To"] = log.message_id.message_id
        mail.set_content("We pay on Friday.")
        self.env["mail.thread"].message_process(False, mail.as_bytes())
        self.assertIn("We pay on Friday", "".join(log.case_id.message_ids.mapped("body")))

    def test_many_mails_each_to_its_debtor_once(self):
        names = [f"Many {index}" for index in range(12)]
        for name in names:
            self.make_invoice(self.make_debtor(name), 100, ON - days(5))
        self.make_invoice(self.make_debtor("Wrong", email=REFUSED), 100, ON - days(5))
        self.follow_up()
        with self.postman() as postman:
            self.send()
            self.send()
        recipients = [mail[0][0] for mail in postman.mails]
        self.assertEqual(len(recipients), len(set(recipients)))
        self.assertEqual(len(recipients), len(names))
