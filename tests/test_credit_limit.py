"""Credit control: exposure, limits, temporary limits with approval, and what sales is told."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import ON, days
from .credit import CreditCase


class TestExposure(CreditCase):
    def test_open_overdue_and_credits(self):
        self.make_invoice(self.debtor, 300, ON - days(10))
        self.make_invoice(self.debtor, 200, ON + days(10))
        self.make_credit_note(self.debtor, 50)
        row = self.exposure()
        self.assertEqual((row.open_amount, row.overdue, row.uninvoiced), (450, 250, 0))
        self.assertEqual((row.exposure, row.credit_limit, row.available), (450, 1000, 550))
        self.assertEqual((row.percent, row.state), (45, "ok"))

    def test_invoices_to_a_branch_count_with_the_company(self):
        branch = self.make_debtor("Branch", parent_id=self.debtor.id, is_company=False)
        self.make_invoice(branch, 120, ON + days(5))
        self.assertEqual(self.exposure().exposure, 120)

    def test_at_the_limit_is_not_over_it(self):
        self.make_invoice(self.debtor, 1000, ON + days(5))
        self.assertEqual(self.exposure().state, "near")
        self.make_invoice(self.debtor, 0.01, ON + days(5))
        self.assertEqual(self.exposure().state, "over")

    def test_a_debtor_without_a_limit_has_an_exposure_and_no_verdict(self):
        other = self.make_debtor("Other")
        self.make_invoice(other, 5000, ON + days(5))
        row = self.exposure(other)
        self.assertEqual((row.exposure, row.credit_limit, row.state), (5000, 0, "none"))

    def test_the_limit_of_the_company_counts_where_the_debtor_has_none(self):
        self.env["ir.default"].set("res.partner", "credit_limit", 400, company_id=self.company.id)
        other = self.make_debtor("Other")
        self.make_invoice(other, 500, ON + days(5))
        self.assertEqual((self.exposure(other).credit_limit, self.exposure(other).state),
                         (400, "over"))  # fmt: skip

    def test_promises_are_shown(self):
        self.make_invoice(self.debtor, 300, ON - days(10))
        self.follow_up()
        case = self.case_of(self.debtor)
        self.env["collection.agreement"].create(
            {
                "case_id": case.id,
                "currency_id": self.usd.id,
                "kind": "promise",
                "move_line_ids": [(6, 0, case.move_line_ids.ids)],
                "line_ids": [(0, 0, {"date": ON + days(3), "amount": 120})],
            }
        ).with_context(tracking_disable=True).action_activate()
        row = self.exposure()
        self.assertEqual((row.promised, row.exposure), (120, 300))

    def test_over_limit_comes_first_then_holds(self):
        for name, amount in (("Near", 900), ("Over", 1200), ("Fine", 10)):
            self.make_invoice(self.make_limited(name, 1000), amount, ON + days(5))
        self.hold()
        self.env.flush_all()
        rows = self.env["collection.exposure"].with_user(self.reader).search([])
        self.assertEqual(rows.mapped("partner_id.name"), ["Over", "Acme", "Near", "Fine"])

    def test_a_row_keeps_its_number(self):
        """A button of the list finds the same debtor when the books have changed meanwhile."""
        row = self.exposure()
        self.make_invoice(self.make_debtor("A new one"), 9000, ON - days(5))
        self.assertEqual(self.exposure(), row)
        self.assertEqual(row.partner_id, self.debtor)

    def test_queries_do_not_grow_with_the_debtors(self):
        for n in range(3):
            self.make_invoice(self.make_limited(f"D{n}", 100), 200, ON + days(5))
        for _round in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            Exposure = self.env["collection.exposure"].with_user(self.supervisor)
            Exposure.search([]).mapped("state")
            self.env.invalidate_all()
            # One for the rates of each company of the database, and those in reserve are three.
            with self.assertQueryCount(17):
                Exposure.search([]).mapped("exposure")
            for n in range(5):
                self.make_limited(f"More {n}", 100)


class TestVerdict(CreditCase):
    def verdict(self, amount=0.0, user=None):
        self.env.flush_all()
        return self.debtor.with_user(user or self.seller)._get_credit_verdict(amount)

    def test_sales_asks_before_the_next_order(self):
        self.make_invoice(self.debtor, 700, ON + days(5))
        self.assertEqual(self.verdict(), (self.verdict()[0], ""))
        for amount, code in ((50, "ok"), (100, "near"), (300, "near"), (300.01, "over")):
            verdict, text = self.verdict(amount)
            self.assertEqual(verdict.code, code, amount)
            self.assertEqual(bool(text), code != "ok")
        self.assertIn("over the limit of $\xa01,000.00", self.verdict(400)[1])

    def test_a_temporary_limit_counts_within_its_days(self):
        self.make_invoice(self.debtor, 1200, ON + days(5))
        self.ask_limit(1500, ON + days(5)).with_user(self.supervisor).action_approve()
        self.assertEqual(self.verdict()[0].code, "near")
        self.assertEqual(self.exposure().limit_temporary, 1500)
        later = self.debtor.with_context(collection_on=ON + days(6))
        self.assertEqual(later._get_credit_verdict()[0].code, "over", "without any job having run")

    def test_on_hold(self):
        self.hold()
        verdict, text = self.verdict()
        self.assertEqual(verdict.code, "held")
        self.assertIn("on hold", text)
        self.assertIn("Overdue Debts", text)

    def test_unknown_debtors_are_not_judged(self):
        stranger = self.make_debtor("Stranger")
        verdict, text = stranger.with_user(self.seller)._get_credit_verdict(10**6)
        self.assertEqual((verdict.code, text), ("none", ""))


class TestInvoice(CreditCase):
    """A draft invoice warns; posting is never kept back."""

    def draft(self, amount):
        invoice = self.make_invoice(self.debtor, amount, ON + days(5), post=False)
        self.env.flush_all()
        return invoice

    def test_over_the_limit(self):
        invoice = self.draft(1200)
        self.assertIn("reached its credit limit", invoice.partner_credit_warning)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_within_a_temporary_limit_nothing_is_said(self):
        self.ask_limit(1500, ON + days(5)).with_user(self.supervisor).action_approve()
        self.assertFalse(self.draft(1200).partner_credit_warning)
        self.assertIn("Also the temporary limit", self.draft(1600).partner_credit_warning)

    def test_a_hold_is_said_first_and_posting_goes_on(self):
        self.hold()
        for checked in (True, False):
            self.company.account_use_credit_limit = checked
            invoice = self.draft(100)
            self.assertIn("is on hold since", invoice.partner_credit_warning)
            invoice.action_post()
            self.assertEqual(invoice.state, "posted")

    def test_a_released_hold_is_not_mentioned(self):
        self.hold().with_user(self.supervisor).action_release()
        self.assertFalse(self.draft(100).partner_credit_warning)


class TestTemporaryLimit(CreditCase):
    def test_asked_for_and_approved_by_somebody_else(self):
        action = self.debtor.with_user(self.collector).action_collection_raise_limit()
        form = Form(
            self.env["collection.credit.limit"]
            .with_user(self.collector)
            .with_context(**action["context"]),
            view=action["views"][0][0],
        )
        form.amount = 1500
        form.date_to = ON + days(30)
        form.reason = "Christmas orders"
        limit = form.save()
        self.assertEqual((limit.state, limit.requested_by), ("draft", self.collector))
        self.assertEqual(self.exposure().credit_limit, 1000, "not before it is approved")
        self.assertTrue(limit.sudo().activity_ids, "somebody is asked")
        limit.with_user(self.supervisor).action_approve()
        self.assertEqual((limit.approved_by, limit.approved_on), (self.supervisor, ON))
        self.assertFalse(limit.sudo().activity_ids)
        self.assertEqual(self.exposure().credit_limit, 1500)

    def test_nobody_approves_what_they_asked_for(self):
        limit = self.ask_limit(user=self.supervisor)
        with self.assertRaisesRegex(UserError, "Somebody else"):
            limit.action_approve()

    def test_supervisors_up_to_their_limit_managers_any(self):
        self.company.collection_credit_limit_supervisor = 1500
        fine, large = self.ask_limit(1500), self.ask_limit(1500.01)
        fine.with_user(self.supervisor).action_approve()
        with self.assertRaisesRegex(AccessError, "Ask a manager"):
            large.with_user(self.supervisor).action_approve()
        large.with_user(self.manager).action_approve()
        self.assertEqual(large.state, "approved")

    def test_collectors_and_readers_decide_nothing(self):
        limit = self.ask_limit()
        for user in (self.collector, self.reader):
            for method in ("action_approve", "action_refuse", "action_end"):
                with self.assertRaises(AccessError):
                    getattr(limit.with_user(user), method)()
        with self.assertRaises(AccessError):
            self.ask_limit(user=self.reader)
        with self.assertRaises(AccessError):
            self.ask_limit(user=self.seller)

    def test_what_makes_no_sense_is_refused_at_input(self):
        with self.assertRaisesRegex(ValidationError, "is \\$\xa01,000.00 already"):
            self.ask_limit(1000)
        with self.assertRaisesRegex(UserError, "ended already"):
            self.ask_limit(until=ON - days(1), date_from=ON - days(5))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.ask_limit(until=ON, date_from=ON + days(1))
        self.debtor.with_company(self.company).credit_limit = 0
        self.env.flush_all()
        with self.assertRaisesRegex(ValidationError, "nothing to raise"):
            self.ask_limit()

    def test_what_was_decided_stays(self):
        limit = self.ask_limit(until=ON + days(9))
        limit.amount = 1600
        limit.with_user(self.supervisor).action_approve()
        with self.assertRaisesRegex(UserError, "stays"):
            limit.with_user(self.supervisor).amount = 9000
        with self.assertRaisesRegex(UserError, "stays"):
            limit.with_user(self.manager).write({"state": "draft"})
        with self.assertRaisesRegex(UserError, "history"):
            limit.sudo().unlink()

    def test_nobody_approves_by_creating(self):
        limit = self.ask_limit(state="approved", requested_by=self.reader.id)
        self.assertEqual((limit.state, limit.requested_by), ("draft", self.collector))

    def test_too_late_to_approve(self):
        limit = self.ask_limit(until=ON)
        late = limit.with_user(self.supervisor).with_context(collection_on=ON + days(1))
        with self.assertRaisesRegex(UserError, "has ended before"):
            late.action_approve()

    def test_over_by_itself_and_ended_by_hand(self):
        approved, waiting = self.ask_limit(until=ON + days(2)), self.ask_limit(until=ON + days(2))
        lasting = self.ask_limit(1700, until=ON + days(20))
        (approved + lasting).with_user(self.supervisor).action_approve()
        self.night(ON + days(3))
        self.assertEqual((approved + waiting).mapped("state"), ["expired", "expired"])
        self.assertEqual(lasting.state, "approved")
        lasting.with_user(self.supervisor).action_end()
        self.assertEqual(self.exposure().credit_limit, 1000)

    def test_collectors_see_their_own_debtors_only(self):
        limit, hold = self.ask_limit(user=self.supervisor), self.hold(user=self.supervisor)
        self.make_invoice(self.debtor, 100, ON - days(9))
        self.follow_up()
        case = self.case_of(self.debtor)
        for owner, seen in ((False, 1), (self.collector, 1), (self.supervisor, 0)):
            case.user_id = owner
            self.env.flush_all()
            for record in (limit, hold):
                found = record.with_user(self.collector).search([("id", "=", record.id)])
                self.assertEqual(len(found), seen, (record, owner))
            self.assertEqual(len(self.exposure(user=self.collector)), seen)

    def test_the_other_company_is_not_seen(self):
        other = self.make_company("Southwind")
        self.make_invoice(self.debtor, 100, ON - days(9), company=other)
        self.assertEqual(self.exposure().company_id, self.company)
        self.assertEqual(self.exposure().exposure, 0)
