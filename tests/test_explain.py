"""What a case says about itself is what the next run does."""

from .common import ON, CollectionsCase, days


class TestExplain(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(("Reminder", 5, "email"), ("Notice", 20, "letter"))
        cls.debtor = cls.make_debtor("Acme")
        cls.invoice = cls.make_invoice(cls.debtor, 100, ON - days(6))

    def explain(self, on=ON):
        case = self.case_of(self.debtor).with_context(collection_on=on)
        return " ".join(case.action_explain()).replace("\xa0", " ")

    def test_a_person_with_least_rights_may_ask(self):
        self.follow_up()
        case = self.case_of(self.debtor).with_user(self.make_user("reader"))
        text = " ".join(case.with_context(collection_on=ON).action_explain())
        self.assertIn("Reminder", text)

    def test_it_says_what_is_owed_and_why_this_stage(self):
        self.follow_up()
        text = self.explain()
        self.assertIn("100.00", text)
        self.assertIn("6 days", text)
        self.assertIn("Stage Reminder: from 5 days overdue.", text)

    def test_planned_waits_for_release(self):
        self.follow_up()
        self.assertIn("waits to be released", self.explain())

    def test_what_is_announced_happens_on_that_day_and_not_before(self):
        """The explanation and the run agree on every day of a month."""
        self.policy.mode = "automatic"
        self.follow_up()
        self.arrive(self.contacts(self.debtor))
        for day in range(1, 20):
            on = ON + days(day)
            announced = "Due now" in self.explain(on)
            count = len(self.contacts(self.debtor))
            self.follow_up(on)
            happened = len(self.contacts(self.debtor)) > count
            self.assertEqual(announced, happened, on)
        self.assertStage(self.debtor, "Notice")

    def test_next_stage_is_announced_with_its_day(self):
        self.policy.mode = "automatic"
        self.follow_up()
        self.arrive(self.contacts(self.debtor))
        self.assertIn("Next: Notice, not before Mar 30, 2026.", self.explain())

    def test_a_refusal_is_explained_by_its_sentence(self):
        self.follow_up()
        self.debtor.email = False
        self.follow_up(ON + days(1))
        self.assertReason(self.debtor, "no_email")
        self.assertIn("no e-mail address", self.explain(ON + days(1)))

    def test_credits_are_part_of_the_answer(self):
        self.make_credit_note(self.debtor, 40)
        self.follow_up()
        text = self.explain()
        self.assertIn("60.00", text)
        self.assertIn("credits of $ 40.00", text)

    def test_the_last_stage_says_so(self):
        self.make_policy(("Only", 5, "email"))
        self.follow_up()
        self.assertIn("last stage", self.explain())

    def test_a_policy_without_stages_says_so(self):
        self.follow_up()
        self.policy.stage_ids.action_ids.active = False
        self.policy.stage_ids.action_ids.unlink()
        empty = self.env["collection.policy"].create(
            {"name": "Empty", "company_id": self.company.id}
        )
        self.company.collection_policy_id = empty
        self.assertIn("no stages", self.explain())

    def test_balances_by_age_agree_with_the_case(self):
        self.make_invoice(self.debtor, 50, ON - days(45))
        self.make_invoice(self.debtor, 7, ON + days(3))
        self.follow_up()
        case = self.case_of(self.debtor).with_context(collection_on=ON)
        [balance] = self.engine._get_balances(case)
        self.assertEqual(balance["buckets"], [7, 100, 50, 0, 0])
        self.assertEqual((balance["balance"], balance["overdue"]), (157, 150))
        self.assertEqual((case.amount_open, case.amount_overdue), (157, 150))
