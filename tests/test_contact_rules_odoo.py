"""The contact rules inside Odoo: on the dialog, on the case, and before the engine's own contacts."""

from datetime import UTC, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ON, days
from .desk import NOW, DeskCase

CONSUMER = {"is_company": False}


@tagged("post_install", "-at_install")
class TestContactRules(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.activate_shipped_rules()
        cls.us = cls.env.ref("base.us")

    def state(self, code):
        states = self.us.state_ids.filtered(lambda state: state.code == code)
        return states.id

    def american(self, **values):
        """A private person in New York State, called for somebody else."""
        self.company.collection_party = "third"
        return self.make_case(
            "American",
            country_id=self.us.id,
            state_id=self.state("NY"),
            city="Albany",
            zip="12207",
            phone="+1 518 555 0123",
            **CONSUMER,
            **values,
        )

    def verdict(self, case, channel="call", at=NOW):
        with freeze_time(at):
            return case.with_user(self.collector)._get_contact_verdict(channel, at)

    def talk(self, case, at, outcome="no_answer", channel="call", **values):
        """A contact in the past, as the log has it."""
        with freeze_time(at):
            return case._log_contact(
                self.outcome(outcome),
                {"channel": channel, "moment": at, "date": at.date(), **values},
            )

    # === United States, for others === #
    def test_seven_calls_in_seven_days(self):
        case = self.american()
        for number in range(7):
            self.talk(case, NOW - days(6) + timedelta(hours=number))
        verdict = self.verdict(case)
        self.assertEqual((verdict.level, verdict.code), ("block", "frequency"))
        self.assertIn("1006.14", verdict.source)
        self.assertTrue(verdict.earliest)
        self.assertEqual(self.verdict(case, at=NOW + days(1)).level, "ok")

    def test_rest_after_a_conversation(self):
        case = self.american()
        self.talk(case, NOW - days(2), "informed")
        self.assertEqual(self.verdict(case).level, "block")
        case.validation_date = NOW
        self.assertEqual(self.verdict(case, at=NOW + days(5)).level, "ok")

    def test_a_busy_line_does_not_count(self):
        case = self.american()
        for number in range(9):
            self.talk(case, NOW - days(3) + timedelta(hours=number), "busy")
        self.assertEqual(self.verdict(case).level, "ok")

    def test_not_at_night_where_the_debtor_lives(self):
        case = self.american()
        verdict = self.verdict(case, at=fields.Datetime.to_datetime("2026-03-16 11:30:00"))
        self.assertEqual((verdict.level, verdict.code), ("block", "hours"), "It is 7:30 in Albany")
        self.assertEqual(self.verdict(case, at=NOW).level, "ok")

    def test_own_debts_are_another_matter(self):
        case = self.american()
        self.company.collection_party = "first"
        for number in range(7):
            self.talk(case, NOW - days(6) + timedelta(hours=number))
        self.assertEqual(self.verdict(case).level, "ok")

    def test_a_business_is_not_a_consumer(self):
        case = self.american()
        case.partner_id.is_company = True
        for number in range(7):
            self.talk(case, NOW - days(6) + timedelta(hours=number))
        self.assertNotEqual(self.verdict(case).level, "block")

    # === Massachusetts, own debts === #
    def test_massachusetts_allows_two_calls_a_week(self):
        case = self.make_case(
            "Bostonian",
            country_id=self.us.id,
            state_id=self.state("MA"),
            phone="+1 617 555 0123",
            **CONSUMER,
        )
        for back in (3, 2):
            self.talk(case, NOW - days(back))
        verdict = self.verdict(case)
        self.assertEqual(verdict.level, "block")
        self.assertIn("940", verdict.source)

    # === Ireland === #
    def test_ireland_once_its_rules_are_in_force(self):
        rule = self.env["collection.contact.rule"].with_context(active_test=False)
        rule = rule.search([("code", "=", "IE-CCA-HOURS")])
        rule.write({"active": True, "valid_from": False})
        case = self.make_case(
            "Dubliner", country_id=self.env.ref("base.ie").id, phone="+353 1 555 0123", **CONSUMER
        )
        evening = fields.Datetime.to_datetime("2026-03-16 22:30:00")
        self.assertEqual(self.verdict(case, at=evening).code, "hours")
        self.assertEqual(self.verdict(case, at=NOW).level, "ok")

    # === Business debtors === #
    def test_the_house_only_warns(self):
        case = self.make_case("Company", country_id=self.env.ref("base.be").id)
        verdict = self.verdict(case, at=fields.Datetime.to_datetime("2026-03-15 12:00:00"))
        self.assertEqual((verdict.level, verdict.code), ("warn", "hours"), "A Sunday")

    def test_a_warning_does_not_stop_anybody(self):
        case = self.make_case("Company", country_id=self.env.ref("base.be").id)
        with freeze_time("2026-03-15 12:00:00"):
            form = self.dialog(case)
            self.assertEqual(form.verdict_level, "warn")
            form.outcome_id = self.outcome("informed")
            form.save().action_save()
        self.assertFalse(case.log_ids.override_reason)

    # === Holds === #
    def test_who_is_represented_is_not_called(self):
        case = self.make_case()
        reason = self.env.ref("collections_followup.hold_reason_attorney")
        self.env["collection.hold"].create({"case_id": case.id, "reason_id": reason.id})
        verdict = self.verdict(case)
        self.assertEqual((verdict.level, verdict.code), ("block", "hold_attorney"))
        self.assertEqual(verdict.reason, reason.banner)

    def hold(self, case, code):
        reason = self.env.ref(f"collections_followup.hold_reason_{code}")
        self.env["collection.hold"].create({"case_id": case.id, "reason_id": reason.id})
        return reason

    def test_the_law_behind_a_hold_is_named(self):
        """Where a law binds, the refusal is the law's, with the instruction of the hold."""
        for code, paragraph in (("attorney", "1006.6(b)(2)"), ("cease", "1006.6(c)(1)")):
            with self.subTest(code):
                case = self.american() if code == "attorney" else self.env["collection.case"]
                case = case or self.env["collection.case"].search(
                    [("partner_id.name", "=", "American")]
                )
                case.hold_ids.with_user(self.collector).action_end()
                reason = self.hold(case, code)
                verdict = self.verdict(case)
                self.assertEqual((verdict.level, verdict.code), ("block", code))
                self.assertEqual(verdict.reason, reason.banner)
                self.assertIn(paragraph, verdict.source)

    def test_the_lawyer_may_be_called(self):
        case = self.american()
        self.hold(case, "attorney")
        lawyer = self.env["res.partner"].create(
            {
                "name": "Portia",
                "parent_id": case.partner_id.id,
                "type": "attorney",
                "phone": "+1 518 555 0177",
            }
        )
        form = self.dialog(case)
        self.assertEqual(form.partner_id, lawyer, "Proposed, because only lawyers may be contacted")
        self.assertEqual(form.verdict_level, "ok")
        form.outcome_id = self.outcome("informed")
        form.save()._save()
        form.partner_id = case.partner_id
        self.assertEqual((form.verdict_level, form.verdict_code), ("block", "attorney"))
        case.hold_ids.with_user(self.collector).action_end()
        self.assertEqual(self.verdict(case).level, "ok", "Talks with lawyers are not counted")

    def test_what_the_law_permits_after_a_wish_for_silence(self):
        case = self.american()
        self.hold(case, "cease")
        form = self.dialog(case, default_channel="letter")
        self.assertEqual((form.verdict_level, form.verdict_code), ("block", "cease"))
        form.purpose = "termination_notice"
        self.assertEqual(form.verdict_level, "ok")
        form.outcome_id = self.outcome("informed")
        self.assertEqual(form.save()._save().purpose, "termination_notice")

    # === Setting a rule aside === #
    def blocked(self):
        case = self.american()
        self.talk(case, NOW - days(2), "informed")
        return case

    def test_a_collector_cannot(self):
        case = self.blocked()
        form = self.dialog(case)
        self.assertEqual(form.verdict_level, "block")
        self.assertIn("1006.14", form.verdict_source)
        form.outcome_id = self.outcome("informed")
        wizard = form.save()
        before = case.log_ids
        with self.assertRaisesRegex(UserError, "not allowed now"):
            wizard.action_save()
        wizard.override_reason = "I want to"
        with self.assertRaisesRegex(UserError, "not allowed now"):
            wizard.action_save()
        self.assertEqual(case.log_ids, before)

    def test_a_supervisor_can_with_a_reason(self):
        case = self.blocked()
        form = self.dialog(case, self.supervisor)
        form.outcome_id = self.outcome("informed")
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_save()
        wizard.override_reason = "Asked for the call by mail"
        log = wizard._save()
        self.assertRecordValues(
            log,
            [
                {
                    "override_reason": "Asked for the call by mail",
                    "override_user_id": self.supervisor.id,
                    "state": "done",
                }
            ],
        )

    def test_the_reason_cannot_be_forged(self):
        case = self.blocked()
        log = case.log_ids[0]
        with self.assertRaises(UserError):
            log.with_user(self.supervisor).override_reason = "Later"

    def test_who_is_called_may_answer(self):
        case = self.blocked()
        log = self.log(case, "informed", direction="in")
        self.assertEqual(log.direction, "in")
        self.assertFalse(log.override_reason)

    def test_the_call_counts_from_its_beginning(self):
        """A call begun in time may be logged after the hour."""
        case = self.american()
        last_minute = fields.Datetime.to_datetime("2026-03-17 00:58:00")  # 20:58 in Albany
        with freeze_time(last_minute):
            form = self.dialog(case)
            form.outcome_id = self.outcome("informed")
            wizard = form.save()
        with freeze_time(last_minute + timedelta(minutes=10)):
            log = wizard._save()
        self.assertEqual((log.moment, log.duration), (last_minute, 10))

    # === The engine === #
    def test_the_engine_makes_no_call_that_is_forbidden(self):
        case = self.american()
        self.talk(case, NOW - days(2), "informed")
        self.follow_up()
        planned = case.log_ids.filtered(lambda log: log.action_id)
        self.assertEqual((planned.state, planned.block_code), ("blocked", "after_conversation"))
        self.assertTrue(case.no_contact_reason)

    def test_a_released_call_is_judged_again(self):
        case = self.american()
        self.follow_up()
        planned = case.log_ids
        self.assertEqual(planned.state, "planned")
        self.talk(case, NOW, "informed", channel="other")
        self.talk(case, NOW, "informed", direction="in")
        self.run_of().with_user(self.supervisor).action_release()
        claimed = self.engine._claim_released(self.company)
        self.engine._deliver_safely(claimed, ON, NOW.replace(tzinfo=UTC))
        self.assertIn(planned.state, ("blocked", "planned"))
        self.assertFalse(case.activity_ids)
