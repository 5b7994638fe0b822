"""Merging contacts: one credit file, one hold, one credit record a month, and nothing lost."""

from .common import ON, days
from .credit import CreditCase


class TestMergedContacts(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.make_limited("Acme Ltd", 500, user_id=cls.seller.id)
        cls.env.flush_all()

    def merge(self):
        """As the person does who cleans up contacts."""
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.debtor + self.twin).ids, self.debtor)
        self.assertFalse(self.twin.exists())

    def file(self, debtor, **values):
        Files = self.env["collection.credit.file"].with_user(self.collector)
        file = Files._of(debtor.with_user(self.collector), self.company)
        file.write(values)
        return file

    def test_papers_of_both_are_in_the_file_looked_at_last(self):
        kept = self.file(self.debtor, note="<p>Pays on Fridays.</p>")
        other = self.file(self.twin, note="<p>Owner retires.</p>", review_date=ON + days(9))
        other.document_ids = [(0, 0, {"name": "Accounts 2025"})]
        other.report_ids = [(0, 0, {"bureau": "Creditsafe"})]
        other.message_post(body="Called the bank.")
        kept.with_user(self.supervisor).action_reviewed()
        self.merge()
        files = self.env["collection.credit.file"].search([("partner_id", "=", self.debtor.id)])
        self.assertEqual(files, kept)
        self.assertEqual(kept.document_ids.mapped("name"), ["Accounts 2025"])
        self.assertEqual(kept.document_ids.partner_id, self.debtor)
        self.assertEqual(kept.report_ids.mapped("bureau"), ["Creditsafe"])
        self.assertIn("Pays on Fridays.", kept.note)
        self.assertIn("Owner retires.", kept.note)
        self.assertEqual(kept.review_date, ON + days(9))
        history = " ".join(kept.message_ids.mapped("body"))
        self.assertIn("Called the bank.", history)
        self.assertIn("Acme Ltd", history)

    def test_a_newer_file_of_the_contact_that_vanishes_stays(self):
        self.file(self.debtor)
        newer = self.file(self.twin)
        newer.with_user(self.supervisor).action_reviewed()
        self.merge()
        files = self.env["collection.credit.file"].search([("partner_id", "=", self.debtor.id)])
        self.assertEqual(files, newer)

    def test_the_grade_is_that_of_both(self):
        kept = self.file(self.debtor)
        self.make_invoice(self.twin, 500, ON - days(200))
        before = kept.grade
        self.merge()
        self.assertLess(before, kept.grade)

    def test_the_older_hold_stays_and_sales_is_not_told_twice(self):
        newer, older = self.hold(self.debtor), self.hold(self.twin, reason="limit")
        older.sudo().date_from = ON - days(5)
        told = len(self.told())
        self.merge()
        held = self.env["collection.credit.hold"].search(
            [("partner_id", "=", self.debtor.id), ("date_released", "=", False)]
        )
        self.assertEqual(held, older)
        self.assertEqual(newer.date_released, ON)
        self.assertEqual(len(self.told()), told)

    def test_both_over_their_limits(self):
        for debtor in (self.debtor, self.twin):
            self.make_invoice(debtor, 2000, ON + days(9))
        self.night()
        self.merge()
        self.night()
        notices = self.env["collection.credit.notice"].search(
            [("partner_id", "=", self.debtor.id), ("kind", "=", "over"), ("date_over", "=", False)]
        )
        self.assertEqual(len(notices), 1)

    def test_credit_records_of_past_months_add_up(self):
        last = ON.replace(day=1) - days(1)
        self.make_invoice(self.debtor, 300, last - days(10), invoice_date=last - days(20))
        self.make_invoice(self.twin, 200, last + days(10), invoice_date=last - days(15))
        Month = self.env["collection.account.month"]
        Month._take(last, self.company)
        total = Month.search([("date", "=", last), ("company_id", "=", self.company.id)])
        before = sum(total.mapped("balance"))
        self.merge()
        row = Month.search([("date", "=", last), ("partner_id", "=", self.debtor.id)])
        self.assertEqual((row.balance, row.sales), (500, 500))
        self.assertEqual((row.amount_current, row.amount_overdue), (200, 300))
        self.assertEqual(sum(row.buckets), 500)
        self.assertEqual(row.oldest_due_date, last - days(10))
        after = Month.search([("date", "=", last), ("company_id", "=", self.company.id)])
        self.assertEqual(sum(after.mapped("balance")), before)

    def test_the_promise_of_a_case_that_is_joined_goes_on(self):
        for debtor, amount in ((self.debtor, 300), (self.twin, 200)):
            self.make_invoice(debtor, amount, ON - days(20))
        self.env["collection.engine"]._run(ON, self.company)
        Case = self.env["collection.case"]
        twin = Case.search([("partner_id", "=", self.twin.id)])
        promise = self.env["collection.agreement"].create(
            {
                "case_id": twin.id,
                "kind": "promise",
                "currency_id": self.company.currency_id.id,
                "line_ids": [(0, 0, {"date": ON + days(3), "amount": 200})],
            }
        )
        self.merge()
        case = Case.search([("partner_id", "=", self.debtor.id), ("state", "!=", "closed")])
        self.assertEqual(case.amount_open, 500)
        self.assertEqual(promise.case_id, case)
        self.assertEqual(promise.partner_id, self.debtor)

    def test_both_in_a_trial(self):
        policies = self.policy + self.make_policy(("Letter", 1, "letter"))
        trial = self.env["collection.experiment"].create(
            {
                "name": "Trial",
                "company_id": self.company.id,
                "policy_a_id": policies[0].id,
                "policy_b_id": policies[1].id,
            }
        )
        Rows = self.env["collection.experiment.debtor"]
        for debtor, arm in ((self.debtor, "a"), (self.twin, "b")):
            Rows.create(
                {"experiment_id": trial.id, "company_id": self.company.id, "arm": arm,
                 "partner_id": debtor.id, "date_joined": ON}
            )  # fmt: skip
        self.merge()
        self.assertEqual(Rows.search([("experiment_id", "=", trial.id)]).arm, "a")
