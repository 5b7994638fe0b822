"""One bad debtor never stops the others: the error stays on the case, with one activity, until the
next success."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tools import mute_logger

from .common import ON, CollectionsCase, days

ENGINE = "odoo.addons.collections_followup.models.collection_engine_decide"


class TestErrors(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(("Reminder", 5, "email"))
        cls.good = cls.make_debtor("Good")
        cls.bad = cls.make_debtor("Bad")
        cls.after = cls.make_debtor("After")
        for debtor in (cls.good, cls.bad, cls.after):
            cls.make_invoice(debtor, 100, ON - days(6))

    def failing(self, error=None):
        """The decision about the bad debtor raises; nothing else is changed."""
        error = error or ValueError("Division by cucumber")
        cls = type(self.engine)
        decide, bad = cls._decide, self.bad

        def _decide(engine, cases, facts, on):
            if bad in cases.partner_id:
                raise error
            return decide(engine, cases, facts, on)

        return patch.object(cls, "_decide", _decide)

    def run_failing(self, on=ON):
        with self.failing(), mute_logger(ENGINE):
            return self.follow_up(on)

    def test_the_others_are_contacted_all_the_same(self):
        summary = self.run_failing()
        self.assertContacts(self.good, ("Reminder", "email", "planned"))
        self.assertContacts(self.after, ("Reminder", "email", "planned"))
        self.assertContacts(self.bad)
        self.assertEqual((summary["cases"], summary["errors"]), (3, 1))
        self.assertEqual(self.run_of().error_count, 1)

    def test_the_error_is_kept_on_the_case_with_one_activity(self):
        for day in range(3):
            self.run_failing(ON + days(day))
        case = self.case_of(self.bad)
        self.assertIn("Division by cucumber", case.error_text)
        self.assertTrue(case.error_date)
        self.assertEqual(len(case.activity_ids), 1)
        self.assertIn("Division by cucumber", case.activity_ids.note)
        self.assertFalse(self.case_of(self.good).activity_ids)

    def test_the_next_success_clears_error_and_activity(self):
        self.run_failing()
        self.follow_up(ON + days(1))
        case = self.case_of(self.bad)
        self.assertFalse(case.error_text)
        self.assertFalse(case.error_date)
        self.assertFalse(case.activity_ids)
        self.assertContacts(self.bad, ("Reminder", "email", "planned"))

    def test_the_activity_goes_to_the_collector(self):
        collector = self.make_user("collector")
        self.follow_up(ON - days(1))
        self.case_of(self.bad).user_id = collector
        self.run_failing(ON + days(1))
        self.assertEqual(self.case_of(self.bad).activity_ids.user_id, collector)

    def test_the_explanation_tells_of_the_error(self):
        self.run_failing()
        self.assertTrue(any("cucumber" in text for text in self.case_of(self.bad).action_explain()))

    def test_another_transaction_being_faster_is_no_error_of_the_debtor(self):
        with self.failing(SerializationFailure()), self.assertRaises(SerializationFailure):
            self.follow_up()
        self.assertFalse(self.case_of(self.bad).error_text)


class TestScheduledJob(CollectionsCase):
    """The job as the scheduler starts it: in chunks, each committed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(("Reminder", 5, "email"), mode="automatic")
        cls.debtors = [cls.make_debtor(f"D{i}") for i in range(5)]
        cls.env["ir.config_parameter"].sudo().set_param("collections_followup.chunk_size", 2)

    def test_the_job_does_everything_and_can_be_started_again(self):
        today = self.env["collection.case"]._today()
        for debtor in self.debtors:
            self.make_invoice(debtor, 100, today - days(6))
        with self.enter_registry_test_mode():
            job = self.env.ref("collections_followup.ir_cron_follow_up")
            job.method_direct_trigger()
            for debtor in self.debtors:
                self.assertContacts(debtor, ("Reminder", "email", "sent"))
            self.assertEqual(self.run_of(today).state, "done")
            job.method_direct_trigger()
        for debtor in self.debtors:
            self.assertContacts(debtor, ("Reminder", "email", "sent"))
