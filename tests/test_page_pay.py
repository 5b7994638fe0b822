"""Paying on the customer page: Odoo's payment form, posted by Odoo, matched with what was chosen."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.collections_followup.models.collection_page_hit import LIMITS

from .common import ON, days
from .page import PageCase


class PayCase(PageCase):
    """A company with a provider that takes cards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider = cls.make_provider(cls.company)
        cls.method = cls.provider.payment_method_ids
        cls.env.flush_all()

    @classmethod
    def make_provider(cls, company):
        journal = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
        )
        view = cls.env["ir.ui.view"].create(
            {
                "name": "Test redirect form",
                "type": "qweb",
                "arch": '<form action="dummy" method="post"><input type="hidden" name="x"/></form>',
            }
        )
        provider = cls.env["payment.provider"].create(
            {
                "name": "Test Card",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": company.id,
                "redirect_form_view_id": view.id,
                "allow_tokenization": True,
            }
        )
        method = cls.env["payment.method"].create(
            {
                "name": "Card",
                "code": f"card_{company.id}",
                "active": True,
                "provider_ids": [Command.link(provider.id)],
                "support_tokenization": True,
            }
        )
        provider.payment_method_ids = method
        code = cls.env["account.payment.method"].search(
            [("code", "=", "none"), ("payment_type", "=", "inbound")]
        ) or cls.env["account.payment.method"].sudo().create(
            {"name": "Card", "code": "none", "payment_type": "inbound"}
        )
        cls.env["account.payment.method.line"].create(
            {
                "payment_method_id": code.id,
                "journal_id": journal.id,
                "payment_provider_id": provider.id,
            }
        )
        provider.journal_id = journal
        return provider

    def start(self, query, **values):
        """What Odoo's payment form sends when somebody presses Pay."""
        params = {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "token_id": None,
            "amount": 0.01,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": "https://evil.example",
            "is_validation": False,
            "access_token": "",
            **values,
        }
        answer = self.url_open(
            f"{self.base}/pay/transaction?{query}",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
        )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        return answer.json()

    def pay_online(self, query, **values):
        """The whole way: the transaction that was started is confirmed and posted."""
        result = self.start(query, **values)
        self.assertIn("result", result, result)
        tx = self.env["payment.transaction"].search(
            [("reference", "=", result["result"]["reference"])]
        )
        tx._set_done()
        tx._post_process()
        self.env.flush_all()
        return tx

    def open_amounts(self):
        self.env.invalidate_all()
        return self.items.mapped("amount_residual_currency")


class TestPay(PayCase):
    def test_the_form_of_odoo_is_shown(self):
        page = self.get("/pay").text
        self.assertIn("o_payment_form", page)
        self.assertIn("1,000.00", page)
        self.assertIn(f'data-transaction-route="{self.base}/pay/transaction?currency=', page)
        self.assertNothingForeign(page)

    def test_all_of_it(self):
        tx = self.pay_online(f"currency={self.usd.id}")
        self.assertEqual(tx.amount, 1000, "What the browser says is not believed")
        self.assertEqual(tx.landing_route, f"{self.base}?done=pay")
        self.assertEqual(self.open_amounts(), [0, 0, 0])
        self.assertEqual(tx.payment_id.amount, 1000)
        self.assertEqual(tx.payment_id.collection_case_id, self.case)
        self.assertEqual(tx.payment_id.partner_id, self.debtor)
        self.assertLessEqual(
            set(self.items.move_id.mapped("payment_state")), {"paid", "in_payment"}
        )
        self.assertIn("Has paid", self.told().note)
        self.assertIn("You owe us nothing", self.get().text)

    def test_chosen_items_only(self):
        first, last = self.items[0], self.items[2]
        self.pay_online(f"items={first.id}&items={last.id}")
        self.assertEqual(self.open_amounts(), [0, 300, 0])

    def test_a_part_goes_where_the_law_says(self):
        self.pay_online(f"currency={self.usd.id}&amount=600")
        self.assertEqual(self.open_amounts(), [0, 200, 200], "The oldest first")

    def test_the_amount_of_a_promise(self):
        self.env["collection.agreement"]._promise(self.case, 250, ON + days(3))
        self.env.flush_all()
        line = self.case.agreement_ids.line_ids
        self.assertIn(f"/pay?line={line.id}", self.get().text)
        tx = self.pay_online(f"line={line.id}")
        self.assertEqual(tx.amount, 250)
        self.check_books(ON)
        self.assertEqual(self.case.agreement_ids.state, "kept")

    def test_an_instalment_of_a_plan(self):
        plan = self.start_plan(count=4)
        self.env.flush_all()
        tx = self.pay_online(f"line={plan.line_ids[0].id}")
        self.assertEqual(tx.amount, 250)
        self.assertEqual(self.open_amounts(), [250, 300, 200])
        self.check_books(ON)
        self.assertEqual(plan.line_ids[0].state, "kept")
        self.assertIn("error", self.start(f"line={plan.line_ids[0].id}"), "It has been paid")

    def test_another_currency_by_itself(self):
        eur = self.make_euro()
        item = self.receivable(self.make_invoice(self.debtor, 70, ON, currency_id=eur.id))
        tx = self.pay_online(f"currency={eur.id}")
        self.assertEqual((tx.amount, tx.currency_id), (70, eur))
        self.assertEqual(item.amount_residual_currency, 0)
        self.assertEqual(self.open_amounts(), [500, 300, 200])

    def test_credits_lower_what_all_of_it_comes_to(self):
        self.make_credit_note(self.debtor, 100)
        tx = self.pay_online(f"currency={self.usd.id}")
        self.assertEqual(tx.amount, 900)

    def test_paid_twice_stays_on_account(self):
        query = f"items={self.items[0].id}"
        started = self.start(query)["result"]["reference"]
        self.pay_online(query)
        late = self.env["payment.transaction"].search([("reference", "=", started)])
        late._set_done()
        late._post_process()
        self.assertEqual(self.open_amounts(), [0, 300, 200])
        self.assertEqual(late.payment_id.amount, 500)
        self.assertIn("500.00", self.get().text)

    def test_what_is_on_its_way_is_told(self):
        result = self.start(f"currency={self.usd.id}")["result"]
        tx = self.env["payment.transaction"].search([("reference", "=", result["reference"])])
        tx._set_pending()
        self.env.flush_all()
        self.assertIn("is being processed", self.get().text)

    def test_nothing_of_others_is_paid_or_shown(self):
        foreign = self.foreign_items.id
        for query in (
            f"items={foreign}",
            f"items={self.items[0].id}&items={foreign}",
            "items=0",
            "items=99999999999999999999",
            f"line={self.start_plan_of_foreign().line_ids[0].id}",
            f"currency={self.usd.id}&amount=1000.01",
            f"currency={self.usd.id}&amount=0",
            f"currency={self.usd.id}&amount=-5",
            "currency=0&amount=x",
        ):
            result = self.start(query)
            self.assertIn("error", result, query)
            self.assertNothingForeign(str(result))
            answer = self.get(f"/pay?{query}")
            self.assertEqual(answer.status_code, 422)
            self.assertNothingForeign(answer.text)

    def start_plan_of_foreign(self):
        plan = self.make_plan(case=self.foreign, count=2)
        plan.action_activate()
        self.env.flush_all()
        return plan

    def test_only_ways_that_were_offered(self):
        other = self.make_provider(self.make_company("Southwind Traders"))
        token = self.env["payment.token"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "partner_id": self.debtor.id,
                "provider_ref": "x",
                "payment_details": "1234",
            }
        )
        self.env.flush_all()
        self.assertNotIn("1234", self.get("/pay").text, "A link may have been passed on")
        for wrong in (
            {"provider_id": other.id, "payment_method_id": other.payment_method_ids.id},
            {"provider_id": 0},
            {"payment_method_id": None},
            {"flow": "token", "token_id": token.id},
            {"flow": "nonsense"},
            {"provider_id": ["x"], "flow": {}},
        ):
            self.assertIn("error", self.start(f"currency={self.usd.id}", **wrong), wrong)
        self.assertFalse(
            self.env["payment.transaction"].search([("collection_case_id", "=", self.case.id)])
        )

    def test_a_revoked_link_and_a_colleague_pay_nothing(self):
        query = f"currency={self.usd.id}"
        self.authenticate(self.collector.login, self.collector.login)
        self.assertIn("error", self.start(query))
        self.authenticate(None, None)
        self.case.action_revoke_links()
        self.env.flush_all()
        self.assertIn("error", self.start(query))

    def test_only_so_often(self):
        with patch.dict(LIMITS, pay=(2, 3600)):
            query = f"currency={self.usd.id}"
            for _number in range(2):
                self.assertIn("result", self.start(query))
            self.assertIn("error", self.start(query))

    def test_a_portal_user_pays_for_the_entity(self):
        user = new_test_user(self.env, "page_payer", groups="base.group_portal")
        user.partner_id.parent_id = self.debtor
        self.env.flush_all()
        self.authenticate("page_payer", "page_payer")
        self.base = f"/my/debts/{self.case.id}"
        tx = self.pay_online(f"currency={self.usd.id}")
        self.assertEqual(tx.partner_id, user.partner_id)
        self.assertEqual(self.open_amounts(), [0, 0, 0])

    def test_without_a_provider_the_bank_account_is_named(self):
        self.assertIn("Pay now", self.get().text)
        self.provider.state = "disabled"
        self.env.flush_all()
        self.assertNotIn("Pay now", self.get().text)
        self.assertIn("not possible at the moment", self.get("/pay").text)
