"""Refunds of a credit balance: asked for, account checked, approved, paid by Odoo."""

from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ON
from .money import MoneyCase


class TestRefund(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.env["res.partner.bank"].create(
            {"partner_id": cls.debtor.id, "acc_number": "DE89370400440532013000"}
        )

    def setUp(self):
        super().setUp()
        self.case, (self.item,) = self.open_case((300, 30))
        self.payment = self.register(self.case, 380, excess_handling="keep")
        self.reload()

    def ask(self, amount=None, user=None, **values):
        form = self.dialog(self.case.with_user(user or self.collector).action_refund(), user)
        form.reason = "Paid too much"
        if amount is not None:
            form.amount = amount
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def test_paid_line_by_line(self):
        self.assertEqual((self.case.amount_open, self.case.amount_credit), (-80, 80))
        refund = self.ask()
        self.assertEqual((refund.amount, refund.state, refund.amount_credit), (80, "requested", 80))
        self.assertEqual(refund.partner_bank_id, self.account)
        refund.with_user(self.supervisor).action_approve()
        self.assertEqual((refund.approved_by_id, refund.approved_on), (self.supervisor, ON))
        refund.with_user(self.collector).action_pay()
        self.reload()
        paid = refund.payment_id
        self.assertEqual(
            self.entry(paid.move_id),
            [("asset_current", -80, -80), ("asset_receivable", 80, 80)],
        )
        self.assertEqual(
            (paid.payment_type, paid.partner_bank_id, paid.date), ("outbound", self.account, ON)
        )
        credit = self.payment.move_id.line_ids.filtered(lambda line: line.credit == 80)
        self.assertTrue(credit.reconciled)
        self.assertEqual(credit.matched_debit_ids.debit_move_id.move_id, paid.move_id)
        self.assertEqual((self.case.amount_open, self.case.amount_credit), (0, 0))
        self.assertEqual(refund.state, "paid")
        self.assertIn("Refunded", self.case.message_ids[0].body)

    def test_a_part_and_credit_notes(self):
        note = self.receivable(self.make_credit_note(self.debtor, 40))
        self.reload()
        refund = self.ask(100)
        refund.with_user(self.supervisor).action_approve()
        refund.with_user(self.collector).action_pay()
        self.reload()
        self.assertEqual(self.case.amount_open, -20)
        self.assertEqual(
            note.amount_residual
            + sum(self.payment.move_id.line_ids.filtered("credit").mapped("amount_residual")),
            -20,
        )

    # === Account === #
    def test_the_account_is_checked(self):
        Bank = self.env["res.partner.bank"]
        self.debtor.country_id = self.env.ref("base.de")
        wrong = Bank.create({"partner_id": self.debtor.id, "acc_number": "532013000"})
        with self.assertRaisesRegex(ValidationError, "Accounts in Germany have an IBAN"):
            self.ask(partner_bank_id=wrong)
        typo = Bank.create({"partner_id": self.debtor.id, "acc_number": "DE89370400440532013001"})
        with self.assertRaisesRegex(ValidationError, "check digits do not fit"):
            self.ask(partner_bank_id=typo)
        strange = Bank.create(
            {"partner_id": self.company.partner_id.id, "acc_number": "FR1420041010050500013M02606"}
        )
        with self.assertRaisesRegex(ValidationError, "does not belong to the debtor"):
            self.ask(partner_bank_id=strange)

    def test_no_account_no_money(self):
        refund = self.ask(partner_bank_id=self.env["res.partner.bank"])
        with self.assertRaisesRegex(UserError, "Choose the bank account"):
            refund.with_user(self.supervisor).action_approve()

    def test_an_account_changed_after_the_approval_is_looked_at_again(self):
        refund = self.ask()
        refund.with_user(self.supervisor).action_approve()
        self.account.acc_number = "DE89370400440532013001"
        with self.assertRaisesRegex(UserError, "check digits"):
            refund.with_user(self.collector).action_pay()
        with self.assertRaisesRegex(UserError, "was decided"):
            refund.with_user(self.collector).amount = 1

    # === Amount and period === #
    def test_never_more_than_the_credit(self):
        for amount in (80.01, 5000):
            with self.assertRaisesRegex(UserError, "has a credit of \\$\xa080.00 only"):
                self.ask(amount)
        with self.assertRaisesRegex(UserError, "above zero"):
            self.ask(0)
        refund = self.ask()
        refund.with_user(self.supervisor).action_approve()
        self.receivable(self.make_invoice(self.debtor, 50, ON))
        self.env.flush_all()
        debt = self.case.move_line_ids.filtered(lambda line: line.amount_residual > 0)
        (debt + self.case._get_on_account_lines()).reconcile()
        self.reload()
        with self.assertRaisesRegex(UserError, "has a credit of \\$\xa030.00 only"):
            refund.with_user(self.collector).action_pay()
        self.assertFalse(refund.payment_id)

    def test_a_closed_period(self):
        refund = self.ask()
        refund.with_user(self.supervisor).action_approve()
        self.company.fiscalyear_lock_date = ON
        with self.assertRaisesRegex(UserError, "books are closed"):
            refund.with_user(self.collector).action_pay()
        self.assertEqual((refund.state, self.case.amount_open), ("approved", -80))

    # === Who === #
    def test_somebody_else_approves(self):
        refund = self.ask(user=self.supervisor)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            refund.with_user(self.supervisor).action_approve()
        with self.assertRaises(AccessError):
            refund.with_user(self.collector).action_approve()
        with self.assertRaisesRegex(UserError, "supervisor approves"):
            refund.with_user(self.collector).action_pay()
        refund.with_user(self.manager).action_approve()
        self.assertEqual(refund.state, "approved")

    def test_nobody_approves_by_the_back_door(self):
        values = {
            "case_id": self.case.id,
            "currency_id": self.usd.id,
            "amount": 80,
            "reason": "x",
            "state": "approved",
            "approved_by_id": self.manager.id,
        }
        refund = self.env["collection.refund"].with_user(self.collector).create(values)
        self.assertEqual((refund.state, refund.approved_by_id.id), ("requested", False))
        with self.assertRaisesRegex(UserError, "was decided"):
            refund.state = "approved"
        with self.assertRaises(AccessError):
            refund.unlink()

    def test_the_supervisor_is_asked_and_may_refuse(self):
        refund = self.ask()
        self.assertIn("Approve a refund", refund.activity_ids.summary)
        with self.assertRaises(AccessError):
            refund.with_user(self.collector).action_refuse()
        refund.with_user(self.supervisor).action_refuse()
        self.assertEqual((refund.state, refund.activity_ids.ids), ("refused", []))
        self.assertEqual(self.case.amount_open, -80, "the money stays on account")

    def test_readers_look_only(self):
        refund = self.ask()
        reader = self.make_user("reader")
        self.assertEqual(refund.with_user(reader).amount, 80)
        with self.assertRaises(AccessError):
            refund.with_user(reader).reason = "x"
        with self.assertRaises(AccessError):
            self.case.with_user(reader).action_refund()
