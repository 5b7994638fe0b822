"""Payments from the case: what each item gets, what is posted, and what is refused."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import ON, days
from .money import MoneyCase


class TestPayment(MoneyCase):
    def test_one_payment_over_chosen_items_line_by_line(self):
        case, (old, new) = self.open_case((300, 60), (200, 10))
        self.assertEqual((case.amount_open, case.amount_overdue), (500, 500))
        payment = self.register(case, 400, memo="Bank 17")
        self.assertEqual(
            self.entry(payment.move_id),
            [
                ("asset_current", 400, 400),
                ("asset_receivable", -300, -300),
                ("asset_receivable", -100, -100),
            ],
        )
        self.assertEqual((payment.memo, payment.date, payment.amount), ("Bank 17", ON, 400))
        self.assertEqual(self.matched(old), [(payment.move_id, 300)])
        self.assertEqual(self.matched(new), [(payment.move_id, 100)])
        self.assertEqual((old.amount_residual, new.amount_residual), (0, 100))
        self.assertEqual(
            old.move_id.payment_state, self.env["account.move"]._get_invoice_in_payment_state()
        )
        self.assertEqual((case.amount_open, case.amount_overdue), (100, 100))
        self.assertEqual(new.move_id.payment_state, "partial")
        self.assertEqual(payment.create_uid, self.collector)
        self.assertIn("BGB 366, 367", case.message_ids[0].body)

    def test_the_allocation_is_shown_before_posting(self):
        case, (old, new) = self.open_case((300, 60), (200, 10))
        form = self.payment_dialog(case, 400)
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.move_id, line.residual), (old.move_id, 300))
            self.assertEqual((line.amount, line.left), (300, 0))
        with form.line_ids.edit(1) as line:
            self.assertEqual((line.amount, line.left), (100, 100))
        form.amount = 100
        with form.line_ids.edit(0) as line:
            self.assertEqual((line.amount, line.left), (100, 200))
        self.assertFalse(old.matched_credit_ids + new.matched_credit_ids, "nothing is posted yet")
        self.assertEqual(case.amount_open, 500)

    def test_only_the_chosen_items(self):
        case, (old, new) = self.open_case((300, 60), (200, 10))
        form = self.payment_dialog(case, 200)
        with form.line_ids.edit(0) as line:
            line.chosen = False
        form.save().action_apply()
        self.assertEqual((old.amount_residual, new.amount_residual), (300, 0))

    def test_the_debtor_directs(self):
        case, (old, new) = self.open_case((300, 60), (200, 10))
        form = self.payment_dialog(case, 250)
        with form.line_ids.edit(1) as line:
            line.directed = 150
        form.save().action_apply()
        self.assertEqual((old.amount_residual, new.amount_residual), (200, 50))

    def test_equal_debts_in_spain_share(self):
        """A pro-rata share leaves several items open in part: a line of the entry for each."""
        case, (old, new) = self.open_case((300, 60), (100, 10))
        payment = self.register(case, 200, law="ES")
        self.assertEqual((old.amount_residual, new.amount_residual), (150, 50))
        self.assertEqual([line[1] for line in self.entry(payment.move_id)], [200, -150, -50])

    def test_interest_that_is_invoiced_comes_before_principal(self):
        case, (item,) = self.open_case((1000, 30))
        form = self.payment_dialog(case, 500)
        self.assertEqual(form.amount_accrued, 8.34)
        self.assertTrue(form.reservation)
        wizard = form.save()
        again = wizard.with_user(self.collector).action_invoice_charges()
        self.assertEqual(again["context"]["default_amount"], 500)
        note = self.receivable(case.charge_ids.move_id)
        self.reload()
        payment = self.register(case, 500)
        self.assertEqual((note.amount_residual, item.amount_residual), (0, 508.34))
        self.assertEqual(self.matched(note), [(payment.move_id, 8.34)])

    def test_principal_first_where_agreed_and_in_consumer_credit(self):
        case, (item,) = self.open_case((1000, 30))
        case.charge_ids.with_user(self.collector)
        self.payment_dialog(case, 5).save().action_invoice_charges()
        note = self.receivable(case.charge_ids.move_id)
        self.reload()
        self.register(case, 500, principal_first=True)
        self.assertEqual((note.amount_residual, item.amount_residual), (8.34, 500))
        self.register(case, 502, law="DE_CREDIT")
        self.assertEqual((note.amount_residual, item.amount_residual), (6.34, 0))

    def test_united_states_never_to_what_is_disputed(self):
        self.company.collection_imputation_law = "US"
        case, (item,) = self.open_case((300, 30))
        self.env["collection.dispute"]._open(case, "dispute", item, 100)
        payment = self.register(case, 300, excess_handling="keep")
        self.assertEqual(item.amount_residual, 100, "the disputed part stays open")
        self.assertEqual(payment.move_id.line_ids.mapped("amount_residual"), [300, 0, -100])
        self.assertEqual(case.amount_open, 0)

    def test_several_accounts_and_contacts_are_one_payment(self):
        """A migrated balance on another account and contact is settled by the same payment."""
        case, (item,) = self.open_case((300, 30))
        other = item.account_id.copy({"code": "121999"})
        person = self.make_debtor("Branch", parent_id=self.debtor.id, is_company=False)
        moved = self.receivable(self.make_entry(person, 50, ON - days(40), account_id=other.id))
        self.reload()
        payment = self.register(case, 350)
        self.assertEqual((item.reconciled, moved.reconciled), (True, True))
        self.assertEqual(payment.move_id.line_ids.account_id & other, other)
        self.assertEqual(case.amount_open, 0)

    def test_foreign_currency_with_its_exchange_difference(self):
        eur = self.make_euro()
        items = [
            self.receivable(
                self.make_invoice(self.debtor, 100, ON - days(late), currency_id=eur.id)
            )
            for late in (60, 50)
        ]
        self.follow_up()
        case = self.case_of(self.debtor)
        payment = self.register(case, 150)
        self.assertEqual(payment.currency_id, eur)
        self.assertEqual(
            self.entry(payment.move_id),
            [
                ("asset_current", 300, 150),
                ("asset_receivable", -200, -100),
                ("asset_receivable", -100, -50),
            ],
        )
        self.assertEqual([item.amount_residual_currency for item in items], [0, 50])
        self.assertTrue(items[0].matched_credit_ids.exchange_move_id, "Odoo books the difference")

    # === More or nothing to pay === #
    def test_more_than_the_items_is_kept_on_account(self):
        case, (item,) = self.open_case((300, 30))
        form = self.payment_dialog(case, 350)
        self.assertEqual(form.excess, 50)
        form.excess_handling = "keep"
        form.save().action_apply()
        self.reload()
        self.assertTrue(item.reconciled)
        self.assertEqual((case.amount_open, case.amount_credit), (-50, 50))
        self.reload()
        self.assertIn("On account: $\xa050.00", case.money_waiting)

    def test_money_for_no_item_is_on_account(self):
        case, (item,) = self.open_case((300, 30))
        form = self.payment_dialog(case, 60)
        with form.line_ids.edit(0) as line:
            line.chosen = False
        form.excess_handling = "keep"
        action = form.save().action_apply()
        self.reload()
        payment = self.env["account.payment"].browse(action["res_id"])
        self.assertEqual(
            self.entry(payment.move_id),
            [("asset_current", 60, 60), ("asset_receivable", -60, -60)],
        )
        self.assertEqual((item.amount_residual, case.amount_credit), (300, 60))

    def test_more_than_the_items_leads_to_a_refund(self):
        case, _items = self.open_case((300, 30))
        action = self.payment_dialog(case, 350, excess_handling="refund").save().action_apply()
        self.assertEqual(action["res_model"], "collection.refund")
        self.assertEqual(action["context"]["default_amount"], 50)

    def test_bad_input_posts_nothing(self):
        case, (item,) = self.open_case((300, 30))
        count = self.env["account.payment"].search_count([])
        for expected, values in (
            ("Enter the amount", {"amount": 0}),
            ("Enter the amount", {"amount": -5}),
            ("future", {"amount": 10, "date": ON + days(1)}),
        ):
            form = self.payment_dialog(case, values.pop("amount"), **values)
            with self.assertRaisesRegex(UserError, expected):
                form.save().action_apply()
        wizard = self.payment_dialog(case, 300.01, excess_handling="keep").save()
        wizard.excess_handling = False
        with self.assertRaisesRegex(UserError, "more has been received"):
            wizard.action_apply()
        form = self.payment_dialog(case, 100)
        with form.line_ids.edit(0) as line:
            line.directed = 301
        with self.assertRaisesRegex(UserError, "come to more than what was received"):
            form.save().action_apply()
        self.assertEqual(self.env["account.payment"].search_count([]), count)
        self.assertEqual((item.amount_residual, case.amount_open), (300, 300))

    def test_a_closed_period(self):
        case, (item,) = self.open_case((300, 30))
        self.company.fiscalyear_lock_date = ON - days(5)
        form = self.payment_dialog(case, 100, date=ON - days(5))
        with self.assertRaisesRegex(UserError, "books are closed until Mar 11, 2026"):
            form.save().action_apply()
        self.assertEqual(item.amount_residual, 300)
        self.assertEqual(self.register(case, 100, date=ON - days(4)).date, ON - days(4))

    def test_a_missing_rate(self):
        eur = self.env.ref("base.EUR")
        eur.active = True
        self.env["res.currency.rate"].search([("currency_id", "=", eur.id)]).unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": eur.id, "name": ON, "rate": 0.5, "company_id": self.company.id}
        )
        self.make_invoice(self.debtor, 100, ON - days(60), currency_id=eur.id)
        self.follow_up()
        form = self.payment_dialog(self.case_of(self.debtor), 50, date=ON - days(1))
        with self.assertRaisesRegex(UserError, "no exchange rate of EUR on or before"):
            form.save().action_apply()

    # === Visits and receipts === #
    def test_cash_taken_on_a_visit(self):
        case, (_item,) = self.open_case((300, 30))
        form = self.payment_dialog(case, 120, taken_on_visit=True)
        self.assertEqual(form.journal_id, self.cash)
        form.journal_id = self.bank
        with self.assertRaisesRegex(UserError, "cash journal"):
            form.save().action_apply()
        payment = self.register(case, 120, taken_on_visit=True)
        self.assertEqual(payment.journal_id, self.cash)
        log = case.log_ids.filtered(lambda log: log.channel == "visit")
        self.assertEqual((log.amount, log.user_id, log.state), (120, self.collector, "done"))
        self.assertIn(payment.name, log.note)

    def receipt(self, payment):
        report = self.env["ir.actions.report"].with_user(self.collector)
        html, _kind = report._render_qweb_html("collections_followup.payment_receipt", payment.ids)
        return " ".join(html.decode().split())

    def test_the_receipt_reserves_interest_where_it_is_due(self):
        case, (item,) = self.open_case((1000, 30))
        payment = self.register(case, 400)
        text = self.receipt(payment)
        self.assertIn("without giving up interest", text)
        self.assertIn(item.move_id.name, text)
        self.assertIn("600.00", text, "what is still open")
        self.company.collection_interest_off = True
        case.charge_ids.with_user(self.manager)._waive("Agreed")
        self.reload()
        self.assertNotIn("without giving up interest", self.receipt(self.register(case, 100)))

    def test_a_reservation_may_be_made_in_any_case(self):
        self.company.collection_interest_off = True
        case, _items = self.open_case((300, 30))
        self.assertFalse(self.payment_dialog(case, 100).reservation)
        payment = self.register(case, 100, reservation=True)
        self.assertTrue(payment.collection_reservation)

    def test_printed_at_once(self):
        case, _items = self.open_case((300, 30))
        action = self.payment_dialog(case, 100).save().action_apply_and_print()
        self.assertEqual(action["type"], "ir.actions.report")
        self.assertTrue(action["close_on_report_download"])

    # === Correcting === #
    def test_a_split_payment_can_be_corrected(self):
        """Odoo knows one counterpart: a payment that is reset and changed has one again."""
        case, items = self.open_case((300, 60), (200, 10))
        payment = self.register(case, 400)
        payment.action_draft()
        payment.amount = 90
        payment.action_post()
        self.assertEqual(
            self.entry(payment.move_id),
            [("asset_current", 90, 90), ("asset_receivable", -90, -90)],
        )
        self.assertEqual([item.amount_residual for item in items], [300, 200])

    # === Who === #
    def test_who_may(self):
        case, _items = self.open_case((300, 30))
        reader = self.make_user("reader")
        with self.assertRaises(AccessError):
            case.with_user(reader).action_register_payment()
        with self.assertRaises(AccessError):
            self.env["collection.payment.wizard"].with_user(reader).create({"case_id": case.id})
        colleague = self.make_user("collector", login="colleague")
        with self.assertRaises(AccessError):
            case.with_user(colleague).action_register_payment()
        stranger = self.receivable(self.make_invoice(self.make_debtor("Other"), 10, ON - days(9)))
        wizard = self.payment_dialog(case, 10).save()
        wizard.line_ids = [Command.create({"move_line_id": stranger.id})]
        with self.assertRaisesRegex(UserError, "is not owed by Debtor"):
            wizard.action_apply()


class TestMoneyWaiting(MoneyCase):
    def test_money_on_account_and_bank_lines_are_warned_of_before_a_contact(self):
        case, _items = self.open_case((300, 30))
        self.assertFalse(case.money_waiting)
        self.register(case, 40).action_draft()
        self.bank_line(70)
        self.bank_line(-5)
        self.pay_on_account(25)
        self.reload()
        self.assertEqual(case.money_waiting, "On account: $\xa025.00 · In the bank: $\xa070.00")
        self.assertIn("nobody has matched yet", case.banner_html)
        self.assertIn("$\xa070.00", case.next_step_text, "in the work list")
        verdict = case.with_user(self.collector)._get_contact_verdict("call")
        self.assertEqual((verdict.level, verdict.code), ("warn", "money_waiting"))
        form = self.dialog(case.with_user(self.collector).action_log_contact())
        self.assertIn("$\xa070.00", form.banner_html, "also in the dialog of a call")
        self.assertIn("$\xa070.00", self.payment_dialog(case, 1).warning_html)
        for write in ("action_send_mail", "action_send_sms"):
            composer = self.dialog(getattr(case.with_user(self.collector), write)())
            self.assertIn("nobody has matched yet", composer.collection_warning_html, write)

    def pay_on_account(self, amount):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.debtor.id,
                "amount": amount,
                "date": ON,
                "journal_id": self.bank.id,
            }
        )
        payment.action_post()
        return payment

    def test_the_list_of_a_run_says_whose_money_has_come_in(self):
        _case, _items = self.open_case((300, 30))
        self.bank_line(70)
        planned = self.contacts(self.debtor, state="planned").with_user(self.supervisor)
        self.assertEqual(planned.money_waiting, "In the bank: $\xa070.00")

    def test_a_filter_finds_the_cases(self):
        case, _items = self.open_case((300, 30))
        Case = self.env["collection.case"].with_user(self.collector)
        self.assertFalse(Case.search([("has_money_waiting", "=", True)]))
        self.bank_line(70)
        self.assertEqual(Case.search([("has_money_waiting", "=", True)]), case)
        self.assertFalse(Case.search([("has_money_waiting", "=", False)]))

    def test_many_cases_in_one_query(self):
        cases = self.env["collection.case"]
        for number in range(5):
            debtor = self.make_debtor(f"Debtor {number}")
            self.make_invoice(debtor, 10, ON - days(9))
            self.bank_line(5, debtor)
        self.follow_up()
        cases = cases.search([("company_id", "=", self.company.id)])
        self.env.flush_all()
        self.env.invalidate_all()
        cases.mapped("partner_id.name")
        with self.assertQueryCount(4):
            self.assertEqual(len(list(filter(None, cases.mapped("money_waiting")))), 5)

    def test_set_off_in_the_order_of_the_law(self):
        case, (old, new) = self.open_case((300, 60), (200, 10))
        payment = self.pay_on_account(350)
        self.reload()
        self.assertEqual((case.amount_open, case.amount_overdue), (150, 150))
        case.with_user(self.collector).action_set_off()
        self.assertEqual((old.amount_residual, new.amount_residual), (0, 150))
        self.assertEqual(self.matched(old), [(payment.move_id, 300)])
        self.assertTrue(payment.is_reconciled)
        self.reload()
        self.assertFalse(case.money_waiting)
        with self.assertRaisesRegex(UserError, "Nothing is on account"):
            case.with_user(self.collector).action_set_off()

    def test_from_the_payment_dialog(self):
        case, (item,) = self.open_case((300, 60))
        self.pay_on_account(100)
        self.reload()
        form = self.payment_dialog(case, 50)
        self.assertTrue(form.on_account)
        action = form.save().action_set_off()
        again = self.dialog(action)
        self.assertFalse(again.on_account)
        self.assertEqual(again.amount, 50)
        with again.line_ids.edit(0) as line:
            self.assertEqual(line.residual, 200)
        self.assertIsInstance(again, Form)
        self.assertEqual(item.amount_residual, 200)
