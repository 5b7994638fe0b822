"""What the log and the papers prove about addresses, notices and disputes, given to the contact rules."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .common import ON, days
from .desk import NOW, DeskCase

EMAIL = "ann@mailbox.example"
NUMBER = "+15185550123"


@tagged("post_install", "-at_install")
class TestEvidence(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activate_shipped_rules()
        cls.company.collection_party = "third"
        us = cls.env.ref("base.us")
        cls.case = cls.make_case(
            "Ann",
            is_company=False,
            country_id=us.id,
            state_id=us.state_ids.filtered(lambda state: state.code == "NJ").id,
            city="Newark",
            zip="07102",
            email=EMAIL,
            phone="+1 973 555 0123",
        )
        cls.number = cls.case.partner_id.phone_sanitized
        cls.person = cls.case.partner_id

    def verdict(self, channel, at=NOW):
        address = EMAIL if channel == "email" else self.number
        with freeze_time(at):
            return self.case.with_user(self.collector)._get_contact_verdict(channel, at, address)

    def note(self, kind, **values):
        """A collector writes down what is known."""
        return (
            self.env["collection.consent"]
            .with_user(self.collector)
            .create({"partner_id": self.person.id, "kind": kind, **values})
        )

    def talk(self, outcome, at, **values):
        with freeze_time(at):
            values = {"channel": "call", "moment": at, "date": at.date(), **values}
            return self.case.with_user(self.collector)._log_contact(self.outcome(outcome), values)

    # === E-mail: 12 CFR 1006.6(d)(4) === #
    def test_an_address_without_history_is_warned_of(self):
        verdict = self.verdict("email")
        self.assertEqual((verdict.level, verdict.code), ("warn", "email_procedure"))
        self.assertIn("1006.6(d)", verdict.source)
        self.assertIn("Note the consent", verdict.reason)

    def test_consent(self):
        self.note("electronic", channel="email", date=ON - days(100))
        self.assertEqual(self.verdict("email").level, "ok")

    def test_consent_to_another_address(self):
        self.note("electronic", channel="email", address="other@mailbox.example")
        self.assertEqual(self.verdict("email").code, "email_procedure")

    def test_revoked_consent(self):
        consent = self.note("electronic", channel="email")
        consent.revoke_reason = "Changed her mind"
        consent.with_user(self.collector).action_revoke()
        self.assertEqual(self.verdict("email").code, "email_procedure")

    def test_the_debtor_wrote_from_it(self):
        self.env["collection.contact.log"].create(
            {
                "case_id": self.case.id,
                "company_id": self.company.id,
                "channel": "email",
                "direction": "in",
                "address": EMAIL,
                "date": ON - days(200),
            }
        )
        self.case.validation_date = ON - days(200)
        self.assertEqual(self.verdict("email").level, "ok")

    def test_notice_of_the_creditor_and_35_days(self):
        self.person.email = "ann@gmail.com"
        global_address = "ann@gmail.com"
        notice = {"channel": "email", "address": global_address, "date": ON - days(40)}

        def verdict():
            case = self.case.with_user(self.collector)
            return case._get_contact_verdict("email", NOW, global_address)

        short = self.note("notice", date_to=ON - days(10), **notice)
        self.assertEqual(verdict().code, "email_procedure", "Thirty days only")
        short.revoke_reason = "Too short"
        short.with_user(self.collector).action_revoke()
        self.note("notice", date_to=ON - days(5), **notice)
        self.assertEqual(verdict().level, "ok")
        self.note("employer", channel="email", address=global_address)
        self.assertEqual(verdict().code, "employer_address")

    def test_what_others_read_is_not_used(self):
        self.note("electronic", channel="email")
        self.note("others", channel="email", address=EMAIL)
        self.assertEqual(self.verdict("email").code, "email_procedure")

    # === Texts: 12 CFR 1006.6(d)(5) === #
    def test_consent_to_texts_wears_off(self):
        self.note("electronic", channel="sms", date=ON - days(61))
        self.assertEqual(self.verdict("sms").code, "sms_procedure")
        self.note("number_check", channel="sms", date=ON - days(3))
        self.assertEqual(self.verdict("sms").level, "ok")

    def test_a_checked_number_alone_is_no_consent(self):
        self.note("number_check", channel="sms", date=ON)
        self.assertEqual(self.verdict("sms").code, "sms_procedure")

    # === Wrong numbers === #
    def test_a_wrong_number_is_not_called_again(self):
        self.case.validation_date = ON - days(40)
        self.talk("wrong_number", NOW - days(30), address=self.number)
        verdict = self.verdict("call")
        self.assertEqual((verdict.level, verdict.code), ("block", "wrong_number"))

    def test_calls_to_somebody_else_are_not_counted(self):
        self.case.validation_date = ON - days(40)
        for hour in range(7):
            self.talk("no_answer", NOW - days(2) + timedelta(hours=hour), address="+12125550199")
        self.assertEqual(self.verdict("call").code, "frequency")
        self.talk("wrong_number", NOW - days(1), address="+12125550199")
        self.assertEqual(self.verdict("call").level, "ok")

    def test_a_number_is_right_again_after_a_talk(self):
        self.case.validation_date = ON - days(40)
        self.talk("wrong_number", NOW - days(30), address=self.number)
        self.talk("informed", NOW - days(20), address=self.number, right_party=True)
        self.assertEqual(self.verdict("call").level, "ok")

    # === Validation notice: 12 CFR 1006.34 === #
    def test_the_notice_is_due_five_days_after_the_first_talk(self):
        self.talk("informed", NOW - days(20))
        verdict = self.verdict("call")
        self.assertEqual((verdict.level, verdict.code), ("warn", "validation_overdue"))
        self.case.with_user(self.collector).validation_date = ON - days(16)
        self.assertEqual(self.verdict("call").level, "ok")

    def test_attempts_begin_nothing(self):
        self.talk("no_answer", NOW - days(20))
        self.talk("left_message", NOW - days(19))
        self.assertEqual(self.verdict("call").level, "ok")

    def test_the_notice_of_a_stage_counts_when_it_was_sent(self):
        self.policy.stage_ids.action_ids.active = False
        self.env["collection.action"].create(
            {
                "stage_id": self.policy.stage_ids.id,
                "channel": "letter",
                "mail_template_id": self.mail_template.id,
                "purpose": "validation_notice",
            }
        )
        self.follow_up()
        self.release(self.run_of(), self.supervisor)
        self.assertEqual(self.case.log_ids.state, "sent")
        self.assertEqual(self.verdict("call", NOW + days(10)).level, "ok")
        self.assertTrue(self.case.needs_validation)

    def test_who_collects_own_debts_needs_no_notice(self):
        self.company.collection_party = "first"
        self.assertFalse(self.case.needs_validation)

    # === Disputes: 12 CFR 1006.38 === #
    def test_a_debt_disputed_as_a_whole_is_not_talked_about(self):
        line = self.case.move_line_ids
        Dispute = self.env["collection.dispute"].with_user(self.collector)
        dispute = Dispute._open(self.case, "dispute", line)
        self.assertEqual(self.verdict("call").code, "dispute")
        dispute.with_user(self.collector).action_withdraw()
        Dispute._open(self.case, "dispute", line, amount=30)
        self.assertEqual(self.verdict("call").level, "ok", "The rest is not disputed")

    # === The ladder === #
    def test_the_ladder_takes_another_channel_where_a_procedure_is_missing(self):
        rules = self.env["collection.contact.rule"]
        rules.search([("code", "=", "US-REGF-ADDRESS")]).mode = "block"
        self.policy.stage_ids.action_ids.unlink()
        self.policy.stage_ids.action_ids = [
            (0, 0, self._prepare_action("email")),
            (0, 0, self._prepare_action({"channel": "letter", "fallback": True})),
        ]
        self.follow_up()
        self.follow_up(ON + days(1))
        self.assertContacts(
            self.person, ("Call", "email", "email_procedure"), ("Call", "letter", "planned")
        )

    def test_the_number_of_queries_does_not_grow(self):
        self.note("electronic", channel="email")
        cases = self.case
        for name in ("Bea", "Cid", "Dot"):
            other = self.person.copy({"name": name, "email": f"{name.lower()}@mailbox.example"})
            self.make_invoice(other, 50, ON - days(20))
            self.engine._open_cases(self.company, ON)
            cases |= self.case_of(other)
        for some in (self.case, cases):
            some._get_evidence(ON)
            self.env.invalidate_all()
            with self.assertQueryCount(12):
                some._get_evidence(ON)

    def test_the_moment_of_the_evidence(self):
        """A consent of tomorrow says nothing today."""
        self.note("electronic", channel="email", date=ON + days(1))
        self.assertEqual(self.verdict("email").code, "email_procedure")
        tomorrow = datetime.combine(ON + days(1), NOW.time())
        self.assertEqual(self.verdict("email", tomorrow).level, "ok")
