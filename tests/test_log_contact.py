"""Log contact: the outcome decides what is asked next, and what follows."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ON, days
from .desk import NOW, DeskCase


@tagged("post_install", "-at_install")
class TestLogContact(DeskCase):
    def setUp(self):
        super().setUp()
        self.case = self.make_case()

    def test_the_row_says_what_happened(self):
        reason = self.env.ref("collections_followup.delay_reason_forgotten")
        log = self.log(self.case, "informed", delay_reason_id=reason, duration=4, note="Pays soon")
        self.assertRecordValues(
            log,
            [
                {
                    "case_id": self.case.id,
                    "channel": "call",
                    "direction": "out",
                    "state": "done",
                    "user_id": self.collector.id,
                    "right_party": True,
                    "delay_reason_id": reason.id,
                    "duration": 4,
                    "note": "Pays soon",
                    "address": "+3225551212",
                    "hour": "16",
                }
            ],
        )
        self.assertEqual(self.case.last_answer_date, ON)
        self.assertEqual(self.case.next_work_date, ON + days(1))

    def test_an_outcome_must_be_chosen(self):
        with self.assertRaisesRegex(UserError, "how the contact went"):
            self.dialog(self.case).save().action_save()

    # === Promise === #
    def test_a_promise_proposes_all_that_is_overdue(self):
        form = self.dialog(self.case)
        form.outcome_id = self.outcome("right_party_promise")
        self.assertEqual(form.promise_amount, 100)
        self.assertEqual(form.promise_date, ON + days(7))

    def test_a_promise_becomes_an_agreement(self):
        self.log(self.case, "right_party_promise", promise_amount=60, promise_date=ON + days(3))
        promise = self.case.agreement_ids
        self.assertEqual((promise.kind, promise.state), ("promise", "active"))
        self.assertEqual(promise.line_ids.mapped("amount"), [60])
        self.assertEqual(self.case.promise_date, ON + days(3))
        self.assertEqual(self.case.next_work_date, ON + days(4))

    def test_a_promise_needs_an_amount(self):
        with self.assertRaisesRegex(UserError, "amount and a date"):
            self.log(self.case, "right_party_promise", promise_amount=0)
        self.assertFalse(self.case.log_ids, "What is refused leaves nothing behind")

    # === Dispute === #
    def test_a_dispute_takes_the_items(self):
        reason = self.env["collection.dispute.reason"].search([], limit=1)
        self.log(
            self.case,
            "right_party_dispute",
            dispute_reason_id=reason,
            dispute_amount=40,
            note="Torn",
        )
        dispute = self.case.dispute_ids
        self.assertRecordValues(
            dispute,
            [{"kind": "dispute", "amount_disputed": 40, "reason_id": reason.id, "state": "open"}],
        )
        self.assertEqual(dispute.move_line_ids, self.case.move_line_ids)

    # === Call back === #
    def test_call_back_schedules_one_call(self):
        at = fields.Datetime.add(NOW, days=2)
        self.log(self.case, "call_back", call_back_at=at)
        self.assertEqual(self.case.call_back_at, at)
        self.assertEqual(self.case.next_work_date, at.date())
        call = self.case.activity_ids
        self.assertEqual((call.date_deadline, call.user_id), (at.date(), self.collector))

    def test_a_planned_call_moves_to_the_call_back(self):
        self.follow_up()
        self.release(self.run_of(), self.supervisor)
        planned = self.case.log_ids
        self.assertEqual(planned.state, "sent")
        at = fields.Datetime.add(NOW, days=2)
        self.log(self.case, "call_back", call_back_at=at)
        self.assertEqual(planned.state, "sent", "The call is still to be made")
        self.assertEqual(self.case.activity_ids.date_deadline, at.date())

    def test_call_back_needs_a_time_to_come(self):
        with self.assertRaisesRegex(UserError, "When does"):
            self.log(self.case, "call_back")
        with self.assertRaisesRegex(UserError, "passed already"):
            self.log(self.case, "call_back", call_back_at=fields.Datetime.subtract(NOW, hours=1))

    def test_a_message_may_do_without_a_time(self):
        log = self.log(self.case, "left_message")
        self.assertEqual(log.state, "done")
        self.assertFalse(self.case.call_back_at)

    def test_the_next_contact_ends_the_call_back(self):
        self.log(self.case, "call_back", call_back_at=fields.Datetime.add(NOW, hours=2))
        self.log(self.case, "informed")
        self.assertFalse(self.case.call_back_at)

    # === The other outcomes === #
    def test_a_wrong_number_is_removed_and_somebody_searches(self):
        log = self.log(self.case, "wrong_number")
        self.assertFalse(self.case.partner_id.phone)
        self.assertEqual(log.address, "+3225551212", "The log keeps the number")
        trace = self.env.ref("collections_followup.activity_type_trace")
        self.assertIn(trace, self.case.activity_ids.activity_type_id)

    def test_a_wrong_number_may_stay(self):
        self.log(self.case, "wrong_number", remove_number=False)
        self.assertTrue(self.case.partner_id.phone)

    def test_refers_to_another_person(self):
        self.log(self.case, "refers", refer_name="Ada", refer_phone="+32 2 555 99 99")
        contact = self.case.partner_id.child_ids
        self.assertRecordValues(contact, [{"type": "collections", "phone": "+32 2 555 99 99"}])
        self.assertEqual(self.case._get_contact_person("call"), contact)
        self.assertTrue(self.case.to_do, "The right person is called today")

    def test_has_paid_waits_some_days(self):
        self.log(self.case, "right_party_paid")
        hold = self.case.hold_ids
        self.assertEqual(hold.reason_id.code, "payment_announced")
        self.assertEqual(hold.date_to, ON + days(7))
        self.assertEqual(self.case.state, "on_hold")

    def test_hardship_waits(self):
        self.log(self.case, "hardship", hold_until=ON + days(20))
        self.assertEqual(self.case.hold_ids.reason_id.code, "hardship")
        self.assertEqual(self.case.hold_until, ON + days(20))

    def test_nobody_answered(self):
        log = self.log(self.case, "no_answer")
        self.assertEqual((log.state, log.block_code), ("failed", "not_reached"))
        self.assertFalse(self.case.last_answer_date)

    def test_every_outcome_can_be_saved(self):
        answers = {
            "call_back": {"call_back_at": fields.Datetime.add(NOW, days=1)},
            "refers": {"refer_name": "Bob", "refer_email": "bob@example.com"},
        }
        for outcome in self.env["collection.contact.outcome"].search([]):
            name = outcome.get_external_id()[outcome.id].removeprefix(
                "collections_followup.outcome_"
            )
            case = self.make_case(f"Debtor {name}")
            self.assertTrue(self.log(case, name, **answers.get(name, {})), name)

    # === The engine's own call === #
    def test_the_planned_call_is_the_call_that_was_made(self):
        self.follow_up()
        self.release(self.run_of(), self.supervisor)
        planned = self.case.log_ids
        log = self.log(self.case, "informed", note="Talked")
        self.assertEqual(log, planned)
        self.assertEqual((log.state, log.user_id), ("done", self.collector))
        self.assertFalse(self.case.activity_ids, "The call activity is done")
        items = self.env["collection.item"].search([("case_id", "=", self.case.id)])
        self.assertEqual(items.mapped("reached_on"), [ON])

    def test_a_planned_call_without_an_answer_has_failed(self):
        self.follow_up()
        self.release(self.run_of(), self.supervisor)
        log = self.log(self.case, "no_answer")
        self.assertEqual((log, log.state), (self.case.log_ids, "failed"))
        self.assertFalse(self.case.activity_ids)
        items = self.env["collection.item"].search([("case_id", "=", self.case.id)])
        self.assertEqual(items.mapped("reached_on"), [False])

    def test_a_talk_reaches_the_stage_without_a_planned_call(self):
        self.follow_up()
        self.case.log_ids._set_cancelled()
        self.log(self.case, "informed")
        items = self.env["collection.item"].search([("case_id", "=", self.case.id)])
        self.assertEqual(items.mapped("reached_on"), [ON])

    # === Append-only === #
    def test_what_was_logged_stays(self):
        log = self.log(self.case, "informed", note="First")
        for user in (self.collector, self.supervisor, self.make_user("manager")):
            with self.assertRaisesRegex(UserError, "stays as it is"):
                log.with_user(user).write({"note": "Second"})
            with self.assertRaises(UserError):
                log.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            log.with_env(self.env).unlink()

    def test_an_incoming_call(self):
        log = self.log(self.case, "informed", direction="in")
        self.assertEqual((log.direction, log.right_party), ("in", True))

    # === Rights === #
    def test_a_reader_logs_nothing(self):
        reader = self.make_user("reader")
        with self.assertRaises(AccessError):
            self.log(self.case, "informed", user=reader)

    def test_a_colleague_s_case_is_not_to_be_logged(self):
        other = self.make_user("collector", login="other_collector")
        with self.assertRaises(AccessError):
            self.log(self.case, "informed", user=other)

    # === Next === #
    def test_next_case_by_rank(self):
        second = self.make_case("Second", 5000)
        third = self.make_case("Third", 9000)
        cases = self.case | second | third
        cases._update_scores(ON, cases=cases)
        self.assertGreater(third.score, second.score)
        wizard = self.dialog(third)
        wizard.outcome_id = self.outcome("no_answer")
        action = wizard.save().action_save_next()
        self.assertEqual(action["params"], {"case": third.id, "fallback": second.id})

    def test_what_was_called_today_is_not_next(self):
        second = self.make_case("Second", 5000)
        self.log(second, "no_answer")
        self.assertFalse(self.case.with_user(self.collector)._get_next_case())
