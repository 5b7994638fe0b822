"""Bad input gets a clear message when it is entered, or a coded row when the run meets it."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from .common import ON, CollectionsCase, days

DELIVER = "odoo.addons.collections_followup.models.collection_engine_deliver"
RENDER = "odoo.addons.mail.models.mail_render_mixin"


class TestConfiguration(CollectionsCase):
    def test_automatic_policy_without_stages_cannot_be_saved(self):
        with self.assertRaisesRegex(ValidationError, "has no stages"):
            self.make_policy(mode="automatic")

    def test_review_policy_without_stages_refuses_each_debtor_with_a_code(self):
        debtor = self.make_debtor("Acme")
        self.make_invoice(debtor, 100, ON - days(6))
        self.make_policy(("Reminder", 5, "email"))
        self.make_policy(name="Empty")
        self.follow_up()
        self.assertReason(debtor, "no_stages")
        self.assertContacts(debtor)

    def test_stage_without_actions_refuses_with_a_code(self):
        debtor = self.make_debtor("Acme")
        self.make_invoice(debtor, 100, ON - days(6))
        self.make_policy(("Reminder", 5))
        self.follow_up()
        self.assertReason(debtor, "no_actions")

    def test_stages_out_of_order(self):
        with self.assertRaisesRegex(ValidationError, "must start at more than 20 days"):
            self.make_policy(("Late", 20, "email"), ("Early", 5, "email"))

    def test_actions_without_a_text(self):
        for channel, message in (
            ("email", "has no text"),
            ("letter", "has no text"),
            ("sms", "has no text"),
            ("visit", "only made by people"),
        ):
            action = {"channel": channel, "mail_template_id": False, "sms_template_id": False}
            with self.assertRaisesRegex(ValidationError, message):
                self.make_policy(("Stage", 5, action))

    @mute_logger("odoo.sql_db")
    def test_negative_numbers(self):
        for wrong in ({"minimum_amount": -1}, {"catch_up_days": 0}, {"min_interval_days": -1}):
            with self.assertRaises(CheckViolation), self.cr.savepoint():
                self.make_policy(("Stage", 5, "email"), **wrong)

    def test_what_was_used_cannot_be_deleted(self):
        policy = self.make_policy(("Reminder", 5, "email"))
        debtor = self.make_debtor("Acme")
        self.make_invoice(debtor, 100, ON - days(6))
        self.follow_up()
        for record in (policy.stage_ids.action_ids, policy.stage_ids, policy):
            with self.assertRaises(ValidationError):
                record.unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.contacts(debtor).unlink()
        with self.assertRaisesRegex(UserError, "contact log must be kept"):
            self.case_of(debtor).unlink()


class TestDebtors(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(("Reminder", 5, "email"))
        cls.supervisor = cls.make_user("supervisor")

    def refuse(self, debtor, code, channel="email"):
        self.make_invoice(debtor, 100, ON - days(6))
        self.follow_up()
        self.assertContacts(debtor, ("Reminder", channel, code))
        self.assertReason(debtor, code)

    def test_addresses(self):
        self.refuse(self.make_debtor("None", email=False), "no_email")
        self.refuse(self.make_debtor("Blank", email="  "), "no_email")
        self.refuse(self.make_debtor("Nonsense", email="not an address"), "invalid_email")
        self.env["mail.blacklist"]._add("listed@debtor.example")
        self.refuse(self.make_debtor("Listed"), "blacklisted_email")

    def test_an_address_that_appears_is_used_by_the_next_run(self):
        debtor = self.make_debtor("Late", email=False)
        self.refuse(debtor, "no_email")
        debtor.email = "late@debtor.example"
        self.follow_up(ON + days(1))
        self.assertContacts(
            debtor, ("Reminder", "email", "no_email"), ("Reminder", "email", "planned")
        )

    def test_phone_and_postal_address(self):
        self.make_policy(("Reminder", 5, "sms"))
        self.refuse(self.make_debtor("Silent", phone=False), "no_phone", "sms")
        self.refuse(self.make_debtor("Odd", phone="abc"), "invalid_phone", "sms")
        self.make_policy(("Reminder", 5, "letter"))
        self.refuse(self.make_debtor("Nowhere", city=False), "no_address", "letter")
        self.make_policy(("Reminder", 5, "call"))
        self.refuse(self.make_debtor("Quiet", phone=False), "no_phone", "call")

    def test_invoice_contact_stands_in_for_a_debtor_without_address(self):
        debtor = self.make_debtor("Acme", email=False)
        clerk = self.env["res.partner"].create(
            {
                "name": "Clerk",
                "parent_id": debtor.id,
                "type": "invoice",
                "email": "clerk@debtor.example",
            }
        )
        self.make_invoice(debtor, 100, ON - days(6))
        self.follow_up()
        self.assertEqual(self.contacts(debtor).partner_id, clerk)

    def test_currency_without_rate(self):
        zloty = self.env.ref("base.PLN")
        zloty.active = True
        zloty.rate_ids.unlink()
        self.policy.minimum_amount = 10
        debtor = self.make_debtor("Warsaw")
        self.make_invoice(debtor, 100, ON - days(6), currency_id=zloty.id)
        self.follow_up()
        self.assertContacts(debtor, ("Reminder", "email", "no_rate"))
        self.assertReason(debtor, "no_rate")

    def test_zero_and_negative_lines(self):
        debtor = self.make_debtor("Acme")
        self.make_entry(debtor, -30, ON - days(9))
        self.make_invoice(debtor, 0, ON - days(9))
        self.follow_up()
        self.assertFalse(self.case_of(debtor))
        self.make_invoice(debtor, 50, ON - days(9))
        self.follow_up(ON + days(1))
        self.assertEqual(self.contacts(debtor).amount, 20)

    def test_template_that_fails_to_render(self):
        good = self.make_debtor("Good")
        bad = self.make_debtor("Bad")
        for debtor in (good, bad):
            self.make_invoice(debtor, 100, ON - days(6))
        self.mail_template.body_html = (
            '<p t-if="object.debtor_id.name == \'Bad\'"><t t-out="1 / 0"/></p><p>Pay</p>'
        )
        self.follow_up()
        with mute_logger(DELIVER, RENDER):
            self.release(self.run_of(), self.supervisor)
        self.assertContacts(good, ("Reminder", "email", "sent"))
        self.assertContacts(bad, ("Reminder", "email", "template_error"))
        self.assertIn("division by zero", self.contacts(bad).note)
        mend = self.env.ref("collections_followup.activity_type_mend")
        self.assertEqual(self.case_of(bad).activity_ids.activity_type_id, mend)
        self.mail_template.body_html = "<p>Pay</p>"
        self.follow_up(ON + days(1))
        self.assertEqual(self.contacts(bad)[-1].state, "planned")

    def test_empty_text_is_not_sent(self):
        debtor = self.make_debtor("Acme")
        self.make_invoice(debtor, 100, ON - days(6))
        self.mail_template.body_html = False
        self.follow_up()
        with mute_logger(DELIVER, RENDER):
            self.release(self.run_of(), self.supervisor)
        self.assertContacts(debtor, ("Reminder", "email", "template_error"))

    def test_invoice_deleted_between_planning_and_release(self):
        debtor = self.make_debtor("Acme")
        invoice = self.make_invoice(debtor, 100, ON - days(6))
        self.follow_up()
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.env.cr.flush()
        self.assertEqual(self.case_of(debtor).amount_open, 0)
        self.release(self.run_of(), self.supervisor)
        self.assertContacts(debtor, ("Reminder", "email", "paid"))

    def test_archived_action_is_not_taken(self):
        debtor = self.make_debtor("Acme")
        self.make_invoice(debtor, 100, ON - days(6))
        self.policy.stage_ids.action_ids.active = False
        self.follow_up()
        self.assertContacts(debtor)

    def test_policy_of_a_debtor_that_was_archived_gives_way_to_the_default(self):
        own = self.make_policy(("Own", 5, "email"), name="Own", country_ids=[Command.set([1])])
        default = self.make_policy(("Reminder", 5, "email"))
        debtor = self.make_debtor("Acme")
        debtor.with_company(self.company).collection_policy_id = own
        own.active = False
        self.make_invoice(debtor, 100, ON - days(6))
        self.follow_up()
        self.assertEqual(self.case_of(debtor).policy_id, default)
