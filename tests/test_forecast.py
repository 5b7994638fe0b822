"""Expected receipts by week: what is open is shared out to the cent, from what the books and the
agreements knew on the day, and no later."""

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.collections_followup.tools.forecast import week_ends

from .common import ON, CollectionsCase, days

WEEKS = 6
ENDS = week_ends(ON, WEEKS)


class ForecastCase(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, collection_on=ON))
        cls.company = cls.company.with_env(cls.env)
        cls.reader = cls.make_user("reader")
        cls.make_policy(("Reminder", 5, "call"))

    def rows(self, on=ON, user=None):
        """{(debtor, week, kind): amount in its currency}"""
        self.env.flush_all()
        feed = self.env["collection.forecast.feed"].with_user(user or self.reader)
        found = defaultdict(Decimal)
        for key, amounts in feed._get_rows(on, week_ends(on, WEEKS), self.company).items():
            _company, partner, _currency, week, kind = key
            found[self.env["res.partner"].browse(partner), week, kind] += amounts[0]
        return {key: amount for key, amount in found.items() if amount}

    def by_kind(self, debtor, on=ON):
        found = defaultdict(Decimal)
        for (partner, _week, kind), amount in self.rows(on).items():
            if partner == debtor:
                found[kind] += amount
        return dict(found)

    def show(self, user=None, **values):
        """The dialog, as a user fills it in; the lines it shows."""
        dialog = (
            self.env["collection.forecast"]
            .with_user(user or self.reader)
            .create({"date": ON, "week_count": WEEKS, **values})
        )
        action = dialog.action_show()
        Line = self.env[action["res_model"]].with_user(user or self.reader)
        return Line.search(action["domain"])

    def promise(self, debtor, amount, day, lines):
        case = self.case_of(debtor)
        return self.env["collection.agreement"]._promise(case, amount, day, lines)


@tagged("post_install", "-at_install")
class TestWhatIsExpected(ForecastCase):
    def test_a_debtor_who_always_pays_a_week_late_is_expected_a_week_late(self):
        debtor = self.make_debtor()
        for number in range(1, 9):
            due = ON - days(10 * number + 20)
            self.pay(
                self.make_invoice(debtor, 50, due, invoice_date=due - days(30)), on=due + days(7)
            )
        self.make_invoice(debtor, 1000, ON + days(1), invoice_date=ON - days(29))
        rows = self.rows()
        second = rows[debtor, 1, "habit"]
        self.assertEqual(max(rows.values()), second)
        self.assertGreater(second, 400)

    def test_what_a_debtor_agreed_to_pay_is_expected_when_it_was_agreed(self):
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 1000, ON - days(10))
        self.follow_up()
        self.promise(debtor, 600, ON + days(9), self.receivable(invoice))
        rows = self.rows()
        self.assertEqual(rows[debtor, 1, "promise"], 300, "Nobody's promises are known: half")
        self.assertEqual(sum(self.by_kind(debtor).values()), 1000)

    def test_who_broke_promises_is_trusted_less(self):
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 1000, ON - days(40))
        self.follow_up(ON - days(30))
        with self.env.cr.savepoint():
            early = self.env["collection.agreement"].with_context(collection_on=ON - days(30))
            case = self.case_of(debtor).with_context(collection_on=ON - days(30))
            broken = early._promise(case, 500, ON - days(20), self.receivable(invoice))
            self.follow_up(ON)
            self.assertEqual(broken.line_ids.state, "broken")
        self.promise(debtor, 1000, ON + days(2), self.receivable(invoice))
        self.assertLess(self.by_kind(debtor)["promise"], 400)

    def test_what_is_disputed_is_in_no_week(self):
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 100, ON - days(10))
        self.follow_up()
        self.env["collection.dispute"].create(
            {
                "case_id": self.case_of(debtor).id,
                "currency_id": self.usd.id,
                "amount_disputed": 70,
                "move_line_ids": [Command.set(self.receivable(invoice).ids)],
            }
        )
        found = self.by_kind(debtor)
        self.assertEqual(found["disputed"], 70)
        self.assertEqual(found["habit"] + found["later"], 30)

    def test_what_is_on_hold_is_expected_after_the_hold(self):
        debtor = self.make_debtor()
        self.make_invoice(debtor, 100, ON - days(10))
        self.follow_up()
        self.env["collection.hold"].create(
            {
                "case_id": self.case_of(debtor).id,
                "reason_id": self.env["collection.hold.reason"].search([], limit=1).id,
                "date_from": ON,
                "date_to": ENDS[2],
            }
        )
        weeks = [week for (_partner, week, kind) in self.rows() if kind == "habit"]
        self.assertEqual(min(weeks), 3)

    def test_credits_settle_the_oldest_debts_first(self):
        debtor = self.make_debtor()
        self.make_invoice(debtor, 100, ON - days(10))
        self.make_invoice(debtor, 100, ON + days(300))
        self.make_credit_note(debtor, 120)
        found = self.by_kind(debtor)
        self.assertNotIn("credit", found)
        self.assertGreater(found["later"], 70, "What is left is due next year")

    def test_credits_above_the_debts_are_shown_as_such(self):
        debtor = self.make_debtor()
        self.make_invoice(debtor, 100, ON)
        self.make_credit_note(debtor, 130)
        self.assertEqual(self.by_kind(debtor), {"credit": -30})


@tagged("post_install", "-at_install")
class TestToTheCent(ForecastCase):
    def test_all_lines_are_the_receivable_accounts_whatever_the_history(self):
        chance = random.Random(3)
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "name": ON - days(90),
                    "rate": 0.9173,
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                },
                {
                    "name": ON - days(20),
                    "rate": 0.8811,
                    "currency_id": euro.id,
                    "company_id": self.company.id,
                },
            ]
        )
        debtors = [self.make_debtor(f"D{number}") for number in range(3)]
        for _number in range(14):
            debtor, due = chance.choice(debtors), ON + days(chance.randint(-80, 60))
            amount = round(chance.uniform(1, 999), 2)
            currency = chance.choice([self.usd, euro])
            date = min(due, ON) - days(chance.randint(0, 9))
            make = self.make_credit_note if chance.random() < 0.25 else self.make_invoice
            move = make(debtor, amount, due, currency_id=currency.id, invoice_date=date)
            if chance.random() < 0.5 and move.move_type == "out_invoice":
                part = chance.choice([amount, round(amount / 3, 2)])
                self.pay(move, part, on=min(ON, date + days(chance.randint(0, 40))))
        for on in (ON, ON - days(25), ON - days(70)):
            ledger = self.env["collection.ageing"]._get_ledger(on, self.company)
            rows = self.env["collection.forecast.feed"]._get_rows(
                on, week_ends(on, WEEKS), self.company
            )
            total = sum((amounts[1] for amounts in rows.values()), Decimal(0))
            self.assertEqual(total, Decimal(str(round(ledger.get(self.company.id, 0), 2))), on)
            for (*_who, kind), amounts in rows.items():
                if kind != "credit":
                    self.assertGreater(amounts[0], 0)

    def test_a_past_day_is_forecast_as_if_it_were_today(self):
        """What came later changes nothing."""
        debtor = self.make_debtor()
        paid = self.make_invoice(debtor, 80, ON - days(60), invoice_date=ON - days(90))
        self.pay(paid, on=ON - days(50))
        invoice = self.make_invoice(debtor, 500, ON - days(20), invoice_date=ON - days(50))
        on = ON - days(25)
        before = self.rows(on)
        self.pay(invoice, on=ON - days(18))
        self.make_invoice(debtor, 900, ON - days(10), invoice_date=ON - days(20))
        self.assertEqual(self.rows(on), before)

    def test_an_instalment_paid_in_part_later_was_whole_before(self):
        """And what had come of it by then is not expected again."""
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 500, ON - days(60), invoice_date=ON - days(90))
        self.follow_up(ON - days(40))
        early = self.env["collection.agreement"].with_context(collection_on=ON - days(40))
        case = self.case_of(debtor).with_context(collection_on=ON - days(40))
        agreement = early._promise(case, 300, ON - days(10), self.receivable(invoice))
        for day, amount in ((ON - days(30), 100), (ON - days(20), 50)):
            self.pay(invoice, amount, on=day)
        self.env["collection.agreement"]._follow_up(ON - days(15), self.company)
        self.assertEqual(agreement.line_ids.amount_paid, 150)
        feed = self.env["collection.forecast.feed"].with_user(self.reader)
        agreed = [
            [row[1] for row in feed._get_agreed(on, self.receivable(invoice).ids)]
            for on in (ON - days(35), ON - days(25), ON - days(15))
        ]
        self.assertEqual(agreed, [[300], [200], [150]])

    def test_a_past_forecast_stands_beside_what_came_in(self):
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 500, ON - days(30), invoice_date=ON - days(60))
        self.pay(invoice, 200, on=ON - days(20))
        on = ON - days(28)
        lines = self.show(date=on)
        week = (ON - days(20)) - timedelta(days=(ON - days(20)).weekday())
        self.assertEqual(
            [(line.date, line.amount_received) for line in lines if line.amount_received],
            [(week, 200)],
        )
        self.assertAlmostEqual(sum(lines.mapped("amount")), 500)


@tagged("post_install", "-at_install")
class TestScreen(ForecastCase):
    def test_a_line_opens_the_items_it_is_expected_of(self):
        debtor, other = self.make_debtor("One"), self.make_debtor("Other")
        invoice = self.make_invoice(debtor, 100, ON)
        self.make_invoice(other, 100, ON)
        line = self.show().filtered(lambda line: line.partner_id == debtor)[0]
        action = line.action_open_items()
        Ageing = self.env[action["res_model"]].with_context(**action["context"])
        self.assertEqual(Ageing.search(action["domain"]).move_id, invoice)

    def test_weeks_begin_on_mondays(self):
        self.make_invoice(self.make_debtor(), 100, ON + days(3))
        weeks = {line.date for line in self.show() if line.date}
        self.assertLessEqual(weeks, {ON + days(7 * number) for number in range(WEEKS)})

    def test_nonsense_is_refused(self):
        for values, message in (
            ({"week_count": 0}, "1 to 52"),
            ({"week_count": 53}, "1 to 52"),
            ({"date": ON + days(1)}, "not known yet"),
            ({"company_ids": [Command.clear()]}, "at least one company"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.show(**values)

    def test_nothing_open_is_an_empty_screen(self):
        self.assertFalse(self.show())

    def test_collectors_see_what_their_own_and_unassigned_debtors_will_pay(self):
        collector = self.make_user("collector")
        mine, theirs, free = (self.make_debtor(name) for name in ("Mine", "Theirs", "Free"))
        for debtor in (mine, theirs, free):
            self.make_invoice(debtor, 100, ON - days(9))
        self.follow_up()
        self.case_of(mine).user_id = collector
        self.case_of(theirs).user_id = self.make_user("supervisor")
        self.assertEqual(self.show(collector).partner_id, mine | free)
        self.assertEqual(self.show().partner_id, mine | theirs | free)

    def test_others_do_not_see_my_forecast_and_strangers_make_none(self):
        self.make_invoice(self.make_debtor(), 100, ON)
        lines = self.show()
        self.assertTrue(lines)
        Line = self.env["collection.forecast.line"].with_user(self.make_user("collector"))
        self.assertFalse(Line.search([]))
        stranger = self.env["res.users"].create({"name": "S", "login": "stranger"})
        with self.assertRaises(AccessError):
            self.show(stranger, company_ids=False)

    def test_other_companies_are_out_of_sight(self):
        other = self.make_company("Southwind")
        self.make_invoice(self.make_debtor(), 10, ON, company=other)
        self.assertFalse(self.show())

    def test_the_number_of_queries_does_not_grow_with_the_debtors(self):
        counts = []
        for lot in (2, 8):
            for number in range(lot):
                self.make_entry(self.make_debtor(f"D{lot}{number}"), 10, ON - days(number))
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["collection.forecast.feed"]._get_rows(ON, ENDS, self.company)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])
