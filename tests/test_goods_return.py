"""Goods taken back in part payment: ordered, received by whoever is asked, credited by Odoo."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from .common import ON, days
from .money import MoneyCase


class TestGoodsReturn(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fetcher = new_test_user(
            cls.env,
            "fetcher",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.case, (self.item,) = self.open_case((100, 30))
        self.invoice = self.item.move_id

    def invoice_of(self, *goods, tax=None):
        """An invoice over (name, quantity, price)."""
        return self.make_invoice(
            self.debtor,
            0,
            ON - days(10),
            invoice_line_ids=[
                Command.create(
                    {
                        "name": name,
                        "quantity": quantity,
                        "price_unit": price,
                        "tax_ids": [Command.set(tax.ids if tax else [])],
                    }
                )
                for name, quantity, price in goods
            ],
        )

    def ask(self, invoice=None, user=None, **values):
        """Goods are ordered back on the case, as a collector does."""
        action = self.case.with_user(user or self.collector).action_take_goods()
        Return = self.env["collection.goods.return"].with_user(user or self.collector)
        form = Form(Return.with_context(**action["context"]))
        if invoice:
            form.move_id = invoice
        form.user_id = self.fetcher
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def test_the_form_proposes_everything_on_the_only_open_invoice(self):
        order = self.ask()
        self.assertEqual(order.move_id, self.invoice)
        self.assertEqual(order.line_ids.mapped("quantity"), [1])
        self.assertEqual((order.amount, order.state), (100, "draft"))
        self.assertIn("Main Street 1", order.address)

    def test_received_goods_are_credited_and_matched_with_the_item(self):
        """Three of five machines come, one of them damaged; the tax is credited with them."""
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")], limit=1
        )
        invoice = self.invoice_of(("Drill", 5, 200), ("Advice", 1, 80), tax=tax)
        order = self.ask(invoice)
        order.line_ids.filtered(lambda line: line.name == "Advice").unlink()
        line = order.line_ids
        line.write({"quantity": 3})
        order.action_order()
        self.assertEqual(order.activity_ids.user_id, self.fetcher)

        received = order.with_user(self.fetcher)
        received.line_ids.write({"quantity_received": 2, "condition": "used"})
        received.action_receive()
        self.assertEqual((order.state, order.received_by_id), ("received", self.fetcher))
        self.assertFalse(order.credit_move_id, "nobody but a supervisor credits")

        order.with_user(self.supervisor).action_credit()
        note = order.credit_move_id
        self.assertEqual((note.move_type, note.state), ("out_refund", "posted"))
        self.assertEqual(note.reversed_entry_id, invoice)
        self.assertEqual(note.amount_untaxed, 200, "two at 200, worth 50 %")
        self.assertEqual(note.amount_total, order.amount)
        item = self.receivable(invoice)
        self.assertEqual(self.matched(item), [(note, note.amount_total)])
        self.assertEqual(item.amount_residual, invoice.amount_total - note.amount_total)
        self.assertEqual(order.state, "credited")
        self.assertIn("Goods taken back", self.case.message_ids[0].body)

    def test_a_supervisor_who_receives_credits_at_once(self):
        order = self.ask(user=self.supervisor)
        order.action_order()
        order.with_user(self.supervisor).action_receive()
        self.assertEqual(order.state, "credited")
        self.assertEqual(self.item.amount_residual, 0)

    def test_goods_without_value_end_the_order_without_a_credit_note(self):
        order = self.ask()
        order.line_ids.condition = "worthless"
        order.action_order()
        order.with_user(self.supervisor).action_receive()
        self.assertEqual((order.state, order.credit_move_id.ids), ("credited", []))
        self.assertEqual(self.item.amount_residual, 100)

    def test_an_instalment_is_paid_oldest_first(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": day})
                    for day in (5, 20)
                ],
            }
        )
        invoice = self.make_invoice(
            self.debtor, 100, ON - days(40), invoice_payment_term_id=term.id
        )
        order = self.ask(invoice)
        order.line_ids.value_percent = 60
        order.action_order()
        order.with_user(self.supervisor).action_receive()
        first, second = self.receivable(invoice).sorted("date_maturity")
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 40))

    # === What is refused === #
    def test_not_more_than_was_invoiced_over_all_orders(self):
        first = self.ask()
        first.action_order()
        with self.assertRaises(ValidationError) as caught:  # undoes what was refused
            self.env["collection.goods.return"].with_user(self.collector).create(
                {
                    "case_id": self.case.id,
                    "move_id": self.invoice.id,
                    "line_ids": [
                        Command.create(
                            {"move_line_id": self.invoice.invoice_line_ids.id, "quantity": 1}
                        )
                    ],
                }
            )
        self.assertIn("Only 1 of Goods were invoiced", str(caught.exception))
        first.action_cancel()
        self.assertEqual(self.ask().line_ids.quantity, 1, "cancelled orders hold nothing back")

    def test_an_order_needs_goods_somebody_and_an_open_invoice(self):
        order = self.ask()
        order.line_ids.quantity = 0
        with self.assertRaisesRegex(UserError, "which goods"):
            order.action_order()
        order.line_ids.quantity = 1
        order.user_id = False
        with self.assertRaisesRegex(UserError, "who fetches"):
            order.action_order()
        order.user_id = self.fetcher
        self.pay(self.invoice)
        with self.assertRaisesRegex(UserError, "is paid"):
            order.action_order()

    def test_nothing_came(self):
        order = self.ask()
        order.action_order()
        order.line_ids.with_user(self.fetcher).quantity_received = 0
        with self.assertRaisesRegex(UserError, "cancel the order instead"):
            order.with_user(self.fetcher).action_receive()

    def test_another_debtors_invoice(self):
        strange = self.make_invoice(self.make_debtor("Other"), 10, ON - days(5))
        with self.assertRaisesRegex(ValidationError, "no posted invoice of"):
            self.env["collection.goods.return"].with_user(self.collector).create(
                {"case_id": self.case.id, "move_id": strange.id}
            )

    def test_closed_books(self):
        order = self.ask()
        order.action_order()
        order.with_user(self.fetcher).action_receive()
        self.company.fiscalyear_lock_date = ON
        with self.assertRaisesRegex(UserError, "books are closed"):
            order.with_user(self.supervisor).action_credit()
        self.assertEqual((order.state, self.item.amount_residual), ("received", 100))

    # === Who === #
    def test_whoever_is_asked_counts_on_the_form(self):
        order = self.ask()
        order.action_order()
        self.env.invalidate_all()
        form = Form(order.with_user(self.fetcher))
        with form.line_ids.edit(0) as line:
            line.quantity_received = 0.5
        form.save().action_receive()
        self.assertEqual((order.state, order.amount), ("received", 50))

    def test_whoever_is_asked_only_counts(self):
        order = self.ask()
        order.action_order()
        asked = order.with_user(self.fetcher)
        self.assertEqual(asked.line_ids.name, "Goods")
        for record, values in (
            (asked, {"purpose": "repossession"}),
            (asked, {"state": "credited"}),
            (asked.line_ids, {"value_percent": 90}),
            (asked.line_ids, {"quantity": 5}),
        ):
            with self.assertRaises(UserError):
                record.write(values)
        with self.assertRaises(AccessError):
            asked.action_credit()
        with self.assertRaises(AccessError):
            order.with_user(self.collector).action_credit()

    def test_others_do_not_see_it(self):
        order = self.ask()
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            order.with_user(stranger).read(["name"])
        reader = self.make_user("reader")
        self.assertEqual(order.with_user(reader).amount, 100)
        with self.assertRaises(AccessError):
            order.with_user(reader).action_order()
        with self.assertRaises(AccessError):
            order.with_user(reader).line_ids.quantity_received = 1

    def test_what_was_credited_stays(self):
        order = self.ask()
        order.action_order()
        order.with_user(self.supervisor).action_receive()
        with self.assertRaisesRegex(UserError, "closed"):
            order.line_ids.with_user(self.collector).condition = "used"
        with self.assertRaisesRegex(UserError, "history"):
            order.with_user(self.collector).unlink()
