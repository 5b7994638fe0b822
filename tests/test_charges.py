"""Charges: interest by segments, suspended days, missing rates, and what is never charged."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError

from odoo.addons.collections_followup.tools.daycount import DayCount
from odoo.addons.collections_followup.tools.interest import (
    Claim,
    DatedInterest,
    Payment,
    late_interest,
)
from odoo.addons.collections_followup.tools.rates import shipped_series
from odoo.addons.collections_followup.tools.regimes import REGIMES

from .common import ON, CollectionsCase, days

#: 2026H1: 2.15 + 8 points.
RATE = Decimal("10.15")


class TestCharges(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_interest("collector")

    # === Words === #
    def accrue(self, on=ON, company=None):
        return self.env["collection.charge"]._accrue(on, company or self.company)

    def open_and_accrue(self, on=ON):
        self.follow_up(on)
        return self.charges()

    def charges(self, debtor=None, kind="interest"):
        return self.env["collection.charge"].search(
            [("partner_id", "=", (debtor or self.debtor).id), ("kind", "=", kind)], order="id"
        )

    def interest(self, amount, due, until, *payments, suspended=()):
        claim = Claim(
            Decimal(str(amount)),
            due,
            until,
            tuple(Payment(day, Decimal(str(paid))) for day, paid in payments),
            tuple(suspended),
        )
        return float(late_interest(claim, REGIMES["IT"], shipped_series()).interest)

    # === One row, kept up to date === #
    def test_interest_of_an_unpaid_invoice(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue()
        self.assertEqual(charge.amount, 8.34, "1,000 × 10.15 % × 30 / 365")
        self.assertEqual((charge.date_from, charge.date_to), (ON - days(29), ON))
        self.assertEqual((charge.state, charge.regime_id), ("accrued", self.regime))
        self.assertEqual(charge.case_id.amount_charges, 8.34)
        self.assertEqual(charge.case_id.amount_open, 1000, "charges are no part of the debt")

    def test_the_row_grows_from_day_to_day(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue()
        summary = self.accrue(ON + days(1))
        self.assertEqual((summary["created"], summary["changed"]), (0, 1))
        self.assertEqual((charge.amount, charge.date_to), (8.62, ON + days(1)))
        self.assertEqual(self.accrue(ON + days(1))["changed"], 0, "nothing to write twice")

    def test_what_somebody_else_accrued_meanwhile_is_not_accrued_twice(self):
        for _number in range(2):
            self.make_invoice(self.debtor, 1000, ON - days(30))
        model = self.env["collection.charge"].sudo()
        with patch.object(type(model), "_insert_accrued", autospec=True, return_value=0) as insert:
            self.open_and_accrue()
        rows = insert.call_args.args[1]
        self.assertEqual(model._insert_accrued(rows[:1]), 1)
        self.assertEqual(model._insert_accrued(rows), 1)
        self.assertEqual(self.charges().mapped("amount"), [8.34, 8.34])

    def test_a_new_half_year_brings_its_own_rate(self):
        self.make_invoice(self.debtor, 10000, date(2026, 6, 15))
        charge = self.open_and_accrue(date(2026, 7, 31))
        self.assertEqual(charge.amount, self.interest(10000, date(2026, 6, 15), date(2026, 7, 31)))
        self.assertEqual([s["rate"] for s in charge.explanation], ["10.15", "10.4"])
        self.assertEqual([s["days"] for s in charge.explanation], [15, 31])
        self.assertIn("15 days on", charge.explanation_text)

    def test_sets_and_single_items_agree_for_many_amounts(self):
        """Items that share a due date are computed together; the result is the same."""
        for index in range(40):
            self.make_entry(self.debtor, round(7.77 + 913.13 * index, 2), ON - days(5 + index * 11))
        self.follow_up()
        for charge in self.charges():
            line = charge.move_line_id
            wanted = self.interest(line.amount_currency, line.date_maturity, ON)
            self.assertEqual(charge.amount, wanted, line.amount_currency)

    def test_shared_calculation_equals_the_single_one(self):
        """Debts that fell due on one day share a calculation, whatever was paid on them."""
        random = Random(7)
        series = shipped_series()
        regimes = [
            regime
            for regime in REGIMES.values()
            for regime in (regime, replace(regime, day_count="30/360", rate_cap=Decimal(9)))
        ]
        for regime in regimes:
            regime = replace(regime, day_count=DayCount(regime.day_count))
            self.assertTrue(DatedInterest.suits(regime))
            for _number in range(60):
                due = date(2018, 1, 1) + days(random.randrange(2500))
                until = due + days(random.randrange(1, 600))
                left = amount = Decimal(random.randrange(1, 10**9)) / 100
                payments = []
                for _payment in range(random.randrange(4)):
                    paid = (left * random.randrange(100) / 100).quantize(Decimal("0.01"))
                    left -= paid
                    payments.append(Payment(due + days(random.randrange(-20, 700)), paid))
                early = sum(p.amount for p in payments if p.date <= due)
                late = tuple(p for p in payments if p.date > due)
                single = late_interest(Claim(amount - early, due, until, late), regime, series)
                shared = DatedInterest(due, until, regime, series)
                units = shared.units(amount, tuple(payments), Decimal("0.01"))
                self.assertEqual(units, single.interest * 100, (regime, due, until, payments))

    # === Payments === #
    def test_a_partial_payment_ends_a_segment(self):
        invoice = self.make_invoice(self.debtor, 1000, ON - days(30))
        self.pay(invoice, 400, on=ON - days(10))
        charge = self.open_and_accrue()
        self.assertEqual(
            charge.amount, self.interest(1000, ON - days(30), ON, (ON - days(10), 400))
        )
        self.assertEqual([s["base"] for s in charge.explanation], ["1000.00", "600.00"])
        self.assertEqual([s["days"] for s in charge.explanation], [20, 10])

    def test_a_payment_before_the_due_date_lowers_the_base(self):
        invoice = self.make_invoice(self.debtor, 1000, ON - days(30))
        self.pay(invoice, 400, on=ON - days(40))
        charge = self.open_and_accrue()
        self.assertEqual(charge.amount, self.interest(600, ON - days(30), ON))

    def test_interest_survives_payment_of_the_principal(self):
        invoice = self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue()
        self.pay(invoice, on=ON + days(2))
        self.follow_up(ON + days(3))
        self.assertEqual(charge.case_id.state, "closed")
        self.assertEqual(charge.state, "accrued")
        self.assertEqual(charge.amount, self.interest(1000, ON - days(30), ON + days(2)))
        self.assertEqual(charge.date_to, ON + days(2), "until the day of payment")
        self.follow_up(ON + days(9))
        self.assertEqual(charge.date_to, ON + days(2), "and no longer")

    def test_an_item_paid_late_between_two_runs_is_charged(self):
        """The debtor is known, the item fell due and was paid since the last run."""
        self.make_invoice(self.debtor, 10, ON - days(30))
        self.pay(self.make_invoice(self.debtor, 5, ON - days(3)), 1)  # the mark is above zero
        self.follow_up()
        second = self.make_invoice(self.debtor, 5000, ON)
        self.pay(second, on=ON + days(4))
        self.follow_up(ON + days(5))
        charge = self.charges().filtered(lambda c: c.source_move_id == second)
        self.assertEqual(charge.amount, self.interest(5000, ON, ON + days(4)))

    # === Days without interest === #
    def test_a_hold_suspends_days(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue()
        reason = self.env.ref("collections_followup.hold_reason_breathing_space")
        self.assertTrue(reason.stops_interest)
        self.env["collection.hold"].create(
            {
                "case_id": charge.case_id.id,
                "reason_id": reason.id,
                "date_from": ON - days(19),
                "date_to": ON - days(10),
            }
        )
        self.accrue()
        span = (ON - days(19), ON - days(10))
        self.assertEqual(charge.amount, self.interest(1000, ON - days(30), ON, suspended=[span]))
        self.assertEqual(sum(s["days"] for s in charge.explanation), 20)

    def test_a_hold_on_one_invoice_leaves_the_others(self):
        first = self.make_invoice(self.debtor, 1000, ON - days(30))
        self.make_invoice(self.debtor, 2000, ON - days(30))
        self.follow_up()
        self.env["collection.hold"].create(
            {
                "case_id": self.case_of(self.debtor).id,
                "move_ids": [Command.set(first.ids)],
                "reason_id": self.env.ref("collections_followup.hold_reason_breathing_space").id,
                "date_from": ON - days(29),
            }
        )
        self.accrue()
        amounts = {c.source_move_id.amount_total: c.amount for c in self.charges()}
        self.assertEqual(amounts, {1000: 0.0, 2000: self.interest(2000, ON - days(30), ON)})

    def test_disputes_pause_interest_where_the_policy_says_so(self):
        invoice = self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue()
        dispute = self.env["collection.dispute"]._open(
            charge.case_id, "dispute", self.receivable(invoice)
        )
        dispute.date = ON - days(9)
        self.accrue()
        self.assertEqual(charge.amount, self.interest(1000, ON - days(30), ON), "goes on")
        self.policy.interest_on_disputes = "stop"
        self.accrue()
        self.assertEqual(charge.amount, self.interest(1000, ON - days(30), ON - days(10)))
        dispute.action_reject()
        self.accrue()
        self.assertEqual(charge.amount, self.interest(1000, ON - days(30), ON), "not justified")

    def test_agreements_pause_interest_where_the_policy_says_so(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue()
        self.policy.interest_on_agreements = "stop"
        promise = self.env["collection.agreement"]._promise(charge.case_id, 1000, ON + days(5))
        self.accrue(ON + days(3))
        self.assertEqual(charge.amount, self.interest(1000, ON - days(30), ON - days(1)))
        promise.action_cancel()
        self.accrue(ON + days(3))
        self.assertEqual(charge.amount, self.interest(1000, ON - days(30), ON + days(3)))

    # === Refused === #
    def test_a_period_without_a_rate_is_refused_with_a_sentence(self):
        self.make_invoice(self.debtor, 1000, date(2026, 12, 1))
        charge = self.open_and_accrue(date(2026, 12, 31))
        before = charge.amount
        summary = self.accrue(date(2027, 1, 10))
        self.assertEqual(summary["errors"], 1)
        self.assertIn("EU_MRO", charge.error_text)
        self.assertIn("2027H1", charge.error_text)
        self.assertEqual((charge.amount, charge.date_to), (before, date(2026, 12, 31)))
        self.assertEqual(charge.case_id.charge_error, charge.error_text)
        self.env["collection.reference.rate"].create(
            {"series": "EU_MRO", "date_from": "2027-01-01", "rate": 2.65, "source": "ECB"}
        )
        self.accrue(date(2027, 1, 10))
        self.assertFalse(charge.error_text)
        self.assertEqual(charge.amount, 11.47, "30 days at 10.4 % and 10 at 10.65 %, rounded once")

    def test_an_item_that_was_never_computed_says_why(self):
        self.regime = self.env["collection.interest.regime"].search(
            [("code", "=", "PL_COMMERCIAL")]
        )
        self.policy.interest_regime_id = self.regime
        self.make_invoice(self.debtor, 1000, date(2015, 3, 1))
        charge = self.open_and_accrue()
        self.assertIn("PL_COMMERCIAL", charge.error_text)
        self.assertEqual(charge.amount, 0)

    # === Switched off === #
    def test_switched_off_by_company_debtor_country_and_policy(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        self.company.collection_interest_off = True
        self.assertFalse(self.open_and_accrue(), "company")
        self.company.collection_interest_off = False
        self.debtor.collection_interest_off = True
        self.accrue()
        self.assertFalse(self.charges(), "debtor")
        self.debtor.collection_interest_off = False
        country = self.env.ref("base.sa")
        self.debtor.country_id = country
        self.company.collection_interest_off_country_ids = country
        self.accrue()
        self.assertFalse(self.charges(), "country")
        self.company.collection_interest_off_country_ids = False
        self.policy.interest_regime_id = self.env["collection.interest.regime"].search(
            [("code", "=", "NONE")]
        )
        self.accrue()
        self.assertFalse(self.charges(), "no interest")
        self.policy.interest_regime_id = self.regime
        self.accrue()
        self.assertTrue(self.charges())

    def test_the_law_of_the_debtors_country(self):
        self.policy.write({"interest_regime_id": False, "interest_law": "debtor"})
        consumer = self.make_debtor(
            "Consumer", is_company=False, country_id=self.env.ref("base.de").id
        )
        self.make_invoice(consumer, 1000, ON - days(30))
        self.make_invoice(self.debtor, 1000, ON - days(30))
        self.debtor.country_id = self.env.ref("base.fr")
        self.follow_up()
        self.assertEqual(self.charges().regime_id.code, "FR")
        self.assertEqual(self.charges(consumer).regime_id.code, "DE_CONSUMER")
        self.assertEqual(self.charges(consumer).amount, 5.15, "1,000 × 6.27 % × 30 / 365")

    def test_what_is_left_out_of_the_follow_up_bears_no_interest(self):
        invoice = self.make_invoice(self.debtor, 1000, ON - days(30))
        self.make_invoice(self.debtor, 50, ON - days(30))
        self.receivable(invoice).no_followup = True
        self.follow_up()
        self.assertEqual(self.charges().mapped("source_move_id.amount_total"), [50])

    # === Currencies === #
    def test_interest_is_in_the_currency_of_the_debt(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": yen.id,
                "name": "2026-01-01",
                "rate": 150,
                "company_id": self.company.id,
            }
        )
        self.make_invoice(self.debtor, 1000000, ON - days(30), currency_id=yen.id)
        charge = self.open_and_accrue()
        self.assertEqual((charge.currency_id, charge.amount), (yen, 8342))
        self.assertAlmostEqual(charge.case_id.amount_charges, 55.61)

    # === Compensation and fees === #
    def test_fixed_compensation_once_for_each_late_item(self):
        self.policy.charge_compensation = True
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": eur.id,
                "name": "2025-01-01",
                "rate": 0.8,
                "company_id": self.company.id,
            }
        )
        self.make_invoice(self.debtor, 1000, ON - days(30), currency_id=eur.id)
        self.make_invoice(self.debtor, 1000, ON - days(30))
        self.make_invoice(self.debtor, 1000, ON + days(30))
        self.follow_up()
        found = self.charges(kind="compensation")
        self.assertEqual(
            sorted((c.currency_id.name, c.amount) for c in found), [("EUR", 40), ("USD", 50)]
        )
        self.accrue(ON + days(1))
        self.assertEqual(self.charges(kind="compensation"), found, "not twice")

    def test_compensation_without_an_exchange_rate_says_so(self):
        self.policy.charge_compensation = True
        self.env["res.currency.rate"].search(
            [("currency_id", "=", self.env.ref("base.EUR").id)]
        ).unlink()
        self.make_invoice(self.debtor, 1000, ON - days(30))
        self.follow_up()
        charge = self.charges(kind="compensation")
        self.assertIn("exchange rate between USD and EUR", charge.error_text)
        self.env.ref("base.EUR").active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.env.ref("base.EUR").id,
                "name": "2025-01-01",
                "rate": 0.8,
                "company_id": self.company.id,
            }
        )
        self.accrue()
        self.assertEqual((charge.amount, charge.error_text), (50, False))

    def test_a_late_fee_once_when_a_contact_has_arrived(self):
        self.policy.stage_ids.late_fee = 12
        self.make_invoice(self.debtor, 1000, ON - days(30))
        self.make_invoice(self.debtor, 500, ON - days(20))
        self.follow_up()
        self.assertFalse(self.charges(kind="late_fee"), "proposed only")
        self.release(self.run_of(), self.make_user("supervisor"))
        self.arrive(self.contacts(self.debtor))
        self.accrue()
        fee = self.charges(kind="late_fee")
        self.assertEqual((fee.amount, fee.stage_id.name), (12, "Reminder"))
        self.accrue(ON + days(1))
        self.assertEqual(self.charges(kind="late_fee"), fee)

    def test_a_fee_by_hand(self):
        invoice = self.make_invoice(self.debtor, 1000, ON - days(30))
        self.follow_up()
        case = self.case_of(self.debtor)
        Charge = self.env["collection.charge"].with_user(self.collector)
        fee = Charge._add_fee(
            case, "returned_payment_fee", 7.5, on=ON, line=self.receivable(invoice), note="Bank fee"
        )
        self.assertEqual((fee.state, fee.amount, fee.currency_id), ("accrued", 7.5, self.usd))
        with self.assertRaisesRegex(UserError, "above zero"):
            Charge._add_fee(case, "other", 0, on=ON)
        with self.assertRaisesRegex(UserError, "computed, not entered"):
            Charge._add_fee(case, "interest", 5, on=ON)

    # === Rights === #
    def test_people_do_not_change_charges(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue().with_user(self.collector)
        self.assertEqual(charge.amount, 8.34)
        with self.assertRaisesRegex(UserError, "Waive the charge"):
            charge.amount = 1
        with self.assertRaises(UserError):
            charge.unlink()

    def test_cases_of_others_and_other_companies_stay_hidden(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        charge = self.open_and_accrue()
        charge.case_id.user_id = self.make_user("supervisor")
        self.assertFalse(charge.with_user(self.collector).search([("id", "=", charge.id)]))
        other = self.make_company("Other Creditor")
        stranger = charge.with_user(self.make_user("manager", company=other)).with_company(other)
        alone = stranger.with_context(allowed_company_ids=other.ids)
        self.assertFalse(alone.search([("id", "=", charge.id)]))

    # === Notices === #
    def test_notices_state_charges_when_the_policy_says_so(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        self.follow_up()
        log = self.contacts(self.debtor)
        self.assertNotIn("Charges for late payment", log.notice_items)
        self.policy.show_charges = True
        log.invalidate_recordset()
        self.assertIn("Charges for late payment", log.notice_items)
        self.assertIn("$\xa08.34", log.notice_items)
        self.assertIn("10.15 %", log.notice_items)
        self.assertEqual(log.amount_text, "$\xa01,000.00", "asked for: the debt alone")
        letter = log.with_context(collection_letter=True)
        letter.invalidate_recordset(["notice_items"])
        self.assertIn("Open items and charges together", letter.notice_items)

    def test_the_nightly_job_accrues_in_a_commit_of_its_own(self):
        self.make_invoice(self.debtor, 1000, ON - days(30))
        with freeze_time(ON), self.enter_registry_test_mode():
            self.env.ref("collections_followup.ir_cron_follow_up").method_direct_trigger()
        self.assertEqual(self.charges().amount, 8.34)
