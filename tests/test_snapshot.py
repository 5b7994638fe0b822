"""Pictures at the end of a month: every case and every debtor, once, in sets, and the trends that
are made of them."""

from datetime import date

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import days
from .history import HistoryCase

JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


@tagged("post_install", "-at_install")
class TestPictureOfACase(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_policy(("Reminder", 5, "call"), ("Notice", 40, "letter"))
        cls.debtor = cls.make_debtor("Acme")
        cls.sell(cls.debtor, 100, JANUARY - days(40), JANUARY - days(10), (date(2026, 3, 2), 100))
        cls.sell(cls.debtor, 30, JANUARY - days(90), JANUARY - days(65), (date(2026, 2, 9), 10))
        cls.sell(cls.debtor, 7, JANUARY - days(5), JANUARY + days(9))
        cls.engine._run(JANUARY - days(3), companies=cls.company)
        cls.case = cls.env["collection.case"].search([("partner_id", "=", cls.debtor.id)])
        cls.case.user_id = cls.collector
        cls.Snapshot = cls.env["collection.snapshot"]

    def picture(self, on=JANUARY):
        return self.Snapshot.search([("case_id", "=", self.case.id), ("date", "=", on)])

    def test_what_is_in_it(self):
        self.assertEqual(self.Snapshot._take(JANUARY, self.company), 1)
        picture = self.picture()
        self.assertEqual(picture.buckets, [7, 100, 0, 30, 0, 0])
        self.assertEqual(picture.amount_3, 30)
        self.assertEqual((picture.amount_open, picture.amount_overdue), (137, 130))
        self.assertEqual((picture.oldest_due_date, picture.days_overdue), (JANUARY - days(65), 65))
        self.assertEqual(picture.stage_id, self.case.stage_id)
        self.assertEqual(picture.user_id, self.collector)
        self.assertEqual(picture.state, "open")
        self.assertEqual(picture.limits, "30, 60, 90, 120")

    def test_it_is_taken_once_however_often_it_is_tried(self):
        self.Snapshot._take(JANUARY, self.company)
        self.make_invoice(self.debtor, 999, JANUARY, invoice_date=JANUARY - days(9))
        self.assertEqual(self.Snapshot._take(JANUARY, self.company), 0)
        self.assertEqual(self.picture().amount_open, 137, "What is posted later changes nothing")

    def test_the_database_keeps_it_unique(self):
        self.Snapshot._take(JANUARY, self.company)
        with self.assertRaises(psycopg2.errors.UniqueViolation), mute_logger("odoo.sql_db"):
            self.picture().copy()

    def test_a_case_that_was_not_there_yet_or_not_any_more(self):
        self.assertEqual(self.Snapshot._take(JANUARY - days(60), self.company), 0)
        self.case.sudo().write({"state": "closed", "date_closed": FEBRUARY})
        self.assertEqual(self.Snapshot._take(FEBRUARY, self.company), 0)
        self.assertEqual(self.Snapshot._take(JANUARY, self.company), 1)
        self.assertEqual(self.picture().state, "open", "It was closed later")

    def test_months_after_the_limits_have_changed(self):
        self.Snapshot._take(JANUARY, self.company)
        self.company.collection_ageing_limits = "15"
        self.Snapshot._take(FEBRUARY, self.company)
        self.assertEqual(self.picture().buckets, [7, 100, 0, 30, 0, 0])
        self.assertEqual(self.picture(FEBRUARY).buckets, [0, 0, 127])

    def test_in_sets(self):
        self.Snapshot._take(JANUARY - days(1), self.company)
        before = self.env.cr.sql_log_count
        self.Snapshot._take(JANUARY, self.company)
        one = self.env.cr.sql_log_count - before
        for letter in "BCDEF":
            self.sell(self.make_debtor(letter), 10, JANUARY - days(40), JANUARY - days(9))
        self.engine._run(JANUARY - days(2), companies=self.company)
        self.env.flush_all()
        with self.assertQueryCount(one):
            self.assertEqual(self.Snapshot._take(JANUARY + days(1), self.company), 6)

    def test_roles(self):
        self.Snapshot._take(JANUARY, self.company)
        for user in (self.reader, self.collector, self.supervisor):
            self.assertTrue(self.Snapshot.with_user(user).search([]), user.login)
        stranger = self.make_user("collector", login="other")
        self.assertFalse(self.Snapshot.with_user(stranger).search([]))
        elsewhere = self.make_user("supervisor", self.make_company("Southwind"), "south")
        there = self.Snapshot.with_user(elsewhere).with_context(
            allowed_company_ids=elsewhere.company_ids.ids
        )
        self.assertFalse(there.search([]))
        for user in (self.collector, self.make_user("manager")):
            with self.assertRaises(AccessError):
                self.picture().with_user(user).write({"amount_open": 1})
        with self.assertRaisesRegex(UserError, "history"):
            self.picture().unlink()

    def test_views_name_the_buckets_of_the_company(self):
        self.company.collection_ageing_limits = "10, 20"
        Snapshot = self.Snapshot.with_user(self.reader).with_company(self.company)
        shown = Snapshot.get_views([(False, "list"), (False, "pivot"), (False, "graph")])
        self.assertIn("Over 20 days", shown["views"]["list"]["arch"])
        self.assertNotIn("amount_4", shown["views"]["list"]["arch"])
        self.assertNotIn("amount_4", shown["models"]["collection.snapshot"]["fields"])


@tagged("post_install", "-at_install")
class TestCreditRecord(HistoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debtors = cls.make_history(seed=23)
        cls.Month = cls.env["collection.account.month"]
        for on in (JANUARY, FEBRUARY):
            cls.Month._take(on, cls.company)

    def test_every_debtor_of_the_month(self):
        for debtor in self.debtors:
            sales = [s for s in self.sales if s.debtor == debtor]
            record = self.record(debtor)
            first = date(2026, 2, 1)
            self.assertEqual(record.balance, sum(s.open(FEBRUARY) for s in sales))
            self.assertEqual(record.balance_before, sum(s.open(JANUARY) for s in sales))
            late = [s for s in sales if s.open(FEBRUARY) and s.bucket(FEBRUARY)]
            self.assertEqual(record.amount_overdue, sum(s.open(FEBRUARY) for s in late))
            self.assertEqual(
                record.oldest_due_date or None, min((s.due for s in late), default=None)
            )
            self.assertEqual(
                record.sales, sum(s.amount for s in sales if first <= s.day <= FEBRUARY)
            )
            paid = [p for s in sales for day, p in s.paid if first <= day <= FEBRUARY]
            self.assertEqual(record.paid, sum(paid))
            ends = [first - days(1), *(first + days(number) for number in range(28))]
            self.assertEqual(
                record.highest_balance, max(sum(s.open(day) for s in sales) for day in ends)
            )
            settled = [s for s in sales if s.settled() and first <= s.settled() <= FEBRUARY]
            self.assertEqual(record.paid_items, len(settled))
            days_late = sum(max(0, (s.settled() - s.due).days) for s in settled)
            self.assertEqual(record.days_late_sum, days_late)

    def test_ages_and_what_rolled_on(self):
        records = self.Month.search([("date", "=", FEBRUARY), ("company_id", "=", self.company.id)])
        for bucket in range(6):
            there = [s for s in self.sales if s.open(JANUARY) and s.bucket(JANUARY) == bucket]
            owed = sum(s.open(FEBRUARY) for s in self.sales if s.bucket(FEBRUARY) == bucket)
            self.assertEqual(sum(r.buckets[bucket] for r in records), owed)
            before = sum(s.open(JANUARY) for s in there)
            self.assertEqual(sum(r.debts_before[bucket] for r in records), before)
            if bucket < 5:
                moved = sum(s.open(FEBRUARY) for s in there if s.bucket(FEBRUARY) == bucket + 1)
                self.assertEqual(sum(r.rolled[bucket] for r in records), moved)

    def test_once(self):
        count = self.Month.search_count([("company_id", "=", self.company.id)])
        self.assertEqual(self.Month._take(FEBRUARY, self.company), 0)
        self.assertEqual(self.Month.search_count([("company_id", "=", self.company.id)]), count)

    def test_the_trend_is_that_of_the_books(self):
        trend = {point["label"]: point for point in self.dashboard()["trend"]}
        for on, length in ((JANUARY, 31), (FEBRUARY, 28)):
            first, point = on.replace(day=1), trend[str(on)[:7]]
            sold = self.sold(first, on)
            dso = self.owed(on) / sold * length if sold else None
            self.assertEqual(point["dso"], None if dso is None else round(dso, 2))
            figures = self.figures(first, on)
            cei = figures["cei"]["value"]
            self.assertEqual(point["cei"], None if cei is None else round(cei, 2))

    def test_roll_rates_of_the_dashboard_are_those_of_the_records_behind_them(self):
        rolls = self.dashboard()["rolls"]
        self.assertEqual(rolls["month"], "2026-02")
        for number, bar in enumerate(rolls["bars"]):
            before = self.listed(bar["records"], self.supervisor, **rolls["filters"])
            owed = sum(before.mapped("amount_before"))
            moved = sum(before.filtered("is_rolled").mapped("amount_after"))
            expected = round(100 * moved / owed, 2) if owed else None
            self.assertEqual(bar["value"], expected, number)

    def test_roles(self):
        record = self.Month.search([("company_id", "=", self.company.id)])
        for user in (self.reader, self.supervisor, self.collector):
            # Nobody is in charge of these debtors, so collectors see them too.
            self.assertEqual(len(self.Month.with_user(user).search([])), len(record))
            with self.assertRaises(AccessError):
                record[:1].with_user(user).write({"balance": 1})
        with self.assertRaisesRegex(UserError, "history"):
            record[:1].unlink()

    def record(self, debtor):
        return self.Month.search([("partner_id", "=", debtor.id), ("date", "=", FEBRUARY)])


@tagged("post_install", "-at_install")
class TestTheJob(HistoryCase):
    def test_months_that_are_over_are_taken_once_and_a_new_company_gets_a_past(self):
        self.sell(self.make_debtor(), 50, date(2025, 12, 9), date(2026, 1, 9))
        Snapshot = self.env["collection.snapshot"]
        missing = Snapshot._get_missing(date(2026, 3, 16), self.company)
        self.assertEqual(len(missing), 13)
        self.assertEqual(missing[-1], (FEBRUARY, self.company))
        for day, company in missing:
            Snapshot._take_month(day, company)
        records = self.env["collection.account.month"].search(
            [("company_id", "=", self.company.id)], order="date"
        )
        self.assertEqual(records.mapped("date"), [date(2025, 12, 31), JANUARY, FEBRUARY])
        self.assertEqual(records.mapped("balance"), [50, 50, 50])

    def test_the_scheduled_job(self):
        other = self.make_company("Southwind")
        with self.enter_registry_test_mode():
            self.env.ref("collections_followup.ir_cron_snapshot").method_direct_trigger()
        self.env.invalidate_all()
        Month = self.env["collection.account.month"]
        self.assertFalse(Month.search([("company_id", "=", other.id)]))

    def test_a_branch_is_counted_with_its_debtor(self):
        debtor = self.make_debtor("Acme")
        branch = self.env["res.partner"].create(
            {"name": "South", "parent_id": debtor.id, "child_ids": [Command.clear()]}
        )
        self.sell(branch, 5, JANUARY - days(9), JANUARY)
        self.env["collection.account.month"]._take(JANUARY, self.company)
        record = self.env["collection.account.month"].search([("partner_id", "=", debtor.id)])
        self.assertEqual(record.balance, 5)
