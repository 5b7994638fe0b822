"""Provision for bad debts: the matrix, the history, one draft entry, and what is refused."""

import subprocess
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .common import ON, days
from .credit import CreditCase

#: Rates of: not due, 1-30, 31-60, 61-90, 91-120, over 120 days.
RATES = (0.5, 2.0, 5.0, 10.0, 20.0, 50.0)


class TestProvision(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Account = cls.env["account.account"].with_company(cls.company)
        cls.expense = Account.create(
            {"name": "Bad debts", "code": "699900", "account_type": "expense"}
        )
        cls.allowance = Account.create(
            {"name": "Allowance", "code": "129900", "account_type": "asset_current"}
        )
        cls.company.collection_provision_expense_account_id = cls.expense
        cls.company.collection_provision_allowance_account_id = cls.allowance

    def provision(self, rates=RATES, user=None, **values):
        """A proposal as a manager makes it, in the form."""
        Provision = self.env["collection.provision"].with_user(user or self.manager)
        form = Form(Provision)
        for name, value in values.items():
            setattr(form, name, value)
        for index, rate in enumerate(rates or ()):
            with form.rate_ids.edit(index) as line:
                line.rate = rate
        return form.save()

    def proposed(self, **values):
        provision = self.provision(**values)
        provision.action_propose()
        return provision

    def lines(self, provision):
        return [(n.foreign_currency_id.name, n.bucket, n.gross, n.loss) for n in provision.line_ids]

    # === Proposal === #
    def test_gross_times_rate_by_age(self):
        for amount, late in ((1000, -5), (500, 10), (200, 100), (80, 400)):
            self.make_invoice(self.debtor, amount, ON - days(late))
        provision = self.proposed()
        self.assertEqual(
            self.lines(provision),
            [("USD", 0, 1000, 5), ("USD", 1, 500, 10), ("USD", 4, 200, 40), ("USD", 5, 80, 40)],
        )
        self.assertEqual((provision.amount_gross, provision.amount_loss), (1780, 95))
        self.assertEqual((provision.amount_ledger, provision.amount_change), (1780, 95))

    def test_credits_go_against_the_oldest_and_what_is_left_is_no_receivable(self):
        self.make_invoice(self.debtor, 100, ON - days(200))
        self.make_invoice(self.debtor, 100, ON - days(10))
        self.make_credit_note(self.debtor, 130)
        self.make_credit_note(self.make_debtor("In credit"), 40)
        provision = self.proposed()
        self.assertEqual(self.lines(provision), [("USD", 1, 70, 1.4)])
        self.assertEqual((provision.amount_ledger, provision.amount_credit), (30, 40))
        self.assertEqual(provision.amount_gross, 30 + 40)

    def test_as_of_a_day(self):
        """What was paid afterwards was open on the day."""
        invoice = self.make_invoice(self.debtor, 100, ON - days(40))
        self.pay(invoice, on=ON - days(2))
        self.assertEqual(self.lines(self.proposed(date=ON - days(5))), [("USD", 2, 100, 5)])
        self.assertFalse(self.proposed().line_ids)

    def test_each_currency_apart(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": eur.id, "company_id": self.company.id, "name": ON - days(900),
             "company_rate": 0.5}
        )  # fmt: skip
        self.make_invoice(self.debtor, 100, ON - days(10))
        self.make_invoice(self.debtor, 100, ON - days(10), currency_id=eur.id)
        provision = self.proposed()
        self.assertEqual(sorted(self.lines(provision)), [("EUR", 1, 200, 4), ("USD", 1, 100, 2)])
        foreign = provision.line_ids.filtered(lambda line: line.foreign_currency_id == eur)
        self.assertEqual(foreign.gross_currency, 100)

    # === History === #
    def test_rates_from_the_own_history(self):
        """1000 sold: 500 in time, 300 within 30 days, 100 after 200 days, 60 written off, 40 never
        paid. So 100 are lost: 10 % of all, 20 % of what was late, half of what was over 120 days.
        """
        due = ON - days(500)
        invoices = [self.make_invoice(self.debtor, n, due) for n in (500, 300, 100, 60, 40)]
        self.pay(invoices[0], on=due)
        self.pay(invoices[1], on=due + days(20))
        self.pay(invoices[2], on=due + days(200))
        self.follow_up()
        reason = self.env["collection.writeoff.reason"].search([], limit=1)
        reason.with_company(self.company).account_id = self.expense
        self.env["collection.writeoff"]._write_off(
            self.case_of(self.debtor), self.receivable(invoices[3]), reason, ON - days(100)
        )
        provision = self.proposed(
            rates=None, method="history", cohort_from=ON - days(600), cohort_to=ON - days(400)
        )
        self.assertEqual(
            [round(rate.rate, 4) for rate in provision.rate_ids], [10, 20, 50, 50, 50, 50]
        )
        self.assertEqual(provision.rate_ids[1].amount_reached, 500)
        self.assertEqual(set(provision.rate_ids.mapped("amount_unpaid")), {100})
        self.assertEqual(self.lines(provision), [("USD", 5, 40, 20)])

    def test_the_outlook_raises_rates_to_100_at_most(self):
        self.make_invoice(self.debtor, 100, ON - days(500))
        self.pay(self.make_invoice(self.debtor, 100, ON - days(500)), on=ON - days(500))
        provision = self.proposed(
            rates=None, method="history", factor=1.5,
            cohort_from=ON - days(600), cohort_to=ON - days(400),
        )  # fmt: skip
        self.assertEqual(provision.rate_ids.mapped("rate"), [75, 100, 100, 100, 100, 100])

    def test_a_history_that_is_too_young_or_empty(self):
        months = {"method": "history", "cohort_from": ON - days(200), "cohort_to": ON - days(60)}
        with self.assertRaisesRegex(ValidationError, "must be older"):
            self.provision(rates=None, **months)
        months.update(cohort_from=ON - days(60), cohort_to=ON - days(200))
        with self.assertRaisesRegex(ValidationError, "from a day to a day"):
            self.provision(rates=None, **months)
        months.update(cohort_from=ON - days(900), cohort_to=ON - days(800))
        with self.assertRaisesRegex(UserError, "no invoices in the months"):
            self.proposed(rates=None, **months)

    # === Entry === #
    def entry(self, provision):
        return sorted((n.account_id.code, n.balance) for n in provision.move_id.line_ids)

    def test_one_draft_entry_for_the_difference(self):
        self.make_invoice(self.debtor, 1000, ON - days(10))
        first = self.proposed()
        first.action_make_entry()
        self.assertEqual(self.entry(first), [("129900", -20), ("699900", 20)])
        move = first.move_id
        self.assertEqual((move.state, move.date, first.state), ("draft", ON, "entry"))
        move.action_post()
        self.assertEqual(first.state, "posted")
        self.make_invoice(self.debtor, 1000, ON - days(100))
        second = self.proposed()
        self.assertEqual((second.amount_booked, second.amount_change), (20, 200))
        self.assertEqual(second.previous_id, first)
        self.assertEqual(second.rate_ids.mapped("rate"), list(RATES))

    def test_released_when_the_debts_were_paid(self):
        invoice = self.make_invoice(self.debtor, 1000, ON - days(10))
        first = self.proposed()
        first.action_make_entry()
        first.move_id.action_post()
        self.pay(invoice)
        second = self.proposed()
        second.action_make_entry()
        self.assertEqual(self.entry(second), [("129900", 20), ("699900", -20)])
        second.move_id.action_post()
        with self.assertRaisesRegex(UserError, "nothing to post"):
            self.proposed().action_make_entry()

    def test_never_twice(self):
        self.make_invoice(self.debtor, 1000, ON - days(10))
        first, second = self.proposed(), self.proposed()
        first.action_make_entry()
        with self.assertRaisesRegex(UserError, "still a draft"):
            second.action_make_entry()
        with self.assertRaisesRegex(UserError, "already"):
            first.action_make_entry()
        with self.assertRaisesRegex(UserError, "already"):
            first.date = ON - days(1)
        with self.assertRaisesRegex(ValidationError, "its rates stay"):
            first.rate_ids[0].rate = 9
        with self.assertRaisesRegex(UserError, "stays"):
            first.unlink()
        first.move_id.unlink()
        self.assertEqual(first.state, "draft", "The draft was deleted, so it can be made again")
        second.action_make_entry()
        self.assertEqual(second.state, "entry")

    def test_closed_books(self):
        self.make_invoice(self.debtor, 1000, ON - days(50))
        provision = self.proposed(date=ON - days(20))
        self.company.fiscalyear_lock_date = ON - days(10)
        with self.assertRaisesRegex(UserError, "books are closed until"):
            provision.action_make_entry()
        self.assertFalse(provision.move_id)

    def test_accounts_that_are_missing(self):
        self.make_invoice(self.debtor, 1000, ON - days(50))
        self.company.collection_provision_allowance_account_id = False
        with self.assertRaisesRegex(UserError, "Set the expense account and the allowance"):
            self.proposed().action_make_entry()

    # === Refused at input === #
    def test_wrong_rates(self):
        for rate in (100.01, -1):
            with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
                self.provision(rates=(rate,))

    def test_rates_that_were_forgotten(self):
        with self.assertRaisesRegex(UserError, "All loss rates are 0"):
            self.proposed(rates=None)

    def test_a_missing_age(self):
        provision = self.provision()
        with self.assertRaisesRegex(ValidationError, "Missing: 31–60 days"):
            provision.rate_ids = [(2, provision.rate_ids[2].id)]

    def test_an_age_added_to_the_settings(self):
        provision = self.provision()
        self.company.collection_ageing_limits = "30, 60, 90, 120, 365"
        with self.assertRaisesRegex(ValidationError, "Missing: Over 365 days"):
            provision.action_propose()

    def test_no_future(self):
        with self.assertRaisesRegex(ValidationError, "future"):
            self.provision(date=ON + days(1))

    # === Who === #
    def test_managers_make_others_read(self):
        provision = self.provision()
        for user in (self.reader, self.supervisor):
            self.assertTrue(provision.with_user(user).name)
            with self.assertRaises(AccessError):
                provision.with_user(user).action_propose()
            with self.assertRaises(AccessError):
                provision.with_user(user).action_make_entry()
        with self.assertRaises(AccessError):
            provision.with_user(self.collector).read(["amount_loss"])

    def test_the_workbook(self):
        self.make_invoice(self.debtor, 1000, ON - days(10))
        provision = self.proposed()
        book = load_workbook(BytesIO(provision.with_user(self.reader)._make_xlsx()))
        rows = [[cell.value for cell in row] for row in book["Proposal"].rows]
        self.assertEqual(rows[1], ["USD", "1–30 days", 1000, 1000, 2, 20])
        self.assertEqual(book["Summary"]["B7"].value, 20)

    def test_on_paper(self):
        self.make_invoice(self.debtor, 1000, ON - days(10))
        provision = self.proposed()
        action = provision.with_user(self.reader).action_print()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        self.assertEqual((attachment.res_model, attachment.res_id), (provision._name, provision.id))
        text = subprocess.run(
            ["pdftotext", "-layout", "-", "-"],
            input=attachment.raw,
            capture_output=True,
            check=True,
        ).stdout.decode()
        for part in (
            *("Provision Mar 16, 2026", self.company.name, "1–30 days", "1,000.00", "2.0000"),
            *("Receivable accounts", "Expected loss", "20.00", "Given Rates", "Proposal"),
        ):
            self.assertIn(part, text)

    def test_paper_from_the_own_history_says_of_which_invoices(self):
        provision = self.provision(rates=None, method="history")
        self.assertIn("Rates from the invoices of", provision._get_paper_values()["history"])

    def test_queries_do_not_grow_with_the_debtors(self):
        counts = []
        for size in (2, 8):
            for n in range(size):
                self.make_invoice(self.make_debtor(f"P{size}-{n}"), 10, ON - days(10))
            provision = self.provision()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            provision.action_propose()
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)
