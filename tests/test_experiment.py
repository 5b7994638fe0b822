"""Two policies on random halves of the debtors: who takes part, what they get, what it shows."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.collections_followup.tools.experiment import arm_of

from .common import ON, CollectionsCase, days

WINDOW = 20
#: The first day on which everybody who joined has had the days.
OVER = ON + days(WINDOW + 1)


class ExperimentCase(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, collection_on=ON))
        cls.engine = cls.env["collection.engine"]
        cls.company = cls.company.with_env(cls.env)
        cls.harsh = cls.make_policy(("Harsh", 1, "letter"), name="Harsh")
        cls.mild = cls.make_policy(("Mild", 1, "email"), ("More", 10, "letter"), name="Mild")
        cls.manager = cls.make_user("manager")

    @classmethod
    def make_trial(cls, start=True, **values):
        trial = (
            cls.env["collection.experiment"]
            .with_user(cls.manager)
            .create(
                {
                    "name": "Letters at once",
                    "company_id": cls.company.id,
                    "policy_a_id": cls.mild.id,
                    "policy_b_id": cls.harsh.id,
                    "window_days": WINDOW,
                    "date_from": ON - days(30),
                    **values,
                }
            )
        )
        if start:
            trial.action_start()
            cls.env.cr.flush()
        return trial

    def owe(self, count=6, late=5, prefix="Debtor", **values):
        debtors = self.env["res.partner"].union(
            *(self.make_debtor(f"{prefix} {number}", **values) for number in range(count))
        )
        for debtor in debtors:
            self.make_invoice(debtor, 100, ON - days(late))
        return debtors

    def members(self, trial):
        return {row.partner_id: row.arm for row in trial.sudo().debtor_ids}

    def policies(self, debtors):
        return {debtor: self.case_of(debtor).policy_id for debtor in debtors}


@tagged("post_install", "-at_install")
class TestWhoTakesPart(ExperimentCase):
    def test_late_debtors_are_dealt_out_by_their_number_and_walk_the_ladder_of_their_half(self):
        trial, debtors = self.make_trial(), self.owe(8)
        self.follow_up()
        expected = {d: str(arm_of(d.id, trial.sudo().seed)) for d in debtors}
        self.assertEqual(self.members(trial), expected)
        self.assertEqual(set(expected.values()), {"a", "b"})
        for debtor, arm in expected.items():
            policy = self.mild if arm == "a" else self.harsh
            self.assertEqual(self.case_of(debtor).policy_id, policy)
            self.assertEqual(self.contacts(debtor).stage_id, policy.stage_ids[0])

    def test_the_halves_stay_what_they_are_and_new_debtors_join(self):
        trial, early = self.make_trial(), self.owe(3)
        self.follow_up()
        before = self.members(trial)
        late = self.owe(3, prefix="New")
        self.follow_up(ON + days(1))
        after = self.members(trial)
        self.assertEqual({d: after[d] for d in early}, before)
        self.assertEqual(set(after), set(early | late))
        joined = trial.sudo().debtor_ids.filtered(lambda row: row.partner_id in late)
        self.assertEqual(set(joined.mapped("date_joined")), {ON + days(1)})

    def test_who_was_late_before_the_trial_stays_out_of_it_unless_it_says_otherwise(self):
        debtors = self.owe(2, late=40)
        self.follow_up()
        trial = self.make_trial()
        self.follow_up(ON + days(1))
        self.assertFalse(self.members(trial))
        trial.action_stop()
        other = self.make_trial(include_late=True)
        self.follow_up(ON + days(2))
        self.assertEqual(set(self.members(other)), set(debtors))

    def test_only_the_segment_takes_part(self):
        belgian = self.owe(3, prefix="B", country_id=self.env.ref("base.be").id)
        french = self.owe(3, prefix="F", country_id=self.env.ref("base.fr").id)
        trial = self.make_trial(partner_domain="[('country_id.code', '=', 'BE')]")
        self.follow_up()
        self.assertEqual(set(self.members(trial)), set(belgian))
        self.assertEqual(set(self.policies(french).values()), {self.mild})

    def test_only_debtors_of_the_policies_named_take_part(self):
        self.harsh.country_ids = self.env.ref("base.fr")
        french = self.owe(2, prefix="F", country_id=self.env.ref("base.fr").id)
        others = self.owe(2, prefix="O")
        third = self.make_policy(("Third", 1, "call"), name="Third")
        self.company.collection_policy_id = self.mild
        trial = self.make_trial(policy_ids=self.mild.ids, policy_b_id=third.id)
        self.follow_up()
        self.assertEqual(set(self.members(trial)), set(others))
        self.assertEqual(set(self.policies(french).values()), {self.harsh})

    def test_a_policy_somebody_chose_for_a_debtor_is_left_alone(self):
        (debtor,) = self.owe(1)
        debtor.with_company(self.company).collection_policy_id = self.harsh
        trial = self.make_trial()
        self.follow_up()
        self.assertFalse(self.members(trial))
        self.assertEqual(self.case_of(debtor).policy_id, self.harsh)

    def test_nobody_joins_after_the_last_day(self):
        trial = self.make_trial(date_to=ON)
        self.owe(2)
        self.follow_up(ON + days(1))
        self.assertFalse(self.members(trial))

    def test_a_debtor_is_in_one_running_trial_only(self):
        first, debtors = self.make_trial(name="First"), self.owe(3)
        second = self.make_trial(name="Second", policy_a_id=self.harsh.id, policy_b_id=self.mild.id)
        self.follow_up()
        self.assertEqual(set(self.members(first)), set(debtors))
        self.assertFalse(self.members(second))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.env["collection.experiment.debtor"].create(
                {
                    "experiment_id": second.id,
                    "company_id": self.company.id,
                    "partner_id": debtors[0].id,
                    "arm": "a",
                    "date_joined": ON,
                }
            )
            self.env.flush_all()

    def test_a_dry_run_shows_the_policy_of_the_half_and_deals_nobody_out(self):
        trial, debtors = self.make_trial(), self.owe(6)
        summary = self.follow_up(dry_run=True)
        self.assertFalse(self.members(trial))
        halves = [str(arm_of(debtor.id, trial.sudo().seed)) for debtor in debtors]
        self.assertEqual(
            dict(summary["stages"]), {"Mild": halves.count("a"), "Harsh": halves.count("b")}
        )

    def test_the_explanation_names_the_trial(self):
        self.make_trial()
        (debtor,) = self.owe(1)
        self.follow_up()
        sentences = self.case_of(debtor).with_user(self.make_user("collector")).action_explain()
        self.assertIn("The policy is that of a trial: Letters at once.", sentences)

    def test_contact_rules_hold_in_both_halves(self):
        self.make_trial()
        debtors = self.owe(6, email=False, street=False, city=False, zip=False)
        self.follow_up()
        for debtor in debtors:
            self.assertEqual(self.contacts(debtor).mapped("state"), ["blocked"])

    def test_ending_it_puts_everybody_under_the_ordinary_policy(self):
        trial, debtors = self.make_trial(), self.owe(6)
        self.follow_up()
        trial.action_stop()
        self.follow_up(ON + days(1))
        self.assertEqual(set(self.policies(debtors).values()), {self.mild})
        self.assertEqual(len(self.members(trial)), 6, "Who was in which half is kept")

    def test_it_ends_by_itself_when_the_last_debtor_has_had_the_days(self):
        trial = self.make_trial(date_to=ON)
        self.owe(1)
        for day, state in ((0, "running"), (WINDOW, "running"), (WINDOW + 1, "done")):
            self.follow_up(ON + days(day))
            self.assertEqual(trial.state, state, day)

    def test_the_number_of_queries_does_not_grow_with_the_debtors(self):
        self.make_trial()
        counts = []
        for number in (3, 12):
            self.owe(number, prefix=f"Lot {number}")
            cases = self.engine._open_cases(self.company, ON)
            facts = self.engine._load_facts(cases, ON)
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.engine._get_trials(cases, facts, ON)
            self.engine._join_trials(cases, facts, ON)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestWhoMay(ExperimentCase):
    def test_only_managers_make_and_start_trials(self):
        trial = self.make_trial(start=False)
        for role in ("reader", "collector", "supervisor"):
            user = self.make_user(role)
            with self.assertRaises(UserError, msg=role):
                trial.with_user(user).action_start()
            with self.assertRaises(AccessError, msg=role):
                trial.with_user(user).copy()
        self.assertEqual(trial.state, "draft")

    def test_readers_and_supervisors_see_the_result_and_collectors_do_not_see_the_halves(self):
        trial = self.make_trial()
        for role in ("reader", "supervisor"):
            self.assertIn("Too early", trial.with_user(self.make_user(role)).verdict)
        with self.assertRaises(AccessError):
            self.env["collection.experiment.debtor"].with_user(self.make_user("collector")).search(
                []
            )

    def test_nobody_starts_one_by_writing_the_state(self):
        trial = self.make_trial(start=False)
        with self.assertRaisesRegex(UserError, "buttons"):
            trial.state = "running"

    def test_a_running_trial_is_not_changed_and_no_trial_that_ran_is_deleted(self):
        trial = self.make_trial()
        trial.name = "Another name"
        with self.assertRaisesRegex(UserError, "spoil"):
            trial.window_days = 5
        with self.assertRaisesRegex(UserError, "history"):
            trial.unlink()

    def test_a_trial_needs_two_policies_with_stages_and_days_to_come(self):
        with self.assertRaises(Exception), self.env.cr.savepoint(), mute_logger("odoo.sql_db"):  # noqa: B017
            self.make_trial(start=False, policy_b_id=self.mild.id)
        empty = self.make_policy(name="Empty")
        with self.assertRaisesRegex(UserError, "no stages"):
            self.make_trial(policy_b_id=empty.id)
        with self.assertRaisesRegex(UserError, "has passed"):
            self.make_trial(date_to=ON - days(1))
        with self.assertRaisesRegex(ValidationError, "cannot be read"):
            self.make_trial(start=False, partner_domain="[('nonsense', '=', 1)]")

    def test_trials_of_other_companies_are_out_of_sight(self):
        self.make_trial()
        south = self.make_user("manager", self.make_company("Southwind"), "south")
        trials = self.env["collection.experiment"].with_user(south)
        self.assertFalse(trials.with_context(allowed_company_ids=south.company_ids.ids).search([]))


@tagged("post_install", "-at_install")
class TestResult(ExperimentCase):
    """Debtors joined on the day; looked at when everybody has had the days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trial = cls.make_trial()

    def join(self, amounts, arm, joined=ON):
        debtors = self.env["res.partner"].create(
            [{"name": f"{arm} {number}", "is_company": True} for number in range(len(amounts))]
        )
        invoices = [
            self.make_entry(debtor, amount, ON - days(5))
            for debtor, amount in zip(debtors, amounts, strict=True)
        ]
        self.env["collection.experiment.debtor"].create(
            [
                {
                    "experiment_id": self.trial.id,
                    "company_id": self.company.id,
                    "partner_id": debtor.id,
                    "arm": arm,
                    "date_joined": joined,
                }
                for debtor in debtors
            ]
        )
        return invoices

    def make_entry(self, debtor, amount, due):
        """Dated with the debt, not with the day of the test."""
        move = super().make_entry(debtor, amount, due)
        self.env.cr.execute(
            "UPDATE account_move_line SET date = %s WHERE move_id = %s", [due, move.id]
        )
        self.env.invalidate_all()
        return move

    def money(self, invoice, amount, on):
        """A payment through the bank journal, matched with the debt."""
        line = self.receivable(invoice)
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": bank.id,
                "date": on,
                "line_ids": [
                    (0, 0, {"account_id": bank.default_account_id.id, "debit": amount}),
                    (
                        0,
                        0,
                        {
                            "account_id": line.account_id.id,
                            "partner_id": line.partner_id.id,
                            "credit": amount,
                        },
                    ),
                ],
            }
        )
        entry.action_post()
        (line | self.receivable(entry)).reconcile()
        self.env.cr.flush()

    def outcomes(self, on=OVER):
        found = self.trial._get_outcomes(on)[self.trial.id]
        return {
            arm: sorted((o.owed, o.paid, o.days) for o in found[arm]) for arm in ("a", "b")
        }, found["waiting"]

    def test_paid_in_time_too_late_in_part_and_not_at_all(self):
        full, part, late, _never = self.join([100, 200, 300, 400], "a")
        self.money(full, 100, ON + days(WINDOW))
        self.money(part, 50, ON + days(3))
        self.money(late, 300, OVER)
        self.assertEqual(
            self.outcomes()[0]["a"],
            [(100, 100, WINDOW), (200, 50, None), (300, 0, None), (400, 0, None)],
        )

    def test_what_was_credited_was_not_owed(self):
        (invoice,) = self.join([100], "b")
        credit = self.make_entry(self.receivable(invoice).partner_id, -40, ON + days(2))
        self.receivable(invoice | credit).reconcile()
        self.money(invoice, 60, ON + days(4))
        self.assertEqual(self.outcomes()[0]["b"], [(60, 60, 4)])

    def test_debts_of_later_do_not_count(self):
        (invoice,) = self.join([100], "a")
        self.make_entry(self.receivable(invoice).partner_id, 900, ON + days(1))
        self.assertEqual(self.outcomes()[0]["a"], [(100, 0, None)])

    def test_who_still_has_time_is_not_counted(self):
        self.join([100], "a")
        halves, waiting = self.outcomes(ON + days(WINDOW))
        self.assertEqual((halves, waiting), ({"a": [], "b": []}, 1))

    def test_the_sentence_says_how_far_to_trust_it(self):
        looked_at = self.trial.with_context(collection_on=OVER)
        self.assertIn("Too early: each half needs at least 30", looked_at.verdict)
        for arm, payers in (("a", 10), ("b", 13)):
            for invoice in self.join([100] * 30, arm)[:payers]:
                self.money(invoice, 100, ON + days(2))
        looked_at.invalidate_recordset()
        self.assertEqual(
            looked_at.verdict,
            "B collected 10.0 points more of the money than A: between 14.9 less and 34.9 more in "
            "95 of 100 such trials. This is not yet a difference you can rely on.",
        )
        self.assertIn("Harsh", looked_at.with_user(self.make_user("supervisor")).result)
