from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase

from .common import ON, days
from .plans import PlansCase, drawing


class SignedPlans(PlansCase):
    """A company whose plans hold when both sides have signed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.collection_agreement_signed = True

    def sign_for_company(self, plan, user=None):
        action = plan.with_user(user or self.collector).action_sign()
        wizard = (
            self.env[action["res_model"]]
            .with_user(user or self.collector)
            .with_context(**action["context"])
            .create({"signature": drawing()})
        )
        wizard.action_apply()

    def sign_for_debtor(self, plan, name="Ann Arbor"):
        plan.sudo()._sign_debtor(name, drawing())


class TestSignatures(SignedPlans):
    """Signed by both sides, then frozen."""

    def test_it_does_not_hold_before_both_have_signed(self):
        plan = self.make_plan()
        self.assertTrue(plan.requires_signature)
        with self.assertRaisesRegex(UserError, "both sides have signed"):
            plan.action_activate()
        self.sign_for_debtor(plan)
        self.assertEqual(plan.state, "draft")
        self.assertEqual(plan.sudo().activity_ids.user_id, self.collector, "Please sign as well")
        self.sign_for_company(plan)
        self.assertEqual(plan.state, "active")
        self.assertEqual(plan.company_signed_by_id, self.collector)
        self.assertFalse(plan.sudo().activity_ids)

    def test_the_company_may_sign_first(self):
        plan = self.make_plan()
        self.sign_for_company(plan)
        self.assertEqual(plan.state, "draft")
        self.sign_for_debtor(plan)
        self.assertEqual(plan.state, "active")

    def test_the_signed_paper_is_kept_as_it_was(self):
        plan = self.make_plan()
        self.sign_for_company(plan)
        self.sign_for_debtor(plan)
        kept = plan.document_id.raw
        self.assertTrue(kept.startswith(b"%PDF"))
        self.company.name = "Somebody Else Ltd"
        self.assertEqual(plan._get_pdf(), kept)

    def test_terms_are_frozen_once_the_debtor_has_signed(self):
        plan = self.make_plan()
        self.sign_for_debtor(plan)
        with self.assertRaisesRegex(UserError, "stay as they are"):
            plan.line_ids[0].amount = 1
        with self.assertRaisesRegex(UserError, "stay as they are"):
            plan.grace_days = 90

    def test_changed_terms_take_the_companys_signature_back(self):
        plan = self.make_plan()
        self.sign_for_company(plan)
        plan.line_ids[0].date += days(1)
        self.assertFalse(plan.company_signed_on)
        self.assertFalse(plan.company_signature)

    def test_what_waits_for_approval_cannot_be_signed(self):
        plan = self.make_plan(count=18)
        with self.assertRaisesRegex(UserError, "not been approved"):
            plan.action_sign()
        with self.assertRaisesRegex(UserError, "not been approved"):
            self.sign_for_debtor(plan)
        with self.assertRaisesRegex(UserError, "not been approved"):
            plan.action_send()

    def test_a_plan_whose_first_payment_has_passed_cannot_be_signed(self):
        plan = self.make_plan(date_first=ON + days(3))
        with freeze_time(ON + days(5)), self.assertRaisesRegex(UserError, "in the past"):
            self.sign_for_debtor(plan)

    def test_a_signature_must_be_a_drawing_with_a_name(self):
        plan = self.make_plan().sudo()
        for name, signature, message in (
            ("", drawing(), "your name"),
            ("Ann", "", "missing"),
            ("Ann", "bm90IGEgcGljdHVyZQ==", "cannot be read"),
            ("Ann", "%%%", "cannot be read"),
        ):
            with self.assertRaisesRegex(UserError, message):
                plan._sign_debtor(name, signature)
        self.sign_for_debtor(plan)
        with self.assertRaisesRegex(UserError, "signed already"):
            self.sign_for_debtor(plan)

    def test_a_reader_signs_nothing(self):
        plan = self.make_plan()
        reader = self.make_user("reader")
        with self.assertRaises(AccessError):
            plan.with_user(reader)._sign_company(drawing())

    def test_cancelling_what_was_signed_keeps_the_paper(self):
        plan = self.make_plan()
        self.sign_for_company(plan)
        self.sign_for_debtor(plan)
        plan._cancel("Bankruptcy")
        self.assertEqual(plan.state, "cancelled")
        self.assertTrue(plan.document_id and plan.signature)

    def test_sending_it_is_a_contact_like_any_other(self):
        plan = self.make_plan()
        action = plan.action_send()
        composer = (
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
            .create({})
        )
        self.assertIn(f"/collections/agreement/{plan.id}?access_token=", composer.body)
        composer._action_send_mail()
        log = self.contacts(self.debtor, channel="email")
        self.assertEqual((log.state, log.case_id), ("sent", self.case))


class TestPortal(SignedPlans, HttpCase):
    """The page by link: its token is all it takes, and nothing else will do."""

    def setUp(self):
        super().setUp()
        self.plan = self.make_plan(count=3)
        self.token = self.plan._portal_ensure_token()
        self.path = f"/collections/agreement/{self.plan.id}"
        self.env.flush_all()

    def sign(self, token, **values):
        values = {"name": "Ann Arbor", "signature": drawing(), **values}
        answer = self.url_open(
            f"{self.path}/accept?access_token={token}",
            json={"jsonrpc": "2.0", "method": "call", "params": values},
        )
        self.plan.invalidate_recordset()
        return answer.json().get("result", {})

    def test_the_page_shows_the_plan_and_where_to_sign(self):
        answer = self.url_open(f"{self.path}?access_token={self.token}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("333.34", answer.text)
        self.assertIn("Sign here", answer.text)
        self.assertIn("RF", answer.text)
        self.assertIn("width=device-width", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_the_page_reads_from_the_right_where_the_language_does(self):
        """Whether or not the server has the tool that turns Odoo's style sheets round."""
        page = self.url_open(f"{self.path}?access_token={self.token}").text
        self.assertRegex(page, r'<div id="wrap"[^>]* dir="ltr"')
        self.env["res.lang"]._activate_lang("ar_001")
        self.debtor.lang = "ar_001"
        page = self.url_open(f"{self.path}?access_token={self.token}").text
        self.assertRegex(page, r'<div id="wrap"[^>]* dir="rtl"')

    def test_a_wrong_token_shows_and_signs_nothing(self):
        for token in ("", "0" * 36, self.token[:-1]):
            for path in (self.path, f"{self.path}/pdf"):
                answer = self.url_open(f"{path}?access_token={token}")
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("Ann Arbor", answer.text)
            self.assertIn("error", self.sign(token))
        self.assertEqual(self.url_open("/collections/agreement/0?access_token=x").status_code, 404)
        self.assertFalse(self.plan.signed_on)

    def test_the_debtor_signs(self):
        self.assertIn("redirect_url", self.sign(self.token))
        self.assertEqual(self.plan.signed_by, "Ann Arbor")
        self.assertTrue(self.plan.signature)
        answer = self.url_open(f"{self.path}?access_token={self.token}")
        self.assertIn("Thank you for signing", answer.text)
        self.assertNotIn("Sign here", answer.text)

    def test_a_second_signature_is_refused(self):
        self.sign(self.token)
        self.assertIn("signed already", self.sign(self.token, name="Eve")["error"])
        self.assertEqual(self.plan.signed_by, "Ann Arbor")

    def test_a_colleague_cannot_sign_for_the_debtor(self):
        self.authenticate(self.collector.login, self.collector.login)
        answer = self.url_open(f"{self.path}?access_token={self.token}")
        self.assertIn("logged in as a colleague", answer.text)
        self.assertNotIn("Sign here", answer.text)
        self.assertIn("Only the debtor", self.sign(self.token)["error"])
        self.assertFalse(self.plan.signed_on)

    def test_a_promise_has_no_page(self):
        promise = self.env["collection.agreement"]._promise(self.case, 100, ON + days(3))
        token = promise._portal_ensure_token()
        self.env.flush_all()
        answer = self.url_open(f"/collections/agreement/{promise.id}?access_token={token}")
        self.assertEqual(answer.status_code, 404)

    def test_the_paper_by_link(self):
        answer = self.url_open(f"{self.path}/pdf?access_token={self.token}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF"))
