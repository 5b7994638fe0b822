from datetime import date
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.collections_followup.tools.interest import Claim, late_interest
from odoo.addons.collections_followup.tools.rates import shipped_series
from odoo.addons.collections_followup.tools.regimes import REGIMES

from .common import ON, days
from .plans import PlansCase


class TestPlanDialog(PlansCase):
    """Plans are made while talking; the payments follow from what is said."""

    def test_equal_payments_and_the_last_takes_the_rounding(self):
        plan = self.make_plan(count=3, date_first=date(2026, 4, 1))
        self.assertEqual(
            self.schedule(plan),
            [(date(2026, 4, 1), 333.33), (date(2026, 5, 1), 333.33), (date(2026, 6, 1), 333.34)],
        )
        self.assertEqual((plan.kind, plan.state), ("plan", "draft"))
        self.assertEqual(plan.move_line_ids, self.items, "One plan about several invoices")
        self.assertEqual(plan.amount_debt, 1000)

    def test_down_payment_comes_first(self):
        plan = self.make_plan(
            count=2, down_amount=400, down_date=ON + days(1), date_first=date(2026, 4, 1)
        )
        self.assertEqual(
            self.schedule(plan),
            [(ON + days(1), 400), (date(2026, 4, 1), 300), (date(2026, 5, 1), 300)],
        )
        self.assertEqual(plan.line_ids.mapped("is_down_payment"), [True, False, False])

    def test_rhythms(self):
        weekly = self.make_plan(frequency="weekly", count=3, date_first=ON + days(7))
        fortnightly = self.make_plan(frequency="fortnightly", count=3, date_first=ON + days(7))
        monthly = self.make_plan(frequency="monthly", count=3, date_first=date(2026, 3, 31))
        self.assertEqual(
            weekly.line_ids.mapped("date"), [ON + days(7), ON + days(14), ON + days(21)]
        )
        self.assertEqual(
            fortnightly.line_ids.mapped("date"), [ON + days(7), ON + days(21), ON + days(35)]
        )
        self.assertEqual(
            monthly.line_ids.mapped("date"),
            [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)],
        )

    def test_weekends_and_holidays_of_the_company(self):
        """3 April 2026 is Good Friday, and Easter Monday is a holiday too."""
        plan = self.make_plan(
            frequency="monthly", count=1, date_first=date(2026, 4, 3), business_day="following"
        )
        self.assertEqual(plan.line_ids.date, date(2026, 4, 7))

    def test_the_weekend_is_that_of_the_country(self):
        self.company.country_id = self.env.ref("base.sa")
        plan = self.make_plan(count=1, date_first=date(2026, 4, 3), business_day="following")
        self.assertEqual(
            plan.line_ids.date, date(2026, 4, 5), "Friday and Saturday are the weekend"
        )

    def test_amount_of_each_payment_instead_of_a_number(self):
        plan = self.make_plan(method="amount", amount_each=300, date_first=date(2026, 4, 1))
        self.assertEqual(plan.line_ids.mapped("amount"), [300, 300, 300, 100])

    def test_own_dates(self):
        form = self.plan_form(frequency="custom")
        while form.line_ids:
            form.line_ids.remove(0)
        for day, amount in ((ON + days(3), 100), (ON + days(50), 900)):
            with form.line_ids.new() as line:
                line.date, line.amount = day, amount
        plan = form.save()._create_agreement()
        self.assertEqual(self.schedule(plan), [(ON + days(3), 100), (ON + days(50), 900)])

    def test_own_dates_that_do_not_add_up_are_refused_with_both_sums(self):
        form = self.plan_form(frequency="custom")
        while form.line_ids:
            form.line_ids.remove(0)
        with form.line_ids.new() as line:
            line.date, line.amount = ON + days(3), 900
        self.assertIn("900.00", form.problem)
        with self.assertRaisesRegex(UserError, r"900\.00.*1,000\.00"):
            form.save()._create_agreement()
        self.assertFalse(self.case.agreement_ids)

    def test_the_past_is_refused(self):
        with self.assertRaisesRegex(UserError, "in the past"):
            self.make_plan(date_first=ON - days(1))
        with self.assertRaisesRegex(UserError, "day in the past"):
            self.env["collection.agreement"].with_user(self.collector)._promise(
                self.case, 100, ON - days(1)
            )

    def test_slips_of_the_keyboard_are_refused(self):
        for rate in (-1, 101):
            with self.assertRaisesRegex(UserError, "between 0 and 100 percent a year"):
                self.make_plan(interest_rate=rate)
        self.assertIn("between 0 and 100", self.plan_form(interest_rate=-1).preview_html)
        Agreement = self.env["collection.agreement"].with_user(self.collector)
        with self.assertRaisesRegex(UserError, r"1,000\.01 is more than the .*1,000\.00"):
            Agreement._promise(self.case, 1000.01, ON + days(5))
        far = ON + days(400)
        with self.assertRaisesRegex(UserError, "more than 12 months away. Ask a supervisor"):
            Agreement._promise(self.case, 1000, far)
        promise = Agreement.with_user(self.supervisor)._promise(self.case, 1000, far)
        self.assertEqual((promise.state, promise.line_ids.date), ("active", far))

    def test_items_of_another_debtor_are_refused(self):
        other = self.make_case("Somebody Else")
        wizard = self.plan_form().save()
        wizard.move_line_ids += other.move_line_ids
        with self.assertRaisesRegex(UserError, "is not an open item of"):
            wizard._create_agreement()
        plan = self.make_plan()
        with self.assertRaisesRegex(ValidationError, "is not owed by"):
            plan.move_line_ids += other.move_line_ids

    def test_an_item_is_part_of_one_plan_only(self):
        first, second = self.make_plan(), self.make_plan()
        first.action_activate()
        with self.assertRaisesRegex(UserError, "already part of another agreement"):
            second.action_activate()
        self.assertEqual(
            len(self.plan_form().move_line_ids), 0, "The dialog leaves taken items out"
        )

    def test_a_plan_takes_the_place_of_a_promise(self):
        promise = self.env["collection.agreement"]._promise(self.case, 100, ON + days(2))
        self.start_plan()
        self.assertEqual(promise.state, "cancelled")

    def test_payments_that_add_up_to_something_else_cannot_be_activated(self):
        plan = self.make_plan()
        plan.line_ids[0].amount += 5
        with self.assertRaisesRegex(ValidationError, r"add up to .*1,005\.00"):
            plan.action_activate()
        self.assertEqual(plan.state, "draft")

    def test_a_currency_without_cents(self):
        jpy = self.env.ref("base.JPY")
        jpy.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": jpy.id,
                "company_id": self.company.id,
                "rate": 150,
                "name": "2026-01-01",
            }
        )
        case = self.make_case("Kyoto")
        invoice = self.make_invoice(case.partner_id, 10000, ON - days(40), currency_id=jpy.id)
        case.invalidate_recordset()
        plan = self.make_plan(case=case, currency_id=jpy, count=3, date_first=date(2026, 4, 1))
        self.assertEqual(plan.move_line_ids, self.receivable(invoice))
        self.assertEqual(plan.line_ids.mapped("amount"), [3333, 3333, 3334])


class TestSimulator(PlansCase):
    """What the debtor can afford, and what follows from it."""

    def test_income_gives_proposals_with_what_each_costs(self):
        form = self.plan_form(income=1500, commitments=1200, interest_rate=12)
        html = str(form.preview_html)
        self.assertIn("up to", html)
        self.assertIn("210.00", html, "70 % of 300.00")
        for rhythm in ("Weekly", "Every two weeks", "Monthly"):
            self.assertIn(rhythm, html)

    def test_a_plan_above_the_capacity_says_so(self):
        form = self.plan_form(income=1500, commitments=1400, count=2)
        self.assertIn("cannot afford this plan", str(form.preview_html))
        self.assertIn("500.00 is more than the", str(form.preview_html).replace("$\xa0", ""))

    def test_nothing_left_of_the_income(self):
        form = self.plan_form(income=1000, commitments=900, reserve=200)
        self.assertIn("cannot afford a plan", str(form.preview_html))
        self.assertIn("Nothing is left of the income", str(form.preview_html))

    def test_taking_a_proposal_fills_the_plan_in(self):
        form = self.plan_form(offer=250)
        form.proposal = "monthly"
        self.assertEqual((form.frequency, form.count), ("monthly", 4))
        plan = form.save()._create_agreement()
        self.assertEqual(len(plan.line_ids), 4)

    def test_what_the_debtor_told_is_kept_nowhere(self):
        wizard = self.plan_form(income=1500, commitments=1200, offer=200).save()
        wizard.action_create_draft()
        self.assertFalse(wizard.income or wizard.commitments or wizard.offer)
        kept = self.case.agreement_ids
        names = kept._fields.keys() | self.case._fields.keys()
        self.assertFalse({"income", "commitments", "reserve", "offer"} & names)

    def test_a_reader_cannot_open_the_dialog_or_see_finances(self):
        reader = self.make_user("reader")
        with self.assertRaises(AccessError):
            self.case.with_user(reader).action_plan()
        with self.assertRaises(AccessError):
            self.env["collection.plan.wizard"].with_user(reader).search([])


class TestApproval(PlansCase):
    """Beyond the limits of the company a supervisor decides."""

    def test_a_plan_within_the_limits_needs_nobody(self):
        plan = self.make_plan(count=6)
        self.assertFalse(plan.needs_approval)
        plan.action_activate()
        self.assertEqual(plan.state, "active")

    def test_too_long_a_plan_waits_for_a_supervisor(self):
        plan = self.make_plan(count=18)
        self.assertIn("months", plan.approval_reasons)
        with self.assertRaisesRegex(UserError, "approved by a supervisor"):
            plan.action_activate()
        plan.action_request_approval()
        self.assertEqual((plan.state, plan.approval_state), ("draft", "waiting"))
        self.assertEqual(plan.sudo().activity_ids.user_id, self.supervisor)
        with self.assertRaises(AccessError):
            plan.action_approve()
        plan.with_user(self.supervisor).action_approve()
        self.assertEqual(plan.approved_by_id, self.supervisor)
        self.assertTrue(plan.approved_on)
        self.assertFalse(plan.sudo().activity_ids, "The question is off all desks")
        plan.action_activate()
        self.assertEqual(plan.state, "active")

    def test_asking_sends_no_mail(self):
        before = self.env["mail.mail"].search_count([])
        self.make_plan(count=18).action_request_approval()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    def test_too_much_money(self):
        self.company.collection_plan_max_amount = 999
        self.assertIn("1,000.00", self.make_plan().approval_reasons)

    def test_too_large_a_discount(self):
        self.company.collection_settlement_max_discount = 10
        fine = self.make_plan(kind="settlement", discount_percent=10)
        self.assertFalse(fine.needs_approval)
        large = self.make_plan(kind="settlement", discount_percent=10.5)
        self.assertTrue(large.needs_approval)
        with self.assertRaisesRegex(UserError, "discount"):
            large.action_activate()

    def test_refusing_needs_a_reason_and_keeps_it(self):
        plan = self.make_plan(count=18)
        plan.action_request_approval()
        action = plan.with_user(self.supervisor).action_refuse()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.supervisor)
            .with_context(**action["context"])
            .create({"reason": "Too long"})
        )
        wizard.action_apply()
        self.assertEqual(plan.approval_state, "refused")
        self.assertIn("Too long", plan.sudo().message_ids[0].body)

    def test_changed_terms_must_be_approved_again(self):
        plan = self.make_plan(count=18)
        plan.action_request_approval()
        plan.with_user(self.supervisor).action_approve()
        plan.line_ids[0].amount -= 1
        plan.line_ids[1].amount += 1
        self.assertEqual(plan.approval_state, "none")
        with self.assertRaises(UserError):
            plan.action_activate()

    def test_nobody_approves_by_writing(self):
        plan = self.make_plan(count=18)
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            plan.approval_state = "approved"
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            plan.state = "active"


class TestFrozen(PlansCase):
    """What has been agreed stays as it is."""

    def test_terms_of_a_plan_that_holds_cannot_be_changed(self):
        plan = self.start_plan()
        for values in (
            {"date": ON + days(1)},
            {"grace_days": 30},
            {"move_line_ids": [Command.clear()]},
            {"line_ids": [Command.create({"date": ON + days(400), "amount": 5})]},
        ):
            with self.assertRaisesRegex(UserError, "stay as they are"):
                plan.write(values)
        with self.assertRaisesRegex(UserError, "stay as they are"):
            plan.line_ids[0].amount = 1
        with self.assertRaisesRegex(UserError, "stay as they are"):
            plan.line_ids[0].unlink()

    def test_what_was_paid_is_not_entered(self):
        plan = self.start_plan()
        with self.assertRaisesRegex(UserError, "read from the books"):
            plan.line_ids[0].state = "kept"

    def test_cancelling_needs_a_reason(self):
        plan = self.start_plan()
        action = plan.action_cancel()
        self.assertEqual(action["res_model"], "collection.agreement.reason")
        self.assertEqual(plan.state, "active")
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({"reason": "Lost the job"})
        )
        wizard.action_apply()
        self.assertEqual(plan.state, "cancelled")
        self.assertIn("Lost the job", plan.message_ids[0].body)


class TestFollowed(PlansCase):
    """Each line is kept, partly paid or broken by what the books say."""

    def test_payments_land_on_the_lines_in_order(self):
        plan = self.start_plan(count=4, date_first=ON + days(14))
        self.pay(self.items[0].move_id, 400, on=ON + days(5))
        self.check_books(ON + days(6))
        self.assertEqual(plan.line_ids.mapped("amount_paid"), [250, 150, 0, 0])
        self.assertEqual(plan.line_ids.mapped("state")[:2], ["kept", "pending"])
        self.assertEqual(plan.line_ids[0].date_paid, ON + days(5))
        self.assertEqual((plan.amount_paid, plan.amount_left), (400, 600))

    def test_grace_and_tolerance(self):
        plan = self.make_plan(count=2, date_first=ON + days(14))
        plan.write({"grace_days": 3, "tolerance": 1})
        plan.action_activate()
        self.pay(self.items[0].move_id, 499.50, on=ON + days(17))
        self.check_books(ON + days(18))
        self.assertEqual(plan.line_ids[0].state, "kept")
        self.assertEqual(plan.state, "active")

    def test_one_day_after_the_grace_it_is_broken(self):
        plan = self.make_plan(count=2, date_first=ON + days(14))
        plan.grace_days = 3
        plan.action_activate()
        self.check_books(ON + days(17))
        self.assertEqual(plan.state, "active")
        self.check_books(ON + days(18))
        self.assertEqual((plan.state, plan.line_ids[0].state), ("broken", "broken"))
        self.assertIn("Broken", self.case.activity_ids.mapped("summary")[0])

    def test_part_of_a_line(self):
        plan = self.start_plan(count=2, date_first=ON + days(14))
        self.pay(self.items[0].move_id, 100, on=ON + days(14))
        self.check_books(ON + days(30))
        self.assertEqual((plan.state, plan.line_ids[0].state), ("broken", "partly"))

    def test_everything_paid_keeps_the_plan(self):
        plan = self.start_plan(count=2, date_first=ON + days(14))
        self.pay(self.items.move_id, on=ON + days(3))
        self.check_books(ON + days(3))
        self.assertEqual((plan.state, plan.date_ended), ("kept", ON + days(3)))

    def test_what_was_paid_before_the_plan_does_not_count_again(self):
        self.pay(self.items[0].move_id, 100, on=ON)
        plan = self.start_plan(count=2, date_first=ON + days(14))
        self.assertEqual(plan.amount_debt, 900)
        self.check_books(ON + days(1))
        self.assertEqual(plan.amount_paid, 0)

    def test_writing_off_is_not_paying(self):
        plan = self.start_plan(count=2, date_first=ON + days(14))
        reason = self.env.ref("collections_followup.writeoff_reason_goodwill")
        reason.with_company(self.company).account_id = self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", "expense")], limit=1
        )
        self.env["collection.writeoff"]._write_off(self.case, self.items[0], reason, ON)
        self.check_books(ON + days(1))
        self.assertEqual(plan.amount_paid, 0)

    def test_a_broken_plan_raises_the_score(self):
        self.env["collection.case"]._update_scores(ON, cases=self.case)
        before = dict(self.case.score_parts)
        plan = self.start_plan(count=2, date_first=ON + days(14))
        self.check_books(ON + days(30))
        self.assertEqual(plan.state, "broken")
        self.env["collection.case"]._update_scores(ON, cases=self.case)
        self.case.invalidate_recordset()
        self.assertGreater(
            self.case.score_parts["broken_promises"], before.get("broken_promises", 0)
        )

    def test_following_up_takes_no_query_per_agreement(self):
        def many(count):
            plans = self.env["collection.agreement"]
            for number in range(count):
                case = self.make_case(f"Debtor {count}-{number}")
                plans |= self.start_plan(case=case, count=2, date_first=ON + days(14))
            self.env.flush_all()
            self.env.invalidate_all()
            return plans

        def queries():
            start = self.env.cr.sql_log_count
            self.check_books(ON + days(40))
            return self.env.cr.sql_log_count - start

        few = many(2)
        self.check_books(ON)
        spent = queries()
        self.assertEqual(set(few.mapped("state")), {"broken"})
        lot = many(8)
        self.check_books(ON)
        spent_on_lot = queries()
        self.assertEqual(set(lot.mapped("state")), {"broken"})
        self.assertLessEqual(spent_on_lot, spent)


class TestSettlement(PlansCase):
    """A discount for payment by a date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("collections_followup.writeoff_reason_settlement")
        cls.reason.with_company(cls.company).account_id = cls.env["account.account"].search(
            [("company_ids", "in", cls.company.ids), ("account_type", "=", "expense")], limit=1
        )

    def settle(self, **values):
        values = {"discount_percent": 10, "date_first": ON + days(10), **values}
        return self.start_plan(kind="settlement", **values)

    def test_it_asks_for_less(self):
        settlement = self.settle()
        self.assertEqual(self.schedule(settlement), [(ON + days(10), 900)])
        self.assertEqual((settlement.amount_discount, settlement.discount_percent), (100, 10))
        self.assertEqual(sum(self.items.mapped("amount_residual")), 1000, "Nothing is posted yet")

    def test_when_kept_supervisors_are_asked_to_write_off_the_discount(self):
        settlement = self.settle()
        self.pay(self.items.move_id, 900, on=ON + days(9))
        self.check_books(ON + days(9))
        self.assertEqual((settlement.state, settlement.discount_open), ("kept", 100))
        self.assertEqual(settlement.sudo().activity_ids.user_id, self.supervisor)
        self.engine._run(ON + days(20), self.company)
        self.case.invalidate_recordset()
        self.assertFalse(
            self.contacts(self.debtor, date=ON + days(20)), "The discount is never asked for"
        )
        with freeze_time(ON + days(20)):
            action = settlement.with_user(self.supervisor).action_write_off_discount()
            wizard = (
                self.env[action["res_model"]]
                .with_user(self.supervisor)
                .with_context(**action["context"])
                .create({})
            )
            self.assertEqual(wizard.amount, 100)
            wizard.action_apply()
        self.assertTrue(all(self.items.mapped("reconciled")))
        self.assertTrue(settlement.writeoff_id.move_id)
        self.assertFalse(settlement.sudo().activity_ids)

    def test_a_collector_cannot_write_off_above_the_limit(self):
        settlement = self.settle()
        self.pay(self.items.move_id, 900, on=ON)
        self.check_books(ON)
        action = settlement.action_write_off_discount()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({})
        )
        with self.assertRaises(AccessError):
            wizard.action_apply()

    def test_when_broken_the_full_debt_is_back(self):
        settlement = self.settle()
        self.pay(self.items[0].move_id, 200, on=ON + days(5))
        self.check_books(ON + days(20))
        self.assertEqual((settlement.state, settlement.discount_open), ("broken", 0))
        self.assertEqual(sum(self.items.mapped("amount_residual")), 800)
        self.assertFalse(
            self.env["collection.agreement"]._get_agreed_lines(self.items.ids),
            "The automatic steps take the items up again",
        )

    def test_it_must_leave_something_out(self):
        settlement = self.make_plan(kind="settlement", discount_percent=10)
        settlement.line_ids.amount = 1000
        with self.assertRaisesRegex(ValidationError, "less than what is owed"):
            settlement.action_activate()
        with self.assertRaisesRegex(UserError, "between 0 and 100"):
            self.make_plan(kind="settlement", discount_percent=100)


class TestPlanInterest(PlansCase):
    """Interest of a plan is one debit note from the first day."""

    def test_interest_is_a_part_of_the_payments_and_an_item_of_the_plan(self):
        plan = self.start_plan(count=3, interest_rate=12, date_first=date(2026, 4, 16))
        self.assertEqual(plan.line_ids.mapped("interest")[0], 10)
        self.assertEqual(sum(plan.line_ids.mapped("principal")), 1000)
        note = plan.interest_move_id
        self.assertEqual((note.state, note.amount_total), ("posted", plan.amount_interest))
        self.assertEqual(note.invoice_date_due, plan.line_ids[-1].date)
        self.assertEqual(plan.amount_debt, 1000)
        self.assertAlmostEqual(
            sum(plan.move_line_ids.mapped("amount_residual")), plan.amount_total, 2
        )
        charge = note.collection_charge_ids
        self.assertEqual((charge.kind, charge.state), ("plan_interest", "invoiced"))

    def test_paying_everything_pays_the_interest_too(self):
        plan = self.start_plan(count=3, interest_rate=12, date_first=date(2026, 4, 16))
        self.pay(plan.move_line_ids.move_id, on=ON + days(3))
        self.check_books(ON + days(3))
        self.assertEqual(plan.state, "kept")

    def test_interest_not_earned_is_credited_by_a_supervisor(self):
        plan = self.start_plan(count=3, interest_rate=12, date_first=date(2026, 4, 16))
        self.check_books(date(2026, 4, 25))
        self.assertEqual(plan.state, "broken")
        unearned = sum(plan.line_ids[1:].mapped("interest"))
        self.assertAlmostEqual(plan.interest_unearned, unearned, 2)
        with self.assertRaises(AccessError):
            plan.action_credit_interest()
        plan.with_user(self.supervisor).action_credit_interest()
        self.assertAlmostEqual(plan.interest_move_id.amount_residual, 10, 2)
        self.assertEqual(plan.interest_unearned, 0)

    # === No day twice === #
    def late_interest(self, until, plan_days=()):
        """What the law asks for the three items, without days that a plan's interest pays for."""
        return [
            float(
                late_interest(
                    Claim(Decimal(amount), ON - days(late), until, suspended=plan_days),
                    REGIMES["IT"],
                    shipped_series(),
                ).interest
            )
            for amount, late in ((500, 40), (300, 30), (200, 20))
        ]

    def accrue(self, on):
        self.env["collection.charge"]._accrue(on, self.company)
        charges = self.env["collection.charge"].search([("kind", "=", "interest")])
        return charges.sorted("date_from").mapped("amount")

    def test_days_of_a_plans_interest_bear_no_late_interest_as_well(self):
        self.policy.interest_regime_id = self.env["collection.interest.regime"].search(
            [("code", "=", "IT")]
        )
        self.policy.charge_compensation = False
        self.assertEqual(self.accrue(ON), self.late_interest(ON))
        plan = self.start_plan(count=3, interest_rate=12, date_first=date(2026, 4, 16))
        first, _second, last = plan.line_ids.mapped("date")
        later = last + days(9)
        held = self.late_interest(later, [(ON + days(1), last)])
        self.assertEqual(self.accrue(later), held, "while it holds")
        self.check_books(date(2026, 4, 25))
        self.assertEqual(plan.state, "broken")
        self.assertEqual(self.accrue(later), held, "all its interest is still invoiced")
        plan.with_user(self.supervisor).action_credit_interest()
        short = self.late_interest(later, [(ON + days(1), first)])
        self.assertEqual(self.accrue(later), short, "the first instalment's interest stays")
        self.assertTrue(all(mine > less for mine, less in zip(short, held, strict=True)))

    def test_a_plan_whose_interest_was_credited_altogether_bears_late_interest(self):
        self.policy.interest_regime_id = self.env["collection.interest.regime"].search(
            [("code", "=", "IT")]
        )
        self.policy.charge_compensation = False
        plan = self.start_plan(count=3, interest_rate=12, date_first=date(2026, 4, 16))
        plan.interest_move_id._reverse_moves(cancel=True)
        self.assertEqual(self.accrue(ON + days(60)), self.late_interest(ON + days(60)))


class TestPaymentReference(PlansCase):
    """A payment with the agreement's reference lands on its items, oldest first."""

    def test_a_bank_line_is_matched(self):
        plan = self.start_plan(count=4, date_first=ON + days(14))
        line = self.receive(f"Rate 1 {plan.reference}", 600)
        self.assertEqual(line.partner_id, self.debtor)
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.items.mapped("amount_residual"), [0, 200, 200])
        self.check_books(ON)
        self.assertEqual(plan.line_ids.mapped("amount_paid"), [250, 250, 100, 0])

    def test_a_payment_is_matched_by_its_memo(self):
        plan = self.start_plan(count=4, date_first=ON + days(14))
        payment = (
            self.env["account.payment"]
            .with_context(force_payment_move=True)
            .create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.debtor.id,
                    "amount": 500,
                    "date": ON,
                    "memo": plan.reference,
                }
            )
        )
        payment.action_post()
        self.assertEqual(self.items.mapped("amount_residual"), [0, 300, 200])

    def test_too_much_stays_on_account(self):
        plan = self.start_plan(count=2, date_first=ON + days(14))
        line = self.receive(plan.reference, 1200)
        self.assertTrue(all(self.items.mapped("reconciled")))
        receivable = self.receivable(line.move_id)
        self.assertEqual(receivable.amount_residual, -200)

    def test_a_wrong_reference_matches_nothing(self):
        plan = self.start_plan(count=2, date_first=ON + days(14))
        wrong = plan.reference[:2] + "00" + plan.reference[4:]
        line = self.receive(wrong, 500)
        self.assertFalse(line.partner_id)
        self.assertEqual(sum(self.items.mapped("amount_residual")), 1000)

    def test_a_draft_receives_nothing(self):
        plan = self.make_plan()
        line = self.receive(plan.reference, 500)
        self.assertFalse(line.is_reconciled)

    def test_another_debtors_payment_is_left_to_a_person(self):
        plan = self.start_plan(count=2, date_first=ON + days(14))
        other = self.make_debtor("Friendly Aunt")
        line = self.receive(plan.reference, 500, partner_id=other.id)
        self.assertFalse(line.is_reconciled)
