"""Credit holds, the release list, and what sales hears of: in time, and once."""

from odoo.exceptions import AccessError, UserError

from .common import ON, days
from .credit import CreditCase


class TestHold(CreditCase):
    def test_held_and_released(self):
        hold = self.hold()
        self.assertEqual((hold.date_from, hold.held_by), (ON, self.collector))
        self.assertEqual(self.exposure().state, "held")
        hold.with_user(self.supervisor).action_release()
        self.assertEqual((hold.date_released, hold.released_by), (ON, self.supervisor))
        self.assertEqual(self.exposure().state, "ok")
        self.hold()

    def test_one_hold_at_a_time(self):
        self.hold(user=self.supervisor)
        with self.assertRaisesRegex(UserError, "on hold already, by supervisor"):
            self.hold()
        branch = self.make_debtor("Branch", parent_id=self.debtor.id, is_company=False)
        with self.assertRaisesRegex(UserError, "on hold already"):
            self.hold(branch)

    def test_another_reason_is_written_down(self):
        with self.assertRaisesRegex(UserError, "Write down why"):
            self.hold(reason="other", note="  ")
        self.hold(reason="other", note="Rumours")

    def test_the_release_list_for_many(self):
        others = [self.make_limited(name, 100) for name in ("Beta", "Gamma")]
        holds = self.hold() + self.hold(others[0]) + self.hold(others[1])
        listed = holds.with_user(self.supervisor).search([("date_released", "=", False)])
        self.assertEqual(listed, holds)
        done = listed.action_release()
        self.assertEqual(done["params"]["message"], "3 released.")
        self.assertFalse(holds.filtered(lambda hold: not hold.released_by))
        with self.assertRaisesRegex(UserError, "released already"):
            listed.action_release()

    def test_only_supervisors_release(self):
        hold = self.hold()
        for user in (self.collector, self.reader):
            with self.assertRaises(AccessError):
                hold.with_user(user).action_release()
        with self.assertRaises(AccessError):
            self.hold(user=self.reader)

    def test_holds_are_history(self):
        hold = self.hold()
        for values in ({"date_released": ON}, {"reason": "report"}, {"held_by": self.manager.id}):
            with self.assertRaisesRegex(UserError, "history"):
                hold.with_user(self.manager).write(values)
        with self.assertRaisesRegex(UserError, "history"):
            hold.sudo().unlink()
        hold.note = "They called."

    def test_the_list_says_whose_reason_is_gone(self):
        paid, owing = self.make_limited("Paid", 100), self.make_limited("Owing", 100)
        self.make_invoice(owing, 50, ON - days(3))
        full = self.make_limited("Full", 100)
        self.make_invoice(full, 150, ON + days(3))
        holds = self.hold(paid) + self.hold(owing) + self.hold(full, reason="limit")
        report = self.hold(reason="report")
        self.assertEqual(holds.mapped("is_ripe"), [True, False, False])
        self.assertFalse(report.is_ripe, "What is not in the books a person judges")
        Hold = self.env["collection.credit.hold"].with_user(self.supervisor)
        self.assertEqual(Hold.search([("is_ripe", "=", True)]), holds[0])

    def test_the_case_hears_of_it(self):
        self.make_invoice(self.debtor, 100, ON - days(9))
        self.follow_up()
        self.hold()
        case = self.case_of(self.debtor)
        self.assertIn("Credit on hold", case.message_ids[0].body)
        case.invalidate_recordset()
        seen = case.with_user(self.collector)
        self.assertEqual((seen.credit_state, seen.credit_hold_reason), ("held", "overdue"))
        self.assertEqual(seen.state, "open", "A credit hold stops no reminder")


class TestNotices(CreditCase):
    def notices(self):
        return self.env["collection.credit.notice"].search([("company_id", "=", self.company.id)])

    def test_nearly_used_up_is_told_once(self):
        self.make_invoice(self.debtor, 850, ON + days(9))
        self.night()
        self.night()
        self.night(ON + days(1))
        self.assertEqual(self.told(), ["Limit Nearly Used Up"])
        self.assertIn("has used $\xa0850.00 of its limit of $\xa01,000.00", self.notices().text)

    def test_then_over_once_and_again_after_it_came_down(self):
        near = self.make_invoice(self.debtor, 850, ON + days(9))
        self.night()
        over = self.make_invoice(self.debtor, 300, ON + days(9))
        self.night()
        self.night()
        self.assertEqual(self.told(), ["Limit Nearly Used Up", "Over Limit"])
        self.pay(near + over)
        self.night()
        self.assertFalse(self.notices().filtered(lambda notice: not notice.date_over))
        self.make_invoice(self.debtor, 850, ON + days(9))
        self.night()
        self.assertEqual(self.told()[2:], ["Limit Nearly Used Up"])

    def test_over_at_once_is_told_once_not_twice(self):
        invoice = self.make_invoice(self.debtor, 1500, ON + days(9))
        self.night()
        self.assertEqual(self.told(), ["Over Limit"])
        self.pay(invoice, 600)
        self.night()
        self.assertEqual(self.told(), ["Over Limit"], "Coming down to 90 % is no news")

    def test_a_temporary_limit_that_ends_soon(self):
        limit = self.ask_limit(until=ON + days(20))
        limit.with_user(self.supervisor).action_approve()
        self.night()
        self.assertEqual(self.told(), [])
        self.night(ON + days(14))
        self.night(ON + days(15))
        self.assertEqual(self.told(), ["Temporary Limit Ends"])

    def test_holds_are_told_at_once(self):
        hold = self.hold()
        self.assertEqual(self.told(), ["On Hold"])
        hold.with_user(self.supervisor).action_release()
        self.assertEqual(self.told(), ["On Hold", "Released"])
        self.hold()
        self.assertEqual(self.told(), ["On Hold", "Released", "On Hold"])

    def test_who_sells(self):
        """The salesperson of the contact, then of the last invoice, then who gets cases."""
        self.debtor.user_id = False
        self.company.collection_user_id = self.supervisor
        self.hold()
        self.assertEqual(self.notices().user_id, self.supervisor)
        other = self.make_limited("Other", 100)
        self.make_invoice(other, 10, ON + days(5), invoice_user_id=self.seller.id)
        self.hold(other)
        self.assertEqual(self.told(), ["On Hold"])

    def test_who_left_is_not_told(self):
        self.seller.active = False
        self.hold()
        self.assertEqual(self.told(), [])
        self.assertFalse(self.notices().user_id)

    def test_nothing_where_limits_are_not_checked(self):
        self.company.account_use_credit_limit = False
        self.make_invoice(self.debtor, 1500, ON + days(9))
        self.night()
        self.assertFalse(self.notices())

    def test_no_mail_and_no_query_for_each_debtor(self):
        def over(count):
            for n in range(count):
                self.make_invoice(
                    self.make_limited(f"D{n}", 100, user_id=self.seller.id), 200, ON + days(5)
                )
            self.env.flush_all()
            self.env.invalidate_all()

        over(2)
        self.env["collection.credit.notice"]._notify(ON, self.company)
        mails = self.env["mail.mail"].search_count([])
        self.env.flush_all()
        counts = []
        for count in (2, 8):
            over(count)
            before = self.cr.sql_log_count
            self.env["collection.credit.notice"]._notify(ON, self.company)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1] - counts[0], 2, counts)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_notices_are_read_and_not_written(self):
        self.hold()
        Notice = self.env["collection.credit.notice"]
        for role, user in self.users.items():
            allowed = [op for op in ("read", "write", "create", "unlink")
                       if Notice.with_user(user).has_access(op)]  # fmt: skip
            self.assertEqual(allowed, ["read"], role)
        self.assertFalse(Notice.with_user(self.seller).has_access("read"))
