"""Extensions: a due date moves only by one, the old date is kept, and dunning follows."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError

from .common import ON, days
from .money import MoneyCase


class TestExtension(MoneyCase):
    def extend(self, case, lines, until=30, user=None, reason="Goods came late"):
        form = self.dialog(case.with_user(user or self.collector).action_extend(), user)
        form.date_new = ON + days(until)
        form.reason = reason
        form.move_line_ids.clear()
        for line in lines:
            form.move_line_ids.add(line)
        form.save().action_apply()
        self.reload()
        return case.extension_ids

    def test_granted_by_a_supervisor(self):
        case, (item,) = self.open_case((300, 20))
        due = item.date_maturity
        entry = self.entry(item.move_id)
        self.assertEqual((case.amount_overdue, case.stage_id.name), (300, "Reminder"))
        extension = self.extend(case, item)
        self.assertEqual((extension.state, item.date_maturity), ("requested", due))
        extension.with_user(self.supervisor).action_approve()
        self.reload()
        self.assertEqual(item.date_maturity, ON + days(30))
        self.assertEqual(
            (extension.date_old, extension.date_new, extension.days, extension.state),
            (due, ON + days(30), 50, "approved"),
        )
        self.assertEqual((extension.approved_by, extension.approved_on), (self.supervisor, ON))
        self.assertEqual(self.entry(item.move_id), entry, "only the date has changed")
        self.assertEqual((case.amount_open, case.amount_overdue), (300, 0))
        self.assertEqual(case.extension_count, 1)
        self.assertIn("Goods came late", case.message_ids[0].body)
        self.follow_up(ON + days(1))
        self.assertEqual(item.collection_days_overdue, 0)

    def test_the_invoice_shows_the_date_its_items_are_due_on(self):
        case, (item,) = self.open_case((300, 20))
        invoice = item.move_id
        before = (self.entry(invoice), invoice.amount_residual, invoice.state)
        self.extend(case, item, user=self.supervisor)
        self.assertEqual(invoice.invoice_date_due, ON + days(30), "on the customer's page, too")
        self.assertEqual(item.date_maturity, ON + days(30))
        self.assertEqual((self.entry(invoice), invoice.amount_residual, invoice.state), before)

    def test_of_two_instalments_the_last_is_what_the_invoice_shows(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "In two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 10}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        invoice = self.make_invoice(self.debtor, 300, ON, invoice_payment_term_id=term.id)
        first, last = self.receivable(invoice).sorted("date_maturity")
        due = last.date_maturity
        self.follow_up()
        self.assertEqual((first.date_maturity, due), (ON - days(20), ON + days(30)))
        self.extend(self.case_of(self.debtor), first, user=self.supervisor, until=5)
        self.assertEqual((first.date_maturity, last.date_maturity), (ON + days(5), due))
        self.assertEqual(invoice.invoice_date_due, due)
        self.extend(self.case_of(self.debtor), last, user=self.supervisor, until=50)
        self.assertEqual(invoice.invoice_date_due, ON + days(50))
        self.assertEqual(sum(self.receivable(invoice).mapped("balance")), 300)

    def test_what_is_written_to_the_debtor_names_the_new_date(self):
        case, (item, _other) = self.open_case((300, 20), (100, 40))
        self.extend(case, item, user=self.supervisor, until=1)
        self.follow_up(ON + days(9))
        notice = self.contacts(self.debtor, state="planned")[-1]
        self.assertIn("Mar 17, 2026", notice.notice_items)
        self.assertNotIn("Feb 24, 2026", notice.notice_items, "the old date")

    def test_interest_runs_from_the_new_date(self):
        case, (item,) = self.open_case((1000, 30))
        self.assertEqual(case.charge_ids.amount, 8.34)
        self.extend(case, item, user=self.supervisor, until=10)
        self.env["collection.charge"]._accrue(ON + days(20), self.company)
        self.assertEqual(case.charge_ids.amount, 2.78, "ten days")

    def test_what_a_collector_may_grant(self):
        self.company.collection_extension_max_days = 30
        case, (item, other) = self.open_case((300, 20), (100, 10))
        self.assertEqual(self.extend(case, item, until=10).state, "approved")
        later = self.extend(case, other, until=30) - case.extension_ids.filtered("approved_by")
        self.assertEqual(later.state, "requested")
        self.assertIn("Grant an extension", later.activity_ids.summary)
        with self.assertRaisesRegex(AccessError, "it is for 40 days"):
            later.with_user(self.collector).action_approve()
        later.with_user(self.supervisor).action_refuse()
        self.assertEqual((later.state, other.date_maturity), ("refused", ON - days(10)))

    def test_too_many_in_a_year_are_for_a_manager(self):
        self.company.collection_extension_max_count = 1
        case, (item, other) = self.open_case((300, 20), (100, 10))
        self.extend(case, item, user=self.supervisor)
        second = self.extend(case, other, user=self.supervisor) - case.extension_ids.filtered(
            "approved_by"
        )
        self.assertEqual(second.state, "requested")
        with self.assertRaisesRegex(AccessError, "has had 1 in a year"):
            second.with_user(self.supervisor).action_approve()
        second.with_user(self.manager).action_approve()
        self.assertEqual(case.extension_count, 2)

    def test_one_extension_for_each_old_date(self):
        case, (item, other) = self.open_case((300, 20), (100, 10))
        extensions = self.extend(case, item + other, user=self.supervisor)
        self.assertEqual(sorted(extensions.mapped("date_old")), [ON - days(20), ON - days(10)])
        self.assertEqual({item.date_maturity, other.date_maturity}, {ON + days(30)})

    # === Only through an extension === #
    def test_the_due_date_of_a_debt_changes_in_no_other_way(self):
        case, (item,) = self.open_case((300, 20))
        for user in (self.collector, self.manager, self.env.user):
            with self.assertRaisesRegex(UserError, "Grant an extension"):
                item.with_user(user).date_maturity = ON + days(9)
        extension = self.extend(case, item)
        forged = item.with_context(collection_extension_id=extension.id)
        with self.assertRaisesRegex(UserError, "Grant an extension"):
            forged.date_maturity = extension.date_new
        extension.with_user(self.supervisor).action_approve()
        with self.assertRaisesRegex(UserError, "Grant an extension"):
            forged.date_maturity = ON + days(99)
        item.date_maturity = extension.date_new  # the same date is no change

    def test_drafts_and_payments_are_odoos_business(self):
        draft = self.make_invoice(self.debtor, 10, ON + days(5), post=False)
        draft.invoice_date_due = ON + days(9)
        self.assertEqual(self.receivable(draft).date_maturity, ON + days(9))
        draft.action_post()
        draft.button_draft()
        draft.invoice_date_due = ON + days(3)
        draft.action_post()
        self.assertEqual(self.receivable(draft).date_maturity, ON + days(3))
        payment = self.pay(draft)
        credit = self.receivable(payment.move_id)
        credit.date_maturity = ON - days(1)
        self.assertEqual(credit.date_maturity, ON - days(1))

    # === Refused === #
    def test_bad_input_changes_nothing(self):
        case, (item,) = self.open_case((300, 20))
        due = item.date_maturity
        for until in (0, -1, -40):
            with self.assertRaisesRegex(UserError, "in the future"):
                self.extend(case, item, until=until, user=self.supervisor)
        future = self.receivable(self.make_invoice(self.debtor, 5, ON + days(30)))
        with self.assertRaisesRegex(UserError, "after the old one"):
            self.extend(case, future, until=30, user=self.supervisor)
        with self.assertRaisesRegex(UserError, "Choose the items"):
            self.extend(case, item.browse(), user=self.supervisor)
        stranger = self.receivable(self.make_invoice(self.make_debtor("Other"), 10, ON - days(9)))
        with self.assertRaisesRegex(ValidationError, "is not owed by Debtor"):
            self.env["collection.extension"].with_user(self.supervisor)._request(
                case.with_user(self.supervisor), stranger, ON + days(9), "x"
            )
        self.register(case, 300)
        with self.assertRaisesRegex(ValidationError, "Nothing is open"):
            self.env["collection.extension"].with_user(self.supervisor)._request(
                case.with_user(self.supervisor), item, ON + days(9), "x"
            )
        self.assertEqual(item.date_maturity, due)

    def test_paid_meanwhile(self):
        case, (item,) = self.open_case((300, 20))
        extension = self.extend(case, item)
        self.register(case, 300)
        with self.assertRaisesRegex(ValidationError, "Nothing is open"):
            extension.with_user(self.supervisor).action_approve()

    # === Who === #
    def test_nobody_grants_by_the_back_door(self):
        case, (item,) = self.open_case((300, 20))
        values = {
            "case_id": case.id,
            "move_line_ids": item.ids,
            "date_old": item.date_maturity,
            "date_new": ON + days(9),
            "reason": "x",
            "state": "approved",
            "approved_by": self.manager.id,
        }
        extension = self.env["collection.extension"].with_user(self.collector).create(values)
        self.assertEqual((extension.state, extension.approved_by.id), ("requested", False))
        with self.assertRaisesRegex(UserError, "was decided"):
            extension.state = "approved"
        with self.assertRaises(AccessError):
            extension.unlink()
        reader = self.make_user("reader")
        self.assertEqual(extension.with_user(reader).reason, "x")
        with self.assertRaises(AccessError):
            case.with_user(reader).action_extend()
        with self.assertRaises(AccessError):
            extension.with_user(reader).reason = "y"
