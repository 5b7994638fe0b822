"""A day's run: who is contacted, about what, at which stage."""

from odoo import Command

from .common import ON, CollectionsCase, days

LADDER = (("Reminder", 5, "email"), ("Notice", 20, "letter"), ("Final", 40, "email", "letter"))


class TestWhoIsContacted(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(*LADDER)
        cls.debtor = cls.make_debtor("Acme")

    def test_overdue_debtor_gets_the_first_stage(self):
        self.make_invoice(self.debtor, 100, ON - days(6))
        summary = self.follow_up()
        self.assertStage(self.debtor, "Reminder")
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))
        self.assertEqual(summary["cases"], 1)
        self.assertEqual(summary["stages"], {"Reminder": 1})
        self.assertEqual(summary["actions"], {"Reminder/email": 1})
        self.assertFalse(summary["blocked"])
        self.assertFalse(summary["errors"])

    def test_late_comer_starts_at_the_first_stage_not_the_last(self):
        self.make_invoice(self.debtor, 100, ON - days(300))
        self.follow_up()
        self.assertContacts(self.debtor, ("Reminder", "email", "planned"))

    def test_threshold_is_a_day_of_the_line_not_of_the_invoice(self):
        """The first instalment is overdue although the invoice's own due date is far away."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Two instalments",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 40, "nb_days": 10}),
                    Command.create({"value": "percent", "value_amount": 60, "nb_days": 90}),
                ],
            }
        )
        invoice = self.make_invoice(
            self.debtor, 100, ON, invoice_date=ON - days(20), invoice_payment_term_id=term.id
        )
        self.assertGreater(invoice.invoice_date_due, ON)
        self.follow_up()
        log = self.contacts(self.debtor)
        first = self.receivable(invoice).sorted("date_maturity")[0]
        self.assertEqual((log.amount, log.move_line_ids), (40, first))
        case = self.case_of(self.debtor)
        self.assertEqual((case.amount_open, case.amount_overdue), (100, 40))

    def test_not_yet_far_enough_opens_no_case(self):
        self.make_invoice(self.debtor, 100, ON - days(4))
        self.follow_up()
        self.assertFalse(self.case_of(self.debtor))

    def test_due_today_is_not_overdue(self):
        self.make_policy(("Now", 0, "email"))
        self.make_invoice(self.debtor, 100, ON)
        self.follow_up()
        self.assertEqual(self.case_of(self.debtor).amount_overdue, 0)

    def test_one_notice_names_everything_overdue_at_the_highest_stage(self):
        self.policy.escalation = "direct"
        old = self.make_invoice(self.debtor, 100, ON - days(21))
        new = self.make_invoice(self.debtor, 50, ON - days(6))
        fresh = self.make_invoice(self.debtor, 7, ON - days(1))
        self.make_invoice(self.debtor, 9, ON + days(1))
        self.follow_up()
        self.assertContacts(self.debtor, ("Notice", "letter", "planned"))
        log = self.contacts(self.debtor)
        self.assertEqual(log.move_line_ids, self.receivable(old + new + fresh))
        self.assertEqual(log.amount, 157)
        # Each item keeps its own stage.
        self.assertEqual(self.receivable(old).collection_stage_id.name, "Notice")
        self.assertEqual(self.receivable(new).collection_stage_id.name, "Reminder")
        self.assertFalse(self.receivable(fresh).collection_stage_id)

    def test_contacts_of_a_company_share_its_debts(self):
        child = self.make_debtor("Acme Berlin", parent_id=self.debtor.id, is_company=False)
        self.make_invoice(child, 100, ON - days(6))
        self.make_invoice(self.debtor, 11, ON - days(6))
        self.follow_up()
        self.assertFalse(self.case_of(child))
        self.assertEqual(self.contacts(self.debtor).amount, 111)

    def test_journal_item_without_invoice_is_chased_when_followed(self):
        move = self.make_entry(self.debtor, 80, ON - days(10))
        self.follow_up()
        self.assertEqual(self.contacts(self.debtor).move_line_ids, self.receivable(move))

    def test_excluded_item_counts_as_owed_but_is_not_asked_for(self):
        excluded = self.make_invoice(self.debtor, 100, ON - days(6))
        excluded.no_followup = True
        self.make_invoice(self.debtor, 50, ON - days(6))
        self.follow_up()
        case = self.case_of(self.debtor)
        self.assertEqual((case.amount_open, case.amount_overdue), (150, 50))
        self.assertEqual(self.contacts(self.debtor).amount, 50)

    def test_only_excluded_items_refuse_with_their_code(self):
        invoice = self.make_invoice(self.debtor, 100, ON - days(6))
        self.follow_up()
        invoice.no_followup = True
        self.follow_up(ON + days(1))
        self.assertReason(self.debtor, "no_followup")
        self.assertContacts(self.debtor, ("Reminder", "email", "superseded"))

    def test_draft_and_cancelled_invoices_do_not_count(self):
        self.make_invoice(self.debtor, 100, ON - days(6), post=False)
        self.make_invoice(self.debtor, 100, ON - days(6), post=False).button_cancel()
        self.follow_up()
        self.assertFalse(self.case_of(self.debtor))

    def test_reminder_before_the_due_date(self):
        self.make_policy(("Courtesy", -5, "email"), ("Reminder", 3, "email"))
        invoice = self.make_invoice(self.debtor, 100, ON + days(5))
        self.make_invoice(self.debtor, 30, ON + days(9))
        self.follow_up()
        self.assertContacts(self.debtor, ("Courtesy", "email", "planned"))
        log = self.contacts(self.debtor)
        self.assertEqual((log.amount, log.move_line_ids), (100, self.receivable(invoice)))

    def test_courtesy_makes_no_sense_afterwards(self):
        self.make_policy(("Courtesy", -5, "email"), ("Reminder", 3, "letter"))
        self.make_invoice(self.debtor, 100, ON - days(3))
        self.follow_up()
        self.assertContacts(self.debtor, ("Reminder", "letter", "planned"))


class TestCredits(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.make_policy(*LADDER)
        cls.debtor = cls.make_debtor("Acme")

    def test_nothing_is_sent_when_credits_cover_what_is_overdue(self):
        self.make_invoice(self.debtor, 100, ON - days(6))
        self.make_credit_note(self.debtor, 100)
        self.follow_up()
        self.assertReason(self.debtor, "covered_by_credits")
        self.assertContacts(self.debtor)

    def test_net_policy_asks_for_the_rest_and_leaves_out_the_covered_item(self):
        self.make_invoice(self.debtor, 60, ON - days(10))
        rest = self.make_invoice(self.debtor, 100, ON - days(6))
        self.make_credit_note(self.debtor, 70)
        self.follow_up()
        log = self.contacts(self.debtor)
        self.assertEqual((log.amount, log.move_line_ids), (90, self.receivable(rest)))
        case = self.case_of(self.debtor)
        self.assertEqual((case.amount_open, case.amount_overdue, case.amount_credit), (90, 90, 70))
        self.assertEqual(case.oldest_due_date, ON - days(6))

    def test_gross_policy_asks_for_everything(self):
        self.policy.net_credits = False
        self.make_invoice(self.debtor, 60, ON - days(10))
        self.make_credit_note(self.debtor, 70)
        self.follow_up()
        self.assertEqual(self.contacts(self.debtor).amount, 60)
        case = self.case_of(self.debtor)
        self.assertEqual((case.amount_open, case.amount_overdue), (-10, 60))
        self.assertEqual(case.oldest_due_date, ON - days(10))

    def test_figures_follow_when_another_policy_sees_credits_differently(self):
        self.make_invoice(self.debtor, 60, ON - days(10))
        self.make_credit_note(self.debtor, 20)
        self.follow_up()
        self.assertEqual(self.case_of(self.debtor).amount_overdue, 40)
        gross = self.make_policy(*LADDER, name="Gross", net_credits=False)
        self.debtor.with_company(self.company).collection_policy_id = gross
        self.follow_up(ON + days(1))
        self.assertEqual(self.case_of(self.debtor).policy_id, gross)
        self.assertEqual(self.case_of(self.debtor).amount_overdue, 60)

    def test_credit_of_another_currency_covers_nothing(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.make_invoice(self.debtor, 60, ON - days(10))
        self.make_credit_note(self.debtor, 500, currency_id=eur.id)
        self.follow_up()
        self.assertEqual(self.contacts(self.debtor).amount, 60)

    def test_overdue_but_before_the_first_stage_is_not_called_covered(self):
        """A case that was opened for a debt paid since says that the time has not come."""
        first = self.make_invoice(self.debtor, 100, ON - days(6))
        self.follow_up()
        self.make_invoice(self.debtor, 10, ON - days(1))
        self.pay(first)
        self.follow_up(ON + days(1))
        self.assertReason(self.debtor, "before_first_stage")


class TestThresholds(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur = cls.env.ref("base.EUR")
        cls.eur.active = True
        cls.eur.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.eur.id,
                "company_id": cls.company.id,
                "name": ON - days(100),
                "company_rate": 0.5,  # 1 USD = 0.50 EUR
            }
        )
        cls.debtor = cls.make_debtor("Acme")

    def test_minimum_is_converted_into_the_currency_of_the_debt(self):
        self.make_policy(*LADDER, minimum_amount=100)
        enough = self.make_debtor("Enough")
        self.make_invoice(enough, 50, ON - days(6), currency_id=self.eur.id)
        self.make_invoice(self.debtor, 49.99, ON - days(6), currency_id=self.eur.id)
        self.follow_up()
        self.assertContacts(enough, ("Reminder", "email", "planned"))
        self.assertEqual(self.contacts(enough).currency_id, self.eur)
        self.assertContacts(self.debtor, ("Reminder", "email", "below_minimum"))
        self.assertReason(self.debtor, "below_minimum")

    def test_refusal_is_written_when_it_begins_not_every_day(self):
        self.make_policy(*LADDER, minimum_amount=100)
        self.make_invoice(self.debtor, 49, ON - days(6))
        for day in range(3):
            self.follow_up(ON + days(day))
        self.assertContacts(self.debtor, ("Reminder", "email", "below_minimum"))

    def test_refused_debtor_is_contacted_once_enough_is_overdue(self):
        self.make_policy(*LADDER, minimum_amount=100)
        self.make_invoice(self.debtor, 49, ON - days(6))
        self.follow_up()
        self.make_invoice(self.debtor, 51, ON - days(2))
        self.follow_up(ON + days(1))
        log = self.contacts(self.debtor)[-1]
        self.assertEqual((log.state, log.amount, log.occurrence), ("planned", 100, 2))

    def test_stage_threshold_is_converted_too(self):
        self.make_policy(
            ("Reminder", 5, "email"),
            ("Lawyer", {"min_days_overdue": 6, "min_amount": 200}, "letter"),
            escalation="direct",
        )
        rich = self.make_debtor("Rich")
        self.make_invoice(rich, 100, ON - days(9), currency_id=self.eur.id)
        self.make_invoice(self.debtor, 99.99, ON - days(9), currency_id=self.eur.id)
        self.follow_up()
        self.assertStage(rich, "Lawyer")
        self.assertStage(self.debtor, "Reminder")

    def test_each_currency_gets_its_own_notice(self):
        self.make_policy(*LADDER)
        self.make_invoice(self.debtor, 10, ON - days(6))
        self.make_invoice(self.debtor, 20, ON - days(6), currency_id=self.eur.id)
        self.follow_up()
        self.assertEqual(
            sorted((log.currency_id.name, log.amount) for log in self.contacts(self.debtor)),
            [("EUR", 20), ("USD", 10)],
        )
        # 10 USD and 20 EUR at 0.50 EUR for a dollar
        self.assertEqual(self.case_of(self.debtor).amount_overdue, 50)


class TestCompanies(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.make_company("Southwind Traders")
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=(cls.company + cls.other).ids)
        )
        cls.engine = cls.engine.with_env(cls.env)
        cls.debtor = cls.make_debtor("Acme").with_env(cls.env)

    def test_a_debtor_of_two_companies_has_two_cases_with_their_own_ladders(self):
        self.make_policy(("Reminder", 5, "email"))
        self.make_policy(("Mahnung", 5, "letter"), company=self.other)
        self.make_invoice(self.debtor, 10, ON - days(6))
        self.make_invoice(self.debtor, 30, ON - days(6), company=self.other)
        summary = self.follow_up(company=self.company + self.other)
        self.assertEqual(summary["cases"], 2)
        self.assertEqual(self.case_of(self.debtor).amount_overdue, 10)
        self.assertEqual(self.case_of(self.debtor, self.other).amount_overdue, 30)
        self.assertStage(self.debtor, "Reminder")
        self.assertStage(self.debtor, "Mahnung", self.other)
        self.assertEqual(self.contacts(self.debtor).mapped("amount"), [10, 30])

    def test_company_without_a_policy_is_left_alone(self):
        self.make_policy(("Reminder", 5, "email"))
        self.make_invoice(self.debtor, 30, ON - days(6), company=self.other)
        self.follow_up(company=self.company + self.other)
        self.assertFalse(self.case_of(self.debtor, self.other))
        self.assertFalse(self.run_of(company=self.other))

    def test_run_of_one_company_does_not_touch_the_other(self):
        self.make_policy(("Reminder", 5, "email"))
        self.make_policy(("Mahnung", 5, "letter"), company=self.other)
        self.make_invoice(self.debtor, 30, ON - days(6), company=self.other)
        self.follow_up(company=self.company)
        self.assertFalse(self.case_of(self.debtor, self.other))


class TestChoiceOfPolicy(CollectionsCase):
    def test_own_policy_beats_tag_country_kind_and_default(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        france = self.env.ref("base.fr")
        ladder = ("Stage", 5, "email")
        vip = self.make_policy(ladder, name="VIP", partner_category_ids=[Command.set(tag.ids)])
        french = self.make_policy(ladder, name="French", country_ids=[Command.set(france.ids)])
        consumer = self.make_policy(ladder, name="Consumer", debtor_type="consumer")
        own = self.make_policy(ladder, name="Own", debtor_type="consumer", sequence=99)
        default = self.make_policy(ladder, name="Default")
        special = self.make_debtor("Special", country_id=france.id)
        special.with_company(self.company).collection_policy_id = own
        expected = {
            self.make_debtor("Plain"): default,
            self.make_debtor("Tagged", category_id=[Command.set(tag.ids)]): vip,
            self.make_debtor("Paris", country_id=france.id): french,
            self.make_debtor("Jane", is_company=False): consumer,
            special: own,
        }
        for debtor in expected:
            self.make_invoice(debtor, 10, ON - days(6))
        self.follow_up()
        for debtor, policy in expected.items():
            self.assertEqual(self.case_of(debtor).policy_id, policy, debtor.name)
