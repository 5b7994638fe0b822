"""Money that quotes a case's reference is recognised as that debtor's."""

from odoo.addons.collections_followup.tools.identifiers import format_creditor_reference

from .common import ON, CollectionsCase, days


class TestCreditorReference(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(("Reminder", 1, "email"))
        cls.debtor = cls.make_debtor("Payer")
        cls.invoice = cls.make_invoice(cls.debtor, 100, ON - days(5))
        cls.engine._run(ON, companies=cls.company)
        cls.case = cls.env["collection.case"].search([("partner_id", "=", cls.debtor.id)])
        cls.journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    def receive(self, text, amount=100, journal=None, **values):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": (journal or self.journal).id,
                "date": ON,
                "payment_ref": text,
                "amount": amount,
                **values,
            }
        )

    def test_reference_is_found_however_it_is_typed(self):
        reference = self.case.reference
        grouped = format_creditor_reference(reference)
        for text in (
            reference,
            reference.lower(),
            f"Invoice of March, {grouped}, thank you",
            f"SVWZ+{grouped} EREF+NOTPROVIDED 77",
            f"{grouped} 2026",
            grouped.replace(" ", "-"),
        ):
            line = self.receive(text)
            self.assertEqual(line.partner_id, self.debtor, text)
            self.assertEqual(line.move_id.partner_id, self.debtor)

    def test_what_is_no_reference_of_ours_is_left_alone(self):
        digits = self.case.reference[2:4]
        wrong = f"RF{(int(digits) + 1) % 97:02d}{self.case.reference[4:]}"
        for text in (wrong, "RF18539007547034", f"X{self.case.reference}", "RF", "", False):
            self.assertFalse(self.receive(text).partner_id, text)

    def test_partner_of_the_bank_statement_counts_more(self):
        other = self.make_debtor("Other")
        self.assertEqual(self.receive(self.case.reference, partner_id=other.id).partner_id, other)

    def test_money_going_out_is_not_the_debtors(self):
        self.assertFalse(self.receive(self.case.reference, amount=-100).partner_id)

    def test_two_debtors_in_one_line_decide_nothing(self):
        second = self.make_debtor("Second")
        self.make_invoice(second, 100, ON - days(5))
        self.follow_up()
        text = f"{self.case.reference} {self.case_of(second).reference}"
        self.assertFalse(self.receive(text).partner_id)

    def test_reference_typed_later(self):
        line = self.receive("Payment")
        line.payment_ref = f"Payment {self.case.reference}"
        self.assertEqual(line.partner_id, self.debtor)

    def test_only_in_the_company_of_the_case(self):
        other = self.make_company("Southwind Traders")
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", other.id)], limit=1
        )
        line = self.receive(self.case.reference, journal=journal)
        self.assertFalse(line.partner_id)

    def test_closed_case_is_still_the_debtors(self):
        self.pay(self.invoice)
        self.follow_up(ON + days(1))
        self.assertEqual(self.case.state, "closed")
        self.assertEqual(self.receive(self.case.reference).partner_id, self.debtor)

    def test_bookkeeper_without_any_collections_right(self):
        from odoo.tests import new_test_user

        user = new_test_user(
            self.env,
            "reference_bookkeeper",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        line = (
            self.env["account.bank.statement.line"]
            .with_user(user)
            .with_company(self.company)
            .create(
                {
                    "journal_id": self.journal.id,
                    "date": ON,
                    "payment_ref": self.case.reference,
                    "amount": 100,
                }
            )
        )
        self.assertEqual(line.partner_id, self.debtor)

    def test_many_lines_cost_no_query_each(self):
        def count(number):
            self.env.flush_all()
            self.env.invalidate_all()
            lines = self.env["account.bank.statement.line"].create(
                [
                    {"journal_id": self.journal.id, "date": ON, "payment_ref": "x", "amount": 1}
                    for _index in range(number)
                ]
            )
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            lines._collection_get_cases({self.case.reference})
            return self.env.cr.sql_log_count - start

        self.assertEqual(count(2), count(10))

    def test_case_is_found_by_its_reference(self):
        grouped = format_creditor_reference(self.case.reference)
        self.assertEqual(
            self.env["collection.case"].search([("reference", "=", grouped.lower())]), self.case
        )
