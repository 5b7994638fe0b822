"""Write-offs and recoveries: who may, what is posted, and what is refused."""

from odoo.exceptions import AccessError, UserError

from .common import ON, CollectionsCase, days


class TestWriteoff(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_clock()
        cls.make_policy(("Reminder", 1, "email"))
        cls.debtor = cls.make_debtor()
        cls.hire("collector", "supervisor", "manager")
        Account = cls.env["account.account"]
        cls.loss = Account.create({"name": "Bad debt", "code": "LOSS", "account_type": "expense"})
        cls.income = Account.create(
            {"name": "Recoveries", "code": "RECO", "account_type": "income_other"}
        )
        cls.reason = cls.env.ref("collections_followup.writeoff_reason_insolvency")
        cls.reason.with_company(cls.company).account_id = cls.loss
        cls.company.collection_recovery_account_id = cls.income

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(self.debtor, 300, ON - days(90))
        self.follow_up()
        self.case = self.case_of(self.debtor)

    # === Words === #
    def write_off(self, user, lines=None, **values):
        self.env.invalidate_all()
        wizard = (
            self.env["collection.writeoff.wizard"]
            .with_user(user)
            .create({"case_id": self.case.id, "reason_id": self.reason.id, **values})
        )
        if lines is not None:
            wizard.move_line_ids = lines
        wizard.action_apply()
        self.env.cr.flush()
        return self.env["collection.writeoff"].search([("case_id", "=", self.case.id)], limit=1)

    def recover(self, writeoff, amount, user=None, **values):
        wizard = (
            self.env["collection.recovery.wizard"]
            .with_user(user or self.collector)
            .create({"writeoff_id": writeoff.id, **values})
        )
        wizard.amount = amount
        wizard.action_apply()
        return writeoff.recovery_ids[0]

    def lines_of(self, move):
        return sorted(
            (line.account_id.id, line.balance, line.amount_currency) for line in move.line_ids
        )

    # === Write-off === #
    def test_the_entry_line_by_line(self):
        writeoff = self.write_off(self.supervisor, note="Court file 12")
        receivable = self.receivable(self.invoice)
        self.assertEqual(
            self.lines_of(writeoff.move_id),
            sorted([(receivable.account_id.id, -300, -300), (self.loss.id, 300, 300)]),
        )
        self.assertEqual(
            (writeoff.move_id.state, writeoff.move_id.journal_id.type), ("posted", "general")
        )
        self.assertEqual(writeoff.move_id.date, ON)
        self.assertTrue(receivable.reconciled)
        self.assertEqual((self.invoice.payment_state, receivable.amount_residual), ("paid", 0))
        self.assertEqual(self.case.amount_open, 0)
        self.assertEqual((writeoff.amount, writeoff.user_id), (300, self.supervisor))
        self.assertIn("Written off", self.case.message_ids[0].body)
        self.assertTrue(writeoff.tax_hint)

    def test_only_the_chosen_items(self):
        other = self.make_invoice(self.debtor, 50, ON - days(60))
        writeoff = self.write_off(self.supervisor, self.receivable(other))
        self.assertEqual(writeoff.amount, 50)
        self.assertEqual(self.case.amount_open, 300)

    def test_the_rest_of_a_partly_paid_item(self):
        self.pay(self.invoice, 120)
        writeoff = self.write_off(self.supervisor)
        self.assertEqual(writeoff.amount, 180)
        self.assertTrue(self.receivable(self.invoice).reconciled)

    def test_foreign_currency_leaves_nothing(self):
        eur = self.make_euro()
        invoice = self.make_invoice(self.debtor, 100, ON - days(60), currency_id=eur.id)
        line = self.receivable(invoice)
        self.assertEqual(line.balance, 125)
        writeoff = self.write_off(self.supervisor, line)
        counter = writeoff.move_id.line_ids.filtered(
            lambda entry: entry.account_id == line.account_id
        )
        self.assertEqual((counter.amount_currency, counter.balance), (-100, -125))
        self.assertEqual((line.amount_residual, line.amount_residual_currency), (0, 0))
        self.assertFalse(
            line.matched_credit_ids.exchange_move_id, "booked at the rate it was booked"
        )
        self.assertEqual(writeoff.amount, 125)

    # === Limits === #
    def test_limits_by_role(self):
        with self.assertRaisesRegex(AccessError, "up to \\$\xa00.00, and this is \\$\xa0300.00"):
            self.write_off(self.collector)
        self.make_invoice(self.debtor, 201, ON - days(60))
        with self.assertRaisesRegex(AccessError, "up to \\$\xa0500.00"):
            self.write_off(self.supervisor)
        self.assertEqual(self.write_off(self.manager).amount, 501)

    def test_a_collector_up_to_the_limit(self):
        self.company.collection_writeoff_limit_collector = 300
        self.assertEqual(self.write_off(self.collector).amount, 300)

    def test_a_reader_may_not(self):
        with self.assertRaises(AccessError):
            self.write_off(self.make_user("reader"))

    # === Refused === #
    def test_a_closed_period(self):
        self.company.fiscalyear_lock_date = ON - days(5)
        with self.assertRaisesRegex(UserError, "books are closed until Mar 11, 2026"):
            self.write_off(self.manager, date=ON - days(5))
        self.assertEqual(self.write_off(self.manager, date=ON - days(4)).move_id.date, ON - days(4))

    def test_a_day_in_the_future(self):
        with self.assertRaisesRegex(UserError, "future"):
            self.write_off(self.manager, date=ON + days(1))

    def test_a_reason_without_an_account(self):
        self.reason = self.env.ref("collections_followup.writeoff_reason_goodwill")
        with self.assertRaisesRegex(UserError, "Goodwill has no expense account"):
            self.write_off(self.manager)

    def test_nothing_chosen_nothing_open_or_somebody_elses(self):
        empty = self.env["account.move.line"]
        with self.assertRaisesRegex(UserError, "Choose the items"):
            self.write_off(self.manager, empty)
        stranger = self.make_invoice(self.make_debtor("Stranger"), 10, ON - days(60))
        with self.assertRaisesRegex(UserError, "no posted receivable of Debtor"):
            self.write_off(self.manager, self.receivable(stranger))
        self.pay(self.invoice)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            self.write_off(self.manager, self.receivable(self.invoice))

    # === Recovery === #
    def test_a_recovery_line_by_line(self):
        writeoff = self.write_off(self.manager)
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        recovery = self.recover(writeoff, 80, journal_id=bank.id, note="Trustee")
        money = self.env["collection.recovery"]._get_liquidity_account(bank)
        self.assertEqual(
            self.lines_of(recovery.move_id),
            sorted([(money.id, 80, 80), (self.income.id, -80, -80)]),
        )
        self.assertEqual((recovery.move_id.state, recovery.user_id), ("posted", self.collector))
        self.assertEqual(writeoff.amount_recovered, 80)
        self.assertIn("Recovered", self.case.message_ids[0].body)
        self.assertEqual(self.receivable(self.invoice).amount_residual, 0, "the debt stays closed")

    def test_recovery_refused(self):
        writeoff = self.write_off(self.manager)
        with self.assertRaisesRegex(UserError, "above zero"):
            self.recover(writeoff, 0)
        with self.assertRaisesRegex(UserError, "More came in"):
            self.recover(writeoff, 300.01)
        self.company.fiscalyear_lock_date = ON
        with self.assertRaisesRegex(UserError, "books are closed"):
            self.recover(writeoff, 10)
        self.company.fiscalyear_lock_date = False
        self.company.collection_recovery_account_id = False
        with self.assertRaisesRegex(UserError, "income account of recoveries"):
            self.recover(writeoff, 10)

    def test_history_stays(self):
        writeoff = self.write_off(self.manager)
        with self.assertRaises(UserError):
            writeoff.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            writeoff.with_user(self.manager).amount = 1
        other = self.make_company("Other Creditor")
        stranger = writeoff.with_user(self.make_user("manager", company=other))
        alone = stranger.with_context(allowed_company_ids=other.ids)
        self.assertFalse(alone.search([("id", "=", writeoff.id)]))
