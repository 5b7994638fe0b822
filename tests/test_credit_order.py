"""New orders of debtors on hold: refused to whoever sells, whatever is installed; never invoices."""

from types import SimpleNamespace

from odoo.addons.collections_followup.models.collection_credit_order import _guard

from .common import ON, days
from .credit import CreditCase


class TestOrdersOnHold(CreditCase):
    """An invoice stands for the order: the Sales app is no dependency, and what is asked of it is
    whose order it is."""

    def order(self, user=None):
        invoice = self.make_invoice(self.debtor, 100, ON + days(30), post=False)
        return SimpleNamespace(
            env=self.env(user=user or self.seller),
            company_id=self.company,
            partner_id=self.debtor,
            partner_invoice_id=self.debtor,
            _message_log=invoice._message_log,
            invoice=invoice,
        )

    def refusal(self, order):
        return order.env["collection.credit.hold"]._get_order_refusal(order)

    def test_whoever_sells_is_refused_and_told_why_until_it_is_released(self):
        self.assertEqual(self.refusal(self.order()), "")
        hold = self.hold()
        sentence = self.refusal(self.order())
        self.assertIn("Accept no new order before it is released", sentence)
        self.assertIn("Overdue Debts", sentence)
        hold.with_user(self.supervisor).action_release()
        self.assertEqual(self.refusal(self.order()), "")

    def test_an_order_of_a_branch_is_one_of_the_company(self):
        self.hold()
        order = self.order()
        order.partner_id = self.make_debtor("Branch", parent_id=self.debtor.id, is_company=False)
        order.partner_invoice_id = self.env["res.partner"]
        self.assertTrue(self.refusal(order))

    def test_an_order_that_somebody_else_pays(self):
        self.hold()
        order = self.order()
        order.partner_id = self.make_debtor("Site")
        self.assertTrue(self.refusal(order))

    def test_a_company_may_do_with_a_warning(self):
        self.hold()
        self.company.collection_credit_refuse_orders = False
        self.assertEqual(self.refusal(self.order()), "")

    def test_a_customer_who_signs_online_is_not_refused_and_sales_sees_it(self):
        self.hold()
        order = self.order()
        hold = order.env["collection.credit.hold"].sudo()
        self.assertEqual(hold._get_order_refusal(order), "")
        self.assertIn("on hold since", order.invoice.message_ids[0].body)

    def test_what_was_delivered_is_invoiced(self):
        self.hold()
        invoice = self.make_invoice(self.debtor, 100, ON + days(30))
        self.assertEqual(invoice.state, "posted")

    def test_orders_ask_once_and_their_own_refusals_come_first(self):
        asked = []

        class Order(SimpleNamespace):
            def _confirmation_error_message(self):
                return self.own

        class Holds:
            def _get_order_refusal(self, order):
                asked.append(order)
                return "on hold"

        _guard(Order)
        _guard(Order)
        env = {"collection.credit.hold": Holds()}
        self.assertEqual(
            Order(own="No product", env=env)._confirmation_error_message(), "No product"
        )
        self.assertEqual(Order(own=False, env=env)._confirmation_error_message(), "on hold")
        self.assertEqual(len(asked), 1)
