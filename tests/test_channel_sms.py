"""SMS: short, through Odoo's own gateway, and without credit a refusal like any other."""

from unittest.mock import patch

from odoo.addons.sms.tools.sms_api import SmsApi

from .common import ON, CollectionsCase, days

#: Letters that fit 160 to an SMS (GSM 03.38), as far as our texts use them.
GSM = set(
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà€"
)


class TestChannelSms(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.phone = "+1 555 0100"
        cls.text = cls.env.ref("collections_followup.sms_template_reminder")
        cls.policy = cls.make_policy(
            ("Text", 1, {"channel": "sms", "sms_template_id": cls.text.id}), mode="automatic"
        )
        cls.debtor = cls.make_debtor(
            "Texted", phone="+1 650-555-0111", country_id=cls.env.ref("base.us").id
        )
        cls.make_invoice(cls.debtor, 1234.5, ON - days(5))

    def answer(self, state):
        """The gateway answers every SMS of the queue so."""

        def send(api, messages, **kwargs):
            return [
                {"uuid": number["uuid"], "state": state, "credit": 0}
                for message in messages
                for number in message["numbers"]
            ]

        with patch.object(SmsApi, "_send_sms_batch", send):
            self.env["sms.sms"].search([("state", "=", "outgoing")]).send()
        self.env.cr.flush()

    def test_text_fits_one_sms_and_is_filed(self):
        self.follow_up()
        log = self.contacts(self.debtor)
        self.assertEqual(log.state, "sent")
        sms = self.env["sms.sms"].search([("mail_message_id", "=", log.message_id.id)])
        self.assertEqual(sms.number, "+16505550111")
        self.assertIn("1,234.50", sms.body)
        self.assertIn(log.reference, sms.body)
        self.assertLessEqual(set(sms.body), GSM)
        link = sms.body.rpartition(" ")[2]
        self.assertIn("/c/", link)
        self.assertEqual(sms.body.count("/c/"), 1)
        # Addresses of companies are longer than that of the test server, names as well.
        room = (
            160
            - len(sms.body)
            - len("https://accounts.example.com")
            + len(self.company.get_base_url())
        )
        self.assertGreaterEqual(room, 0)
        self.assertNotIn("555 0100", sms.body)
        self.assertEqual(log.message_id.res_id, log.case_id.id)

    def test_every_shipped_text_fits(self):
        self.company.collection_page_sms = False
        self.policy.mode = "review"
        self.follow_up()
        log = self.contacts(self.debtor)
        for name in ("sms_template_reminder", "sms_template_call_us"):
            template = self.env.ref(f"collections_followup.{name}")
            body = self.env["collection.channel.sms"]._get_bodies(template, log)[log.id]
            self.assertIn("+1 555 0100", body)
            self.assertLessEqual(len(body), 160)
            self.assertLessEqual(set(body), GSM)

    def test_without_credit_the_contact_failed(self):
        self.follow_up()
        self.answer("insufficient_credit")
        self.assertContacts(self.debtor, ("Text", "sms", "not_sent"))
        self.assertStage(self.debtor, "Text")

    def test_accepted_by_the_network_it_arrived(self):
        self.follow_up()
        self.answer("success")
        log = self.contacts(self.debtor)
        log.message_id.notification_ids.sms_tracker_ids._action_update_from_sms_state("sent")
        self.env.cr.flush()
        self.assertEqual(log.state, "done")

    def test_retry_by_a_person(self):
        self.follow_up()
        self.answer("server_error")
        log = self.contacts(self.debtor)
        self.assertEqual(log.state, "failed")
        log.with_user(self.make_user("supervisor")).action_retry()
        self.assertEqual(log.state, "sent")
        self.answer("success")
        log.message_id.notification_ids.sms_tracker_ids._action_update_from_sms_state("sent")
        self.env.cr.flush()
        self.assertEqual(log.state, "done")

    def test_broken_and_empty_texts_are_refused(self):
        self.text.body = "{{ object.no_such_field }}"
        self.follow_up()
        self.assertContacts(self.debtor, ("Text", "sms", "template_error"))

    def test_number_that_is_none(self):
        self.debtor.phone = "12"
        self.follow_up()
        self.assertContacts(self.debtor, ("Text", "sms", "invalid_phone"))
