from odoo.exceptions import ValidationError

from .common import ON, days
from .plans import PlansCase


class RunCase(PlansCase):
    """A ladder of three stages, run automatically."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(
            ("First", 1, "email"),
            ("Second", 15, "email"),
            ("Third", 60, "email"),
            mode="automatic",
            agreement_template_id=cls.mail_template.id,
        )
        cls.env["collection.item"].search([("case_id", "=", cls.case.id)]).unlink()
        cls.case._review_now(ON)
        cls.engine._run(ON, cls.company)
        cls.env["collection.contact.log"].search([])._set_done()
        cls.env.flush_all()

    def plan_in_two(self, **values):
        """Two payments of 500.00, the first in twenty days."""
        return self.start_plan(count=2, date_first=ON + days(20), **values)

    def reminders(self, **values):
        domain = [("debtor_id", "=", self.debtor.id), ("agreement_line_id", "!=", False)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["collection.contact.log"].search(domain, order="id")


class TestReminders(RunCase):
    """A reminder before each agreed payment, through the engine."""

    def test_three_days_before_the_payment(self):
        plan = self.plan_in_two()
        self.follow_up(ON + days(16))
        self.assertFalse(self.reminders())
        self.follow_up(ON + days(17))
        reminder = self.reminders()
        self.assertEqual((reminder.state, reminder.amount), ("sent", 500))
        self.assertEqual(reminder.agreement_line_id, plan.line_ids[0])
        self.assertEqual(reminder.reference, plan.reference, "It is paid by the plan's reference")
        self.assertIn(plan.reference, reminder.message_id.subject)

    def test_it_is_sent_once(self):
        self.plan_in_two()
        for day in (17, 17, 18, 19, 20):
            self.follow_up(ON + days(day))
        self.assertEqual(len(self.reminders()), 1)

    def test_while_it_holds_no_step_is_taken(self):
        self.plan_in_two()
        for day in (10, 17, 19):
            self.follow_up(ON + days(day))
        since = self.contacts(self.debtor).filtered(lambda log: log.date > ON)
        self.assertEqual(since, self.reminders())

    def test_each_payment_has_its_own(self):
        plan = self.plan_in_two()
        self.follow_up(ON + days(17))
        self.pay(self.items[0].move_id, 500, on=ON + days(19))
        second = plan.line_ids[1].date
        self.follow_up(second - days(3))
        self.assertEqual(self.reminders().agreement_line_id, plan.line_ids)

    def test_nobody_is_reminded_of_what_has_been_paid(self):
        self.plan_in_two()
        self.pay(self.items[0].move_id, 500, on=ON + days(2))
        self.follow_up(ON + days(17))
        self.assertFalse(self.reminders())

    def test_paid_between_release_and_sending(self):
        self.policy.mode = "review"
        self.plan_in_two()
        self.follow_up(ON + days(17))
        reminder = self.reminders(state="planned")
        self.pay(self.items[0].move_id, 500, on=ON + days(17))
        self.release(reminder.run_id, self.supervisor, on=ON + days(17))
        self.assertEqual((reminder.state, reminder.block_code), ("blocked", "paid"))

    def test_what_is_left_of_the_payment_is_asked_for(self):
        self.plan_in_two()
        self.pay(self.items[0].move_id, 120, on=ON + days(2))
        self.follow_up(ON + days(17))
        self.assertEqual(self.reminders().amount, 380)

    def test_a_cancelled_plan_reminds_of_nothing(self):
        self.policy.mode = "review"
        plan = self.plan_in_two()
        self.follow_up(ON + days(17))
        reminder = self.reminders(state="planned")
        plan._cancel("Withdrawn")
        self.release(reminder.run_id, self.supervisor, on=ON + days(17))
        self.assertEqual(reminder.block_code, "agreement_ended")

    def test_one_message_a_day_and_the_step_of_the_ladder_goes_first(self):
        """Another invoice of the debtor is dunned on the day of the reminder."""
        self.plan_in_two()
        self.make_invoice(self.debtor, 70, ON + days(16))
        self.follow_up(ON + days(17))
        self.assertContactsOn(ON + days(17), "First")
        self.follow_up(ON + days(18))
        self.assertEqual(self.reminders().date, ON + days(18), "It follows the next day")

    def assertContactsOn(self, day, *stages):
        logs = self.contacts(self.debtor, date=day)
        self.assertEqual(logs.mapped("stage_id.name"), list(stages))
        self.assertEqual(len(logs), len(stages))

    def test_a_refusal_is_noted_once_and_tried_again(self):
        self.debtor.email = False
        self.plan_in_two()
        for day in (17, 18):
            self.follow_up(ON + days(day))
        self.assertEqual(self.reminders().mapped("block_code"), ["no_email"])
        self.debtor.email = "ann@debtor.example"
        self.follow_up(ON + days(19))
        self.assertEqual(self.reminders().mapped("state"), ["blocked", "sent"])

    def test_by_sms(self):
        self.policy.write(
            {"agreement_reminder": "sms", "agreement_sms_template_id": self.sms_template.id}
        )
        self.debtor.write({"phone": "+49 30 5555 1212"})
        self.plan_in_two()
        self.follow_up(ON + days(17))
        self.assertEqual(self.reminders().channel, "sms")

    def test_none_where_the_policy_wants_none(self):
        self.policy.agreement_reminder = "none"
        self.plan_in_two()
        self.follow_up(ON + days(17))
        self.assertFalse(self.reminders())

    def test_a_promise_made_within_the_days_needs_no_reminder(self):
        self.env["collection.agreement"]._promise(self.case, 100, ON + days(2))
        self.follow_up(ON + days(1))
        self.assertFalse(self.reminders())

    def test_the_shipped_text_shows_payment_and_reference(self):
        self.policy.agreement_template_id = self.env.ref(
            "collections_followup.mail_template_agreement_reminder"
        )
        plan = self.plan_in_two()
        self.follow_up(ON + days(17))
        body = self.reminders().message_id.body
        self.assertIn("500.00", body)
        self.assertIn(plan.reference[:4], body)
        self.assertNotIn(self.case.reference[:6], body)

    def test_a_dry_run_tells_of_it_and_writes_nothing(self):
        self.plan_in_two()
        summary = self.follow_up(ON + days(17), dry_run=True)
        self.assertEqual(summary["actions"]["Agreement/email"], 1)
        self.assertFalse(self.reminders())

    def test_nobody_plans_a_reminder_by_hand(self):
        plan = self.plan_in_two()
        row = (
            self.env["collection.contact.log"]
            .with_user(self.collector)
            .create(
                {
                    "case_id": self.case.id,
                    "company_id": self.company.id,
                    "channel": "call",
                    "agreement_line_id": plan.line_ids[0].id,
                }
            )
        )
        self.assertFalse(row.agreement_line_id)


class TestAfterBreak(RunCase):
    """When an agreement is broken the steps resume where the policy says."""

    def break_plan(self):
        plan = self.plan_in_two()
        day = ON + days(20 + plan.grace_days + 1)
        self.follow_up(day)
        self.assertEqual(plan.state, "broken")
        return day

    def stage_names(self):
        """Names of the stages on which the items stand, each once."""
        items = self.env["collection.item"].search([("move_line_id", "in", self.items.ids)])
        return items.mapped("stage_id.name")

    def test_they_go_on_where_they_stopped(self):
        self.assertEqual(self.stage_names(), ["First"])
        day = self.break_plan()
        self.assertEqual(self.stage_names(), ["Second"], "It has been long enough")
        self.assertEqual(self.contacts(self.debtor, date=day).stage_id.name, "Second")

    def test_they_begin_again(self):
        self.follow_up(ON + days(10))
        self.env["collection.contact.log"].search([])._set_done()
        self.assertEqual(self.stage_names(), ["Second"])
        self.policy.after_break = "first"
        day = self.break_plan()
        self.assertEqual(self.stage_names(), ["First"])
        self.assertEqual(self.contacts(self.debtor, date=day).stage_id.name, "First")

    def test_the_next_stage_at_once(self):
        self.policy.after_break = "next"
        day = self.break_plan()
        self.assertEqual(self.contacts(self.debtor, date=day).stage_id.name, "Second")

    def test_a_stage_of_ones_choice(self):
        self.policy.write({"after_break": "stage", "break_stage_id": self.policy.stage_ids[2].id})
        day = self.break_plan()
        self.assertEqual(self.stage_names(), ["Third"])
        self.assertEqual(self.contacts(self.debtor, date=day).stage_id.name, "Third")

    def test_a_stage_must_be_chosen(self):
        with self.assertRaisesRegex(ValidationError, "Choose the stage"):
            self.policy.after_break = "stage"

    def test_a_copy_of_the_policy_has_its_own_stages(self):
        self.policy.write({"after_break": "stage", "break_stage_id": self.policy.stage_ids[2].id})
        self.assertEqual(self.policy.copy().after_break, "same")
