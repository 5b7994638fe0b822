"""Debit notes of charges, and charges that are given up."""

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .common import ON, CollectionsCase, days


class TestChargeInvoice(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_interest()
        cls.invoice = cls.make_invoice(cls.debtor, 1000, ON - days(30))

    def setUp(self):
        super().setUp()
        self.follow_up()
        self.case = self.case_of(self.debtor)
        self.charge = self.case.charge_ids

    # === Words === #
    def accrue(self, on):
        return self.env["collection.charge"]._accrue(on, self.company)

    def make_note(self, charges=None, user=None, **values):
        wizard = (
            self.env["collection.charge.invoice.wizard"]
            .with_user(user or self.collector)
            .create({"charge_ids": [Command.set((charges or self.charge).ids)], **values})
        )
        action = wizard.action_apply()
        return self.env["account.move"].browse(action.get("res_id") or action["domain"][0][2])

    def waive(self, user, charges=None, reason="Our mistake"):
        self.env["collection.charge.waive.wizard"].with_user(user).create(
            {"charge_ids": [Command.set((charges or self.charge).ids)], "reason": reason}
        ).action_apply()

    def lines_of(self, move):
        return sorted(
            (line.account_id.account_type, line.balance, line.amount_currency)
            for line in move.line_ids
            if line.display_type not in ("line_note", "line_section")
        )

    # === Debit notes === #
    def test_a_debit_note_posted_line_by_line(self):
        income = self.env["account.account"].create(
            {"name": "Late interest", "code": "INT1", "account_type": "income_other"}
        )
        self.company.collection_charge_account_id = income
        note = self.make_note()
        self.assertEqual((note.state, note.move_type), ("posted", "out_invoice"))
        self.assertEqual(note.invoice_origin, self.invoice.name)
        self.assertEqual(
            self.lines_of(note),
            [("asset_receivable", 8.34, 8.34), ("income_other", -8.34, -8.34)],
        )
        self.assertEqual(note.invoice_line_ids.account_id, income)
        self.assertIn("30 days on $\xa01,000.00 at 10.15 %", note.invoice_line_ids.name)
        self.assertEqual((self.charge.state, self.charge.move_id), ("invoiced", note))
        self.assertEqual(self.case.amount_charges, 0)

    def test_tax_and_journal_by_setting(self):
        tax = self.env["account.tax"].create(
            {"name": "10 %", "amount": 10, "type_tax_use": "sale", "company_id": self.company.id}
        )
        journal = self.env["account.journal"].create(
            {"name": "Debit notes", "code": "DN", "type": "sale", "company_id": self.company.id}
        )
        self.company.collection_charge_tax_ids = tax
        self.company.collection_charge_journal_id = journal
        note = self.make_note()
        self.assertEqual((note.journal_id, note.amount_tax), (journal, 0.83))

    def test_several_debtors_get_one_note_each(self):
        other = self.make_debtor("Second")
        self.make_invoice(other, 2000, ON - days(30))
        self.make_invoice(other, 3000, ON - days(30))
        self.follow_up()
        charges = self.env["collection.charge"].search([("company_id", "=", self.company.id)])
        notes = self.make_note(charges)
        self.assertEqual(notes.partner_id, self.debtor + other)
        self.assertEqual(sorted(notes.mapped("amount_total")), [8.34, 16.68 + 25.03])
        self.assertEqual(set(charges.mapped("state")), {"invoiced"})

    def test_what_is_invoiced_is_not_charged_again(self):
        self.make_note()
        self.accrue(ON + days(10))
        second = self.case.charge_ids - self.charge
        self.assertEqual((second.date_from, second.date_to), (ON + days(1), ON + days(10)))
        self.assertEqual(second.amount, 2.78, "11.12 in all, 8.34 invoiced")
        self.assertEqual([s["days"] for s in second.explanation], [10])
        self.assertEqual(self.charge.amount, 8.34)

    def test_no_interest_on_interest(self):
        note = self.make_note()
        self.accrue(ON + days(100))
        self.assertNotIn(note, self.case.charge_ids.source_move_id)
        self.assertEqual(
            sum(self.case.charge_ids.mapped("amount")), 36.15, "130 days on 1,000 at 10.15 %"
        )

    def test_a_draft_is_not_invoiced_yet(self):
        note = self.make_note(post=False)
        self.assertEqual((note.state, self.charge.state), ("draft", "accrued"))
        with self.assertRaisesRegex(UserError, "nothing to invoice"):
            self.make_note()
        note.action_post()
        self.assertEqual(self.charge.state, "invoiced")

    def test_resetting_and_cancelling_the_note_takes_it_back(self):
        note = self.make_note()
        self.accrue(ON + days(10))
        note.button_draft()
        self.assertEqual((self.charge.state, self.charge.move_id), ("accrued", note))
        note.action_post()
        self.assertEqual(self.charge.state, "invoiced")
        note.button_draft()
        note.button_cancel()
        self.assertEqual(self.case.charge_ids, self.charge, "its successor gave way")
        self.assertEqual((self.charge.state, self.charge.move_id.id), ("accrued", False))
        self.accrue(ON + days(10))
        self.assertEqual((self.charge.amount, self.charge.date_to), (11.12, ON + days(10)))

    def test_deleting_a_draft_note_takes_it_back(self):
        self.make_note(post=False).unlink()
        self.assertEqual((self.charge.state, self.charge.move_id.id), ("accrued", False))

    def test_bad_input_is_refused(self):
        with self.assertRaisesRegex(UserError, "due before its date"):
            self.make_note(date=ON, date_due=ON - days(1))
        self.company.sale_lock_date = ON
        self.company.fiscalyear_lock_date = ON
        with self.assertRaisesRegex(UserError, "books are closed until Mar 16, 2026"):
            self.make_note(date=ON)
        note = self.make_note(date=ON, post=False)
        self.assertEqual(note.state, "draft")

    def test_a_debit_note_of_tomorrow_is_refused(self):
        with self.assertRaisesRegex(UserError, "cannot be in the future"):
            self.make_note(date=ON + days(1))
        self.assertEqual(self.charge.state, "accrued")

    # === Waivers === #
    def test_a_supervisor_waives_up_to_the_limit(self):
        self.waive(self.supervisor)
        self.assertEqual(
            (self.charge.state, self.charge.waived_by_id, self.charge.waived_on),
            ("waived", self.supervisor, ON),
        )
        self.assertIn("Our mistake", self.case.message_ids[0].body)
        self.accrue(ON + days(10))
        rest = self.case.charge_ids - self.charge
        self.assertEqual(rest.amount, 2.78, "what is waived is not charged again")

    def test_above_the_limit_a_manager_decides(self):
        self.company.collection_waive_limit = 8
        self.waive(self.supervisor)
        self.assertEqual((self.charge.state, self.charge.waive_requested), ("accrued", True))
        with self.assertRaisesRegex(AccessError, "limit of \\$\xa08.00"):
            self.charge.with_user(self.supervisor).action_approve_waiver()
        self.charge.with_user(self.manager).action_approve_waiver()
        self.assertEqual((self.charge.state, self.charge.waive_reason), ("waived", "Our mistake"))

    def test_a_collector_asks(self):
        self.waive(self.collector)
        self.assertEqual((self.charge.state, self.charge.waive_requested), ("accrued", True))
        self.assertTrue(self.case.activity_ids)
        with self.assertRaises(AccessError):
            self.charge.with_user(self.collector).action_approve_waiver()
        with self.assertRaises(AccessError):
            self.charge.with_user(self.collector).action_refuse_waiver()
        self.charge.with_user(self.supervisor).action_refuse_waiver()
        self.assertFalse(self.charge.waive_requested)

    def test_a_waiver_taken_back(self):
        self.waive(self.supervisor)
        self.accrue(ON + days(10))
        with self.assertRaises(AccessError):
            self.charge.with_user(self.collector).action_unwaive()
        self.charge.with_user(self.supervisor).action_unwaive()
        self.accrue(ON + days(10))
        self.assertEqual(self.case.charge_ids, self.charge)
        self.assertEqual((self.charge.state, self.charge.amount), ("accrued", 11.12))

    def test_a_waiver_needs_a_reason_and_an_open_charge(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.waive(self.supervisor, reason="  ")
        self.make_note()
        with self.assertRaisesRegex(UserError, "on a debit note"):
            self.waive(self.supervisor)
