"""Payments and cheques that come back: what is posted, what is open again, and what follows."""

from odoo.exceptions import AccessError, UserError

from .common import ON, days
from .money import MoneyCase


class TestBounce(MoneyCase):
    def bounce(self, case, payment=None, user=None, **values):
        form = self.dialog(case.with_user(user or self.collector).action_bounce(), user)
        if payment:
            form.payment_id = payment
        for name, value in values.items():
            setattr(form, name, value)
        form.save().action_apply()
        self.reload()
        return case.bounce_ids[:1]

    def ageing(self, case):
        return [
            (item.move_id.name, item.amount_residual, item.collection_days_overdue)
            for item in case.move_line_ids
        ]

    def test_reversed_line_by_line_and_open_again(self):
        case, (old, new) = self.open_case((300, 60), (200, 10))
        before = self.ageing(case)
        payment = self.register(case, 400)
        original = self.entry(payment.move_id)
        self.reload()
        self.assertEqual((case.amount_open, case.oldest_due_date), (100, new.date_maturity))
        bounce = self.bounce(case, reason="funds", note="Insufficient funds")
        self.assertEqual(
            self.entry(bounce.move_id),
            [
                ("asset_current", -400, -400),
                ("asset_receivable", 100, 100),
                ("asset_receivable", 300, 300),
            ],
        )
        self.assertEqual(bounce.move_id.reversed_entry_id, payment.move_id)
        self.assertEqual((bounce.move_id.date, bounce.move_id.state), (ON, "posted"))
        self.assertEqual(self.entry(payment.move_id), original, "the payment stays in the books")
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(payment.state, "rejected")
        self.assertEqual((old.amount_residual, new.amount_residual), (300, 200))
        self.assertEqual(bounce.move_line_ids, old + new)
        self.assertEqual(self.ageing(case), before, "the same items, as old as they were")
        self.assertEqual((case.amount_open, case.amount_overdue, case.amount_credit), (500, 500, 0))
        self.assertEqual(case.oldest_due_date, old.date_maturity)
        self.assertIn("came back", case.message_ids[0].body)
        self.assertFalse(case.money_waiting)

    def test_the_aged_list_is_right_on_each_day(self):
        """Before the payment, while it was in the books, and after it came back."""
        case, (item,) = self.open_case((300, 60))
        self.register(case, 300, date=ON - days(20))
        self.reload()
        self.bounce(case)
        self.reload()

        def aged(on):
            rows = self.env["collection.ageing"].with_user(self.supervisor)._as_of(on)
            groups = rows._read_group([], ["bucket"], ["residual:sum"])
            return {bucket: amount for bucket, amount in groups if amount}

        self.assertEqual(aged(ON - days(21)), {"2": 300}, "39 days late")
        self.assertEqual(sum(aged(ON - days(10)).values()), 0)
        self.assertEqual(aged(ON), {"2": 300}, "60 days late, as if nothing had been paid")
        self.assertEqual(item.amount_residual, 300)

    def test_both_sides_are_closed_when_the_bank_never_showed_the_money(self):
        case, _items = self.open_case((300, 60))
        payment = self.register(case, 300)
        bounce = self.bounce(case)
        lines = (payment.move_id + bounce.move_id).line_ids
        self.assertEqual(set(lines.mapped("amount_residual")), {0})

    def test_the_bank_side_waits_for_the_statement_that_takes_the_money_back(self):
        case, (item,) = self.open_case((300, 60))
        payment = self.register(case, 300)
        liquidity = payment._seek_for_lines()[0]
        shown = self.bank_line(300)
        _liquidity, suspense, _other = shown._seek_for_lines()
        suspense.account_id = liquidity.account_id
        (suspense + liquidity).reconcile()
        self.reload()
        bounce = self.bounce(case)
        waiting = bounce.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_current"
        )
        self.assertTrue(liquidity.reconciled, "the money did come in")
        self.assertEqual((waiting.amount_residual, waiting.reconciled), (-300, False))
        self.assertEqual(item.amount_residual, 300)
        receivables = (payment.move_id + bounce.move_id).line_ids - waiting - liquidity
        self.assertTrue(all(receivables.mapped("reconciled")))

    def test_the_fee_stands_among_the_charges(self):
        self.company.collection_returned_fee = 7.5
        case, (item,) = self.open_case((300, 60))
        payment = self.register(case, 300)
        charge = self.bounce(case).charge_id
        self.assertEqual(
            (charge.kind, charge.amount, charge.state, charge.move_line_id),
            ("returned_payment_fee", 7.5, "accrued", item),
        )
        self.assertIn(payment.name, charge.note)
        self.assertEqual(
            case.amount_open, 300, "a fee is no part of the debt before it is invoiced"
        )

    def test_a_kept_promise_is_open_again_and_then_broken(self):
        case, (item,) = self.open_case((300, 20))
        promise = self.env["collection.agreement"]._promise(case, 300, ON + days(2))
        self.register(case, 300)
        self.env["collection.agreement"]._follow_up(ON + days(1), self.company)
        self.assertEqual((promise.state, promise.line_ids.state), ("kept", "kept"))
        self.bounce(case)
        self.assertEqual((promise.state, promise.line_ids.state), ("active", "pending"))
        self.assertEqual((promise.line_ids.amount_paid, promise.amount_paid), (0, 0))
        self.env["collection.agreement"]._follow_up(ON + days(30), self.company)
        self.assertEqual(promise.state, "broken")
        self.assertEqual(item.amount_residual, 300)

    def test_the_stage_is_decided_anew(self):
        case, (item,) = self.open_case((300, 60))
        self.assertEqual(case.stage_id.name, "Reminder")
        self.register(case, 300)
        self.follow_up(ON + days(1))
        self.assertEqual(case.state, "closed")
        payment = self.env["account.payment"].search([("partner_id", "=", self.debtor.id)])
        self.assertEqual(self.env["collection.bounce"]._get_case_for(payment), case)
        self.assertEqual(case.state, "open", "the case of the debtor is opened again")
        self.bounce(case)
        self.assertEqual(case.next_review_date, ON)
        self.follow_up(ON + days(2))
        self.assertEqual((case.state, case.stage_id.name), ("open", "Reminder"))
        self.assertEqual(item.amount_residual, 300)

    def test_from_the_payment(self):
        case, _items = self.open_case((300, 60))
        self.register(case, 100)
        payment = self.register(case, 50)
        self.register(case, 20)
        action = payment.with_user(self.collector).action_collection_bounce()
        form = self.dialog(action)
        self.assertEqual((form.payment_id, form.amount), (payment, 50))

    # === Refused === #
    def test_bad_input_posts_nothing(self):
        case, (item,) = self.open_case((300, 60))
        payment = self.register(case, 300)
        wizard = self.dialog(case.with_user(self.collector).action_bounce()).save()
        for expected, values in (
            ("before it was made", {"date": ON - days(1)}),
            ("future", {"date": ON + days(1)}),
            ("cannot be negative", {"date": ON, "fee": -1}),
        ):
            wizard.write(values)
            with self.assertRaisesRegex(UserError, expected):
                wizard.action_apply()
        self.assertEqual((item.amount_residual, payment.move_id.reversal_move_ids.ids), (0, []))

    def test_a_closed_period(self):
        case, (item,) = self.open_case((300, 60))
        self.register(case, 300, date=ON - days(9))
        self.company.fiscalyear_lock_date = ON - days(5)
        wizard = self.dialog(case.with_user(self.collector).action_bounce()).save()
        wizard.date = ON - days(6)
        with self.assertRaisesRegex(UserError, "books are closed until Mar 11, 2026"):
            wizard.action_apply()
        self.assertEqual(item.amount_residual, 0)
        wizard.date = ON
        wizard.action_apply()
        self.assertEqual(item.amount_residual, 300, "the payment's own period may be closed")

    def test_only_once_and_only_the_debtors_own(self):
        case, _items = self.open_case((300, 60))
        payment = self.register(case, 300)
        self.bounce(case)
        Bounce = self.env["collection.bounce"].with_user(self.collector)
        with self.assertRaisesRegex(UserError, "has not come back yet"):
            Bounce._bounce(case, payment, ON, "funds")
        other = self.make_debtor("Other")
        foreign = self.pay(self.make_invoice(other, 10, ON - days(3)))
        with self.assertRaisesRegex(UserError, "not one of Debtor"):
            Bounce._bounce(case.with_user(self.collector), foreign, ON, "funds")

    def test_who_may(self):
        case, _items = self.open_case((300, 60))
        self.register(case, 300)
        reader = self.make_user("reader")
        with self.assertRaises(AccessError):
            case.with_user(reader).action_bounce()
        bounce = self.bounce(case)
        for user in (self.collector, self.supervisor, self.manager):
            self.assertEqual(bounce.with_user(user).reason, "funds")
            with self.assertRaises(AccessError):
                bounce.with_user(user).reason = "other"
            with self.assertRaises(AccessError):
                bounce.with_user(user).unlink()
        self.assertTrue(bounce.with_user(reader).name)
        with self.assertRaisesRegex(UserError, "history"):
            bounce.unlink()
