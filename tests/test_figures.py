"""Figures of a collections department: reckoned from the books, again from a made-up history by
simple means, and from the records that each part of a figure opens."""

import random
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ON, days
from .history import HistoryCase

#: Numbers of a part that are the sum of a field of its records, not their count.
SUMS = {
    "receivables": "residual",
    "opening": "residual",
    "current": "residual",
    "overdue": "residual",
    "sales": "balance",
    "collected": "balance",
    "debts": "amount_before",
    "rolled": "amount_after",
    "placed": "amount_before",
    "targets": "cost",
    "sales_back": "balance",
}


@tagged("post_install", "-at_install")
class TestFiguresOfTheBooks(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_history()

    def test_days_sales_outstanding(self):
        for first, last in self.periods():
            figures, length = self.figures(first, last), (last - first).days + 1
            sold, owed = self.sold(first, last), self.owed(last)
            dso = owed / sold * length if sold else None
            best = self.owed(last, 0) / sold * length if sold else None
            self.assertFigure(figures["dso"], dso)
            self.assertFigure(figures["bpdso"], best)
            self.assertFigure(figures["add"], dso - best if sold else None)

    def test_countback(self):
        for last in (ON, date(2026, 2, 28), date(2026, 1, 10)):
            rest, day_count, day = self.owed(last), 0, last
            while rest > 0 and day > date(2025, 1, 1):
                first = day.replace(day=1)
                sold, length = self.sold(first, day), (day - first).days + 1
                day_count += min(rest / sold, 1) * length if sold else length
                rest, day = rest - sold, first - days(1)
            figures = self.figures(last.replace(day=1), last)
            self.assertFigure(figures["dso_countback"], day_count if rest <= 0 else None)

    def test_mean_days_late(self):
        for first, last in self.periods():
            settled = [s for s in self.sales if s.settled() and first <= s.settled() <= last]
            late = [max(0, (s.settled() - s.due).days) for s in settled]
            figures = self.figures(first, last)
            self.assertFigure(figures["days_late"], sum(late) / len(late) if late else None)
            weighted = sum(d * s.amount for d, s in zip(late, settled, strict=True))
            total = sum(s.amount for s in settled)
            self.assertFigure(figures["days_late_weighted"], weighted / total if total else None)

    def test_collection_effectiveness_index(self):
        for first, last, months in (
            (date(2026, 2, 1), date(2026, 2, 28), 1),
            (date(2026, 1, 1), date(2026, 3, 16), 2),
            (date(2025, 12, 1), date(2026, 2, 28), 3),
        ):
            start = self.owed(first - days(1)) + self.sold(first, last) / months
            below = start - self.owed(last, 0)
            cei = (start - self.owed(last)) / below * 100 if below else None
            self.assertFigure(self.figures(first, last)["cei"], cei)

    def test_roll_rates(self):
        before = date(2026, 2, 16)
        figures = self.figures(ON - days(30), ON)
        for bucket in range(5):
            there = [s for s in self.sales if s.open(before) and s.bucket(before) == bucket]
            owed = sum(s.open(before) for s in there)
            moved = sum(s.open(ON) for s in there if s.bucket(ON) == bucket + 1)
            self.assertFigure(figures[f"roll:{bucket}"], 100 * moved / owed if owed else None)

    def test_recovery_rate(self):
        for first, last in self.periods():
            before = first - days(1)
            late = [s for s in self.sales if s.open(before) and s.bucket(before)]
            placed = sum(s.open(before) for s in late)
            came = sum(s.open(before) - s.open(last) for s in late)
            figures = self.figures(first, last)
            self.assertFigure(figures["recovery"], 100 * came / placed if placed else None)

    def test_cost_and_target(self):
        Target = self.env["collection.target"].with_user(self.supervisor)
        Target.create({"date": date(2026, 2, 9), "amount": 1000, "cost": 56})
        Target.create({"date": date(2026, 3, 1), "amount": 3100, "cost": 31})
        first = date(2026, 2, 1)
        figures, came = self.figures(first, ON), self.received(first, ON)
        self.assertTrue(came)
        # Of March, 16 days of 31 are in the period.
        self.assertFigure(figures["cost"], (56 + 16) / came * 100)
        self.assertFigure(figures["target"], came / (1000 + 1600) * 100)

    def test_the_team_s_target_counts_instead_of_the_sum(self):
        Target = self.env["collection.target"].with_user(self.supervisor)
        for user, amount in ((self.collector, 100), (self.supervisor, 200), (None, 500)):
            Target.create({"user_id": user and user.id, "amount": amount})
        self.assertEqual(self.dashboard()["money"][-1]["target"], 500)
        own = self.dashboard(user_id=self.collector.id)
        self.assertEqual(own["money"][-1]["target"], 100)

    def test_every_part_opens_the_records_it_counts(self):
        Target = self.env["collection.target"].with_user(self.supervisor)
        Target.create({"date": date(2026, 2, 1), "amount": 1000, "cost": 56})
        period = {"period": "custom", "date_from": "2026-02-01", "date_to": "2026-02-28"}
        checked = set()
        for figure in self.figures(date(2026, 2, 1), date(2026, 2, 28)).values():
            for part in figure["parts"]:
                name = part["records"] and part["records"].partition(":")[0]
                if not name or part["name"].partition(":")[0] != name:
                    continue
                found = self.listed(part["records"], **period)
                if name in SUMS:
                    total = abs(sum(found.mapped(SUMS[name])))
                    self.assertAlmostEqual(total, part["value"], msg=part["records"])
                else:
                    self.assertEqual(len(found), part["value"], part["records"])
                checked.add(name)
        self.assertGreater(checked, {*SUMS, "paid_items"} - {"targets"})

    def test_each_figure_says_what_it_is(self):
        for code, figure in self.figures(date(2026, 2, 1), ON).items():
            self.assertTrue(figure["name"] and figure["definition"], code)
            self.assertTrue(figure["parts"], code)
            for part in figure["parts"]:
                self.assertTrue(part["label"], part)

    def test_the_number_of_queries_does_not_depend_on_the_debtors(self):
        period = {"period": "custom", "date_from": "2026-02-01", "date_to": "2026-03-16"}
        Figures = self.env["collection.figures"].with_user(self.reader)
        Dashboard = self.env["collection.dashboard"].with_user(self.reader)
        counts = []
        for number in range(2):
            Figures.get_figures(period)
            Dashboard.get_data(period)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Figures.get_figures(period)
            middle = self.env.cr.sql_log_count
            Dashboard.get_data(period)
            counts.append((middle - before, self.env.cr.sql_log_count - middle))
            if not number:
                for letter in "EFGHI":
                    self.sell(self.make_debtor(letter), 50, ON - days(60), ON - days(45))
                self.env.flush_all()
        self.assertEqual(counts[0], counts[1])
        self.assertLess(max(counts[0]), 90)

    # === Words of these tests === #
    def periods(self):
        chance = random.Random(5)
        yield date(2026, 2, 1), date(2026, 2, 28)
        for _number in range(3):
            last = ON - days(chance.randint(0, 60))
            yield last - timedelta(days=chance.randint(0, 80)), last

    def assertFigure(self, figure, expected):
        if expected is None:
            self.assertIsNone(figure["value"], figure["code"])
        else:
            self.assertAlmostEqual(figure["value"], expected, 6, figure["code"])


@tagged("post_install", "-at_install")
class TestOddThingsInTheBooks(HistoryCase):
    def test_nothing_yet(self):
        for code, figure in self.figures(ON - days(30), ON).items():
            self.assertIn(figure["value"], (None, 0), code)
        data = self.dashboard()
        self.assertEqual(data["trend"], [])
        self.assertEqual([tile["value"] for tile in data["tiles"]], [0, 0, None, None, 0, None])

    def test_credit_notes_lower_the_sales(self):
        debtor = self.make_debtor()
        self.make_invoice(debtor, 100, ON, invoice_date=ON - days(5))
        self.make_credit_note(debtor, 30, invoice_date=ON - days(4))
        figures = self.figures(ON - days(9), ON)
        self.assertEqual(self.part(figures["dso"], "sales"), 70)
        self.assertEqual(self.part(figures["dso"], "receivables"), 70)

    def test_an_invoice_that_was_only_credited_was_not_paid(self):
        debtor = self.make_debtor()
        invoice = self.make_invoice(debtor, 100, ON - days(20), invoice_date=ON - days(30))
        refund = self.make_credit_note(debtor, 100, invoice_date=ON - days(2))
        self.receivable(invoice + refund).reconcile()
        self.assertIsNone(self.figures(ON - days(9), ON)["days_late"]["value"])

    def test_money_that_was_paid_back(self):
        invoice = self.make_invoice(self.make_debtor(), 100, ON, invoice_date=ON - days(9))
        payment = self.pay(invoice, 100, ON - days(5))
        self.assertEqual(self.part(self.figures(ON - days(9), ON)["target"], "collected"), 100)
        reversal = payment.move_id._reverse_moves([{"date": ON - days(1)}], cancel=True)
        self.assertEqual(reversal.journal_id, payment.journal_id)
        self.assertEqual(self.part(self.figures(ON - days(9), ON)["target"], "collected"), 0)

    def test_an_item_that_jumps_over_an_age_is_not_in_the_rate(self):
        """Thirty days late at the end of February is 61 days late at the end of March."""
        last = date(2026, 2, 28)
        self.sell(self.make_debtor(), 100, last - days(40), last - days(30))
        march = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        figures = self.figures(date(2026, 3, 1), date(2026, 3, 31))
        self.assertEqual(self.part(figures["roll:1"], "debts:1"), 100)
        self.assertEqual(figures["roll:1"]["value"], 0)
        jumped = self.listed("debts:1", period="custom", **march)
        self.assertEqual((jumped.bucket_before, jumped.bucket_after), ("1", "3"))

    def test_credits_do_not_roll(self):
        debtor = self.make_debtor()
        self.sell(debtor, 100, ON - days(60), ON - days(40))
        self.make_credit_note(debtor, 60, ON - days(40), invoice_date=ON - days(60))
        figures = self.figures(ON - days(30), ON)
        self.assertEqual(self.part(figures["roll:1"], "debts:1"), 100)
        self.assertEqual(figures["roll:1"]["value"], 100)

    def test_companies_with_different_currencies(self):
        other = self.make_company("Southwind")
        other.currency_id = self.env.ref("base.EUR")
        self.env["res.currency.rate"].create(
            {
                "currency_id": other.currency_id.id,
                "company_id": self.company.id,
                "name": ON - days(100),
                "company_rate": 0.5,
            }
        )
        self.env.ref("base.EUR").active = True
        self.make_invoice(self.make_debtor("Here"), 100, ON, invoice_date=ON)
        self.make_invoice(self.make_debtor("There"), 100, ON, company=other, invoice_date=ON)
        both = self.company + other
        reader = self.make_user("reader", login="both")
        reader.company_ids = both
        Figures = self.env["collection.figures"].with_user(reader)
        Figures = Figures.with_context(allowed_company_ids=both.ids)
        found = Figures.get_figures({"period": "this_month"})
        self.assertEqual(found["currency_id"], self.usd.id)
        rate = other.currency_id._convert(100, self.usd, other, ON)
        self.assertAlmostEqual(found["figures"][0]["parts"][0]["value"], 100 + rate)
        alone = Figures.get_figures({"period": "this_month", "company_ids": other.ids})
        self.assertEqual(alone["currency_id"], other.currency_id.id)
        self.assertAlmostEqual(alone["figures"][0]["parts"][0]["value"], 100)

    def part(self, figure, name):
        return next(part["value"] for part in figure["parts"] if part["name"] == name)


@tagged("post_install", "-at_install")
class TestFiguresOfWork(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(("Reminder", 5, "call"))
        cls.debtor, cls.other = cls.make_debtor("Acme"), cls.make_debtor("Brook")
        for debtor in (cls.debtor, cls.other):
            cls.make_invoice(debtor, 1000, ON - days(40), invoice_date=ON - days(70))
        cls.engine._run(ON, companies=cls.company)
        cls.case = cls.env["collection.case"].search([("partner_id", "=", cls.debtor.id)])
        cls.case.user_id = cls.collector
        cls.env["collection.case"].search(
            [("partner_id", "=", cls.other.id)]
        ).user_id = cls.supervisor

    @classmethod
    def promise(cls, made, due, amount, paid=None):
        case = cls.case.with_context(collection_on=made)
        lines = cls.case._get_debts()[:1]
        Agreement = cls.env["collection.agreement"].with_context(collection_on=made)
        promise = Agreement.with_user(cls.collector)._promise(
            case.with_user(cls.collector), amount, due, lines.with_user(cls.collector)
        )
        if paid:
            cls.pay(lines.move_id, amount, paid)
            Agreement._follow_up(max(paid, due) + days(9), cls.company)
        return promise

    def call(self, outcome, user=None, hour=9, **values):
        outcome = self.env.ref(f"collections_followup.outcome_{outcome}")
        log = {
            "case_id": self.case.id,
            "company_id": self.company.id,
            "currency_id": self.usd.id,
            "channel": "call",
            "date": ON,
            "moment": f"{ON} {hour:02}:10:00",
            "outcome_id": outcome.id,
            "right_party": outcome.right_party,
            "user_id": (user or self.collector).id,
            **values,
        }
        self.env["collection.contact.log"].with_user(user or self.collector).create(log)

    def test_promises(self):
        self.promise(ON - days(30), ON - days(20), 100, paid=ON - days(20))
        self.promise(ON - days(19), ON - days(15), 300, paid=ON - days(14))
        cancelled = self.promise(ON - days(12), ON - days(5), 50)
        cancelled.with_user(self.collector).action_cancel()
        self.promise(ON - days(3), ON + days(3), 200)
        figures = self.figures(ON - days(60), ON)
        self.assertEqual(figures["promises_made"]["value"], 4)
        self.assertEqual(figures["promises_made"]["parts"][1]["value"], 650)
        # One came on its day; one a day late, which the grace forgives and the figure does not;
        # one is cancelled and one is not due yet.
        self.assertEqual(figures["kept_number"]["value"], 50)
        self.assertEqual(figures["kept_amount"]["value"], 25)
        for name, count in (("promises_made", 4), ("promises_due", 2), ("promises_kept", 1)):
            self.assertEqual(len(self.listed(name)), count, name)

    def test_a_promise_for_today_counts_when_it_is_kept(self):
        self.promise(ON - days(3), ON, 100)
        self.assertIsNone(self.figures(ON - days(9), ON)["kept_number"]["value"])
        self.pay(self.case._get_debts()[:1].move_id, 100, ON)
        self.env["collection.agreement"]._follow_up(ON, self.company)
        self.assertEqual(self.figures(ON - days(9), ON)["kept_number"]["value"], 100)

    def test_right_party_rate_of_those_reached_or_of_all_calls(self):
        for outcome in ("right_party_promise", "refuses", "wrong_number", "no_answer", "busy"):
            self.call(outcome)
        figures = self.figures(ON, ON)
        self.assertAlmostEqual(figures["right_party"]["value"], 200 / 3)
        self.assertEqual(figures["promise_rate"]["value"], 50)
        manager = self.make_user("manager")
        self.company.with_user(manager).collection_right_party_base = "calls"
        self.assertEqual(self.figures(ON, ON)["right_party"]["value"], 40)
        self.assertEqual(len(self.listed("calls", period="this_month")), 5)
        self.assertEqual(len(self.listed("reached", period="this_month")), 3)

    def test_contacts_per_collector_and_hour(self):
        for hour in (9, 9, 9, 10):
            self.call("no_answer", hour=hour)
        self.call("no_answer", user=self.supervisor, hour=9)
        figures = self.figures(ON, ON)
        self.assertAlmostEqual(figures["contacts_hour"]["value"], 5 / 3)
        own = self.figures(ON, ON, user_id=self.collector.id)
        self.assertAlmostEqual(own["contacts_hour"]["value"], 2)
        work = {row["user_id"]: row for row in self.dashboard()["work"]}
        self.assertEqual(work[self.collector.id]["contacts"], 4)
        self.assertEqual(len(self.listed(f"work:{self.collector.id}")), 4)

    def test_contacts_of_the_machine_are_nobody_s_work(self):
        self.assertEqual(self.figures(ON, ON)["contacts_hour"]["value"], None)

    def test_time_to_resolve_disputes(self):
        Dispute = self.env["collection.dispute"].with_user(self.collector)
        for raised, resolved in ((10, 0), (4, 0), (30, None), (9, None)):
            dispute = Dispute.with_context(collection_on=ON - days(raised))._open(
                self.case.with_context(collection_on=ON - days(raised)),
                "dispute",
                self.case._get_debts()[:1],
            )
            if resolved is not None:
                dispute.with_context(collection_on=ON - days(resolved)).action_reject()
        self.assertEqual(self.figures(ON - days(20), ON)["dispute_days"]["value"], 7)
        ages = self.dashboard()["disputes"]
        self.assertEqual([row["value"] for row in ages], [0, 1, 1, 0])
        for row in ages:
            self.assertEqual(len(self.listed(row["records"])), row["value"])

    def test_promises_of_the_week(self):
        self.promise(ON - days(1), ON + days(2), 400)
        days_of_week = self.dashboard()["promises"]
        self.assertEqual(len(days_of_week), 8)
        self.assertEqual([row["value"] for row in days_of_week], [0, 0, 0, 400, 0, 0, 0, 0])
        self.assertEqual(self.listed(days_of_week[3]["records"]).amount, 400)

    def test_a_promise_that_did_not_come_stands_before_the_week(self):
        self.promise(ON - days(9), ON - days(2), 400)
        before = self.dashboard()["promises"][0]
        self.assertEqual((before["value"], before["records"]), (400, "promised_before"))
        self.assertEqual(self.listed("promised_before").amount, 400)


@tagged("post_install", "-at_install")
class TestWhoSeesWhichFigures(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(("Reminder", 5, "call"))
        debtors = cls.mine, cls.theirs, cls.free = [
            cls.make_debtor(name) for name in ("Mine", "Theirs", "Free")
        ]
        for debtor, amount in zip(debtors, (100, 20, 3), strict=True):
            cls.sell(debtor, amount, ON - days(50), ON - days(20))
        cls.sell(cls.mine, 400, ON - days(80), ON - days(60), (ON - days(10), 400))
        cls.engine._run(ON, companies=cls.company)
        cases = cls.env["collection.case"].search([("company_id", "=", cls.company.id)])
        by_debtor = {case.partner_id: case for case in cases}
        by_debtor[cls.mine].user_id = cls.collector
        by_debtor[cls.theirs].user_id = cls.supervisor
        cls.first, cls.period = ON - days(89), {"period": "last_90"}

    def owed_of(self, user, **filters):
        figures = self.figures(self.first, ON, user=user, **filters)
        return figures["dso"]["parts"][0]["value"]

    def test_supervisors_and_readers_see_all(self):
        for user in (self.supervisor, self.reader, self.make_user("manager")):
            self.assertEqual(self.owed_of(user), 123)
            self.assertEqual(self.dashboard(user)["tiles"][0]["value"], 123)
            self.assertTrue(self.dashboard(user)["filters"]["users"])

    def test_collectors_see_their_own_whomever_they_ask_for(self):
        for filters in ({}, {"user_id": self.supervisor.id}, {"user_id": False}):
            self.assertEqual(self.owed_of(self.collector, **filters), 100)
            data = self.dashboard(self.collector, **filters)
            self.assertEqual(data["tiles"][0]["value"], 100)
            self.assertEqual(data["filters"]["users"], [])
            self.assertEqual([row["user_id"] for row in data["work"]], [self.collector.id])

    def test_one_collector_of_many(self):
        self.assertEqual(self.owed_of(self.supervisor, user_id=self.collector.id), 100)
        figures = self.figures(self.first, ON, user=self.supervisor, user_id=self.collector.id)
        self.assertEqual(figures["target"]["parts"][0]["value"], 400)
        self.assertEqual(figures["dso"]["parts"][1]["value"], 500)
        lines = self.listed("collected", self.supervisor, user_id=self.collector.id)
        self.assertEqual(lines.partner_id, self.mine)
        self.assertEqual(lines.collection_user_id, self.collector)

    def test_records_behind_figures_are_those_the_reader_may_see(self):
        items = self.listed("receivables", self.collector, user_id=self.supervisor.id)
        self.assertEqual(items.partner_id, self.mine)

    def test_a_debtor_who_has_paid_still_belongs_to_the_collector(self):
        """Otherwise the best work would vanish from the figures."""
        self.pay(
            self.receivable(
                self.env["account.move"].search(
                    [("partner_id", "=", self.mine.id), ("amount_residual", ">", 0)]
                )
            ).move_id,
            100,
            ON,
        )
        self.engine._run(ON + days(1), companies=self.company)
        case = self.env["collection.case"].search([("partner_id", "=", self.mine.id)])
        case.sudo().write({"state": "closed", "date_closed": ON})
        first, before = ON - days(30), ON - days(1)
        figures = self.figures(first, before, user=self.collector)
        self.assertEqual(figures["dso"]["parts"][0]["value"], 100)
        self.assertEqual(len(self.listed("collected", self.collector)), 2)

    def test_others_see_nothing(self):
        stranger = self.env["res.users"].create(
            {
                "name": "Stranger",
                "login": "stranger",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        )
        for model, method in (
            ("collection.dashboard", "get_data"),
            ("collection.figures", "get_figures"),
            ("collection.dashboard", "get_figures_data"),
        ):
            with self.assertRaises(AccessError):
                getattr(self.env[model].with_user(stranger), method)({})
        with self.assertRaises(AccessError):
            self.env["collection.figures"].with_user(stranger).get_records({}, "receivables")
        with self.assertRaises(AccessError):
            self.env["collection.figures.sheet"].with_user(stranger).get_file({}, "xlsx")

    def test_the_other_company_does_not_count(self):
        other = self.make_company("Southwind")
        self.make_invoice(self.make_debtor(), 7, ON, company=other, invoice_date=ON)
        self.assertEqual(self.owed_of(self.reader), 123)
        self.assertEqual(self.owed_of(self.reader, company_ids=other.ids), 123)

    def test_targets(self):
        Target = self.env["collection.target"]
        values = {"amount": 100, "company_id": self.company.id}
        for user in (self.reader, self.collector):
            with self.assertRaises(AccessError):
                Target.with_user(user).create(values)
        mine = Target.with_user(self.supervisor).create({**values, "user_id": self.collector.id})
        theirs = Target.with_user(self.supervisor).create({**values, "user_id": self.supervisor.id})
        self.assertEqual(Target.with_user(self.collector).search([]), mine)
        self.assertEqual(Target.with_user(self.reader).search([]), mine + theirs)
        self.assertEqual(mine.date, date(2026, 3, 1))
        stranger = self.make_user("collector", self.make_company("Southwind"), "south")
        with self.assertRaisesRegex(ValidationError, "does not work in"):
            Target.with_user(self.supervisor).create({**values, "user_id": stranger.id})


@tagged("post_install", "-at_install")
class TestWhatIsAskedFor(HistoryCase):
    def ask(self, **filters):
        return self.env["collection.figures"].with_user(self.reader).get_figures(filters)

    def test_a_period_that_makes_no_sense_is_refused(self):
        for first, last, words in (
            ("2026-03-02", "2026-03-01", "ends before it begins"),
            (False, "2026-03-01", "Enter the first and the last day"),
            ("soon", "2026-03-01", "Enter the first and the last day"),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.ask(period="custom", date_from=first, date_to=last)
        with self.assertRaisesRegex(UserError, "Choose one of the periods"):
            self.ask(period="for ever")

    def test_a_part_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(UserError, "no records behind"):
            self.env["collection.figures"].with_user(self.reader).get_records({}, "_get_parts")

    def test_the_usual_period_is_ninety_days(self):
        found = self.ask()
        self.assertEqual((found["date_from"], found["date_to"]), ("2025-12-17", "2026-03-16"))
