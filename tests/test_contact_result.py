"""What works: each contact with what was due of its items and what was paid in the days after."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ON, CollectionsCase, days


@tagged("post_install", "-at_install")
class TestContactResult(CollectionsCase):
    """Contacts of the engine on a ladder, payments afterwards, and what the reader is shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, collection_on=ON + days(60)))
        cls.engine = cls.env["collection.engine"]
        cls.company = cls.company.with_env(cls.env)
        cls.policy = cls.make_policy(
            ("Reminder", 5, "email"), ("Notice", 15, "letter"), mode="automatic"
        )
        cls.company.collection_result_days = 10
        cls.reader = cls.make_user("reader")
        cls.collector = cls.make_user("collector")

    def owe(self, amount=100.0, name="Debtor", late=6, **values):
        """Somebody who is reminded today."""
        debtor = self.make_debtor(name, **values)
        invoice = self.make_invoice(debtor, amount, ON - days(late))
        return debtor, invoice

    def results(self, user=None, domain=()):
        self.env.flush_all()
        Result = self.env["collection.contact.result"].with_user(user or self.reader)
        Result.invalidate_model()
        return Result.search(list(domain), order="date, id")

    def figures(self, debtor):
        rows = self.results(domain=[("partner_id", "=", debtor.id)])
        return [(row.date, row.amount_due, row.amount_paid) for row in rows]

    # === What a contact is credited with === #
    def test_a_payment_in_time_is_the_result_of_the_contact(self):
        debtor, invoice = self.owe(100)
        self.follow_up()
        self.pay(invoice, 40, on=ON + days(10))
        self.assertEqual(self.figures(debtor), [(ON, 100, 40)])

    def test_a_payment_too_late_is_not(self):
        debtor, invoice = self.owe(100)
        self.follow_up()
        self.pay(invoice, on=ON + days(11))
        self.assertEqual(self.figures(debtor), [(ON, 100, 0)])

    def test_a_payment_before_the_contact_is_not_even_when_it_is_matched_later(self):
        debtor, invoice = self.owe(100)
        self.follow_up()
        payment = self.make_entry(debtor, -30, ON - days(2), date_maturity=ON - days(2))
        self.assertTrue(payment)
        self.pay(invoice, 30, on=ON - days(1))
        self.assertEqual(self.figures(debtor), [(ON, 70, 0)])

    def test_of_two_contacts_the_last_before_the_payment_gets_all_of_it(self):
        debtor, invoice = self.owe(100)
        self.follow_up()
        self.arrive(self.contacts(debtor))
        self.follow_up(ON + days(9))
        self.pay(invoice, 100, on=ON + days(9))
        self.assertEqual(self.figures(debtor), [(ON, 100, 0), (ON + days(9), 100, 100)])

    def test_a_payment_of_another_item_is_no_result(self):
        debtor, _invoice = self.owe(100)
        other = self.make_invoice(debtor, 55, ON + days(20))
        self.follow_up()
        self.pay(other, on=ON + days(1))
        self.assertEqual(self.figures(debtor), [(ON, 100, 0)])

    def test_a_credit_note_is_no_payment(self):
        debtor, invoice = self.owe(100)
        self.follow_up()
        note = self.make_credit_note(debtor, 100, invoice_date=ON + days(1), date=ON + days(1))
        self.receivable(note | invoice).reconcile()
        self.assertEqual(self.figures(debtor), [(ON, 100, 0)])

    def test_a_payment_taken_back_is_no_result(self):
        debtor, invoice = self.owe(100)
        self.follow_up()
        payment = self.pay(invoice, on=ON + days(2))
        self.assertEqual(self.figures(debtor), [(ON, 100, 100)])
        payment.action_draft()
        self.assertEqual(self.figures(debtor), [(ON, 100, 0)])

    def test_a_logged_call_is_about_all_that_was_overdue(self):
        debtor, invoice = self.owe(100, email=False)
        self.make_invoice(debtor, 900, ON + days(5))
        self.follow_up()
        self.log_call(debtor)
        self.pay(invoice, 60, on=ON + days(1))
        self.assertEqual(self.figures(debtor), [(ON, 100, 60)])

    def test_contacts_refused_failed_or_made_by_the_debtor_are_not_listed(self):
        debtor, _invoice = self.owe(100, email=False)
        self.follow_up()
        self.assertEqual(self.contacts(debtor).mapped("state"), ["blocked"])
        self.log_call(debtor, direction="in")
        self.log_call(debtor, state="failed")
        self.assertEqual(self.figures(debtor), [])

    def log_call(self, debtor, **values):
        case = self.case_of(debtor)
        return self.env["collection.contact.log"].create(
            {
                "case_id": case.id,
                "company_id": self.company.id,
                "channel": "call",
                "date": ON,
                "moment": "2026-03-16 23:30:00",
                **values,
            }
        )

    # === Money is counted once === #
    def test_all_rows_together_are_the_money_that_came_in(self):
        paid = 0
        for number in range(4):
            _debtor, invoice = self.owe(100 + number, f"Debtor {number}")
            self.follow_up()
            self.arrive(self.contacts(_debtor))
            self.follow_up(ON + days(9))
            for day, part in ((1, 10), (9, 20), (12, 30)):
                self.pay(invoice, part + number, on=ON + days(day))
                paid += part + number
        rows = self.results()
        self.assertEqual(sum(rows.mapped("amount_paid")), paid)
        for row in rows:
            self.assertLessEqual(row.amount_paid, row.amount_due)

    # === Dimensions === #
    def test_hour_and_weekday_are_those_of_the_debtor(self):
        tokyo, _invoice = self.owe(name="Tokyo", country_id=self.env.ref("base.jp").id, email=False)
        self.follow_up()
        self.log_call(tokyo)
        row = self.results()
        self.assertEqual((row.local_hour, row.local_weekday), ("08", "1"), "23:30 UTC on a Monday")

    def test_text_policy_stage_channel_and_language(self):
        debtor, _invoice = self.owe()
        debtor.lang = "en_US"
        self.follow_up()
        action = self.policy.stage_ids[0].action_ids
        action.mail_template_id = self.mail_template.copy({"name": "Another"})
        row = self.results()
        self.assertEqual(
            (row.template, row.policy_id, row.stage_id, row.channel),
            ("Notice", self.policy, self.policy.stage_ids[0], "email"),
            "The text is the one that was sent, not the one the action has now",
        )
        self.assertEqual(row.language, "English (US)")

    def test_shares_of_groups_are_shares_of_their_sums(self):
        _one, small = self.owe(100, "Small")
        _two, _large = self.owe(900, "Large")
        self.follow_up()
        self.pay(small, on=ON + days(1))
        self.env.flush_all()
        ((channel, rate, worked, count),) = self.env["collection.contact.result"]._read_group(
            [], ["channel"], ["rate:avg", "paid_rate:avg", "contact_count:sum"]
        )
        self.assertEqual((channel, count), ("email", 2))
        self.assertAlmostEqual(rate, 0.1)
        self.assertAlmostEqual(worked, 0.5)

    def test_a_result_is_final_when_its_days_are_over(self):
        self.owe()
        self.follow_up()
        Result = self.env["collection.contact.result"]
        for day, final in ((10, False), (11, True)):
            result = Result.with_context(collection_on=ON + days(day))
            self.env.flush_all()
            result.invalidate_model()
            self.assertEqual(result.search([]).is_over, final)

    def test_a_number_opens_its_contacts(self):
        debtor, _invoice = self.owe()
        self.follow_up()
        action = self.results().action_open_contact()
        self.assertEqual(action["res_model"], "collection.contact.log")
        self.assertEqual(action["res_id"], self.contacts(debtor).id)

    # === Who sees what === #
    def test_collectors_see_their_own_and_unassigned_contacts(self):
        mine, _invoice = self.owe(name="Mine")
        theirs, _invoice = self.owe(name="Theirs")
        _nobodys, _invoice = self.owe(name="Nobody's")
        self.follow_up()
        self.case_of(mine).user_id = self.collector
        self.case_of(theirs).user_id = self.make_user("collector", login="other")
        names = self.results(self.collector).partner_id.mapped("name")
        self.assertEqual(sorted(names), ["Mine", "Nobody's"])
        self.assertEqual(len(self.results(self.make_user("supervisor"))), 3)

    def test_other_companies_are_out_of_sight_and_others_people_too(self):
        self.owe()
        self.follow_up()
        south = self.make_user("reader", self.make_company("Southwind"), "south")
        theirs = self.env["collection.contact.result"].with_user(south)
        self.assertFalse(theirs.with_context(allowed_company_ids=south.company_ids.ids).search([]))
        stranger = self.env["res.users"].create({"name": "S", "login": "stranger"})
        with self.assertRaises(AccessError):
            self.results(stranger)

    def test_results_are_read_by_one_query_for_any_number_of_contacts(self):
        for number in range(3):
            self.owe(100, f"Debtor {number}")
        self.follow_up()
        self.env.flush_all()
        Result = self.env["collection.contact.result"].with_user(self.reader)
        Result._read_group([], ["stage_id"], ["rate:avg"])
        with self.assertQueryCount(3):  # void matches among them
            Result._read_group([], ["stage_id"], ["rate:avg"])

    def test_the_days_of_a_result_are_sensible(self):
        for wrong in (0, 366):
            with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
                self.company.collection_result_days = wrong
                self.company.flush_recordset()
