"""Insurers who pay for a debtor, or cover the loss: claimed, asked, denied, appealed, paid."""

import csv
import io

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.pdf import PdfReader

from .common import ON, days
from .money import MoneyCase


class ClaimCase(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer = cls.env["res.partner"].create(
            {"name": "Safe Health", "is_company": True, "city": "Springfield", "zip": "12345"}
        )

    def setUp(self):
        super().setUp()
        self.case, (self.old, self.new) = self.open_case((300, 90), (200, 20))

    def claim(self, *lines, user=None, submit=True, **values):
        claim = (
            self.env["collection.claim"]
            .with_user(user or self.collector)
            .create(
                {
                    "case_id": self.case.id,
                    "insurer_id": self.insurer.id,
                    "policy_number": "P-1",
                    "move_line_ids": [Command.set([line.id for line in lines or (self.old,)])],
                    **values,
                }
            )
        )
        if submit:
            claim.action_submit()
        return claim

    def answer(self, claim, answer, user=None, **values):
        self.env["collection.claim.answer"].with_user(user or self.supervisor).create(
            {"claim_id": claim.id, "answer": answer, **values}
        ).action_apply()
        self.reload()


class TestClaim(ClaimCase):
    def test_the_debtor_is_left_alone_about_these_items_meanwhile(self):
        claim = self.claim()
        self.assertEqual((claim.state, claim.amount, claim.date_submitted), ("submitted", 300, ON))
        both = (self.old + self.new).ids
        excluded = self.engine._get_exclusions(self.case, both, ON)
        self.assertEqual(excluded, {self.old.id: "claimed"})
        claim.hold_debtor = False
        self.assertEqual(self.engine._get_exclusions(self.case, both, ON), {})

    def test_the_run_says_why_nobody_is_asked(self):
        self.claim(self.old, self.new)
        self.follow_up(ON + days(1))
        self.assertReason(self.debtor, "claimed")

    def test_partly_paid_the_rest_is_the_debtors_again(self):
        claim = self.claim()
        self.answer(claim, "paid", amount=120)
        self.assertEqual(
            (claim.state, claim.amount_paid, claim.amount_rest), ("submitted", 120, 180)
        )
        self.assertEqual(self.old.amount_residual, 180)
        self.answer(claim, "paid", amount=80, is_final=True)
        self.assertEqual((claim.state, claim.result), ("closed", "partly"))
        self.assertEqual(self.engine._get_exclusions(self.case, self.old.ids, ON), {})
        self.assertIn("100.00 is the debtor", self.case.message_ids[0].body)

    def test_paid_in_full_it_closes_itself(self):
        claim = self.claim()
        self.answer(claim, "paid")
        self.assertEqual((claim.state, claim.result), ("closed", "paid"))
        self.assertTrue(self.old.reconciled)
        self.assertEqual(claim.payment_ids.memo, "Safe Health")

    def test_denied_then_appealed_with_its_facts(self):
        claim = self.claim(number="C-77")
        self.answer(claim, "denied", self.collector, reason="Not covered <b>", appeal_days=14)
        self.assertEqual((claim.state, claim.appeal_deadline), ("denied", ON + days(14)))
        with self.assertRaisesRegex(UserError, "Write the appeal first"):
            claim.action_appeal_sent()
        claim.action_write_appeal()
        self.assertIn("C-77", claim.appeal_subject)
        for fact in ("Not covered &lt;b&gt;", "300.00", self.old.move_id.name):
            self.assertIn(fact, claim.appeal_text)
        for step in (claim.action_print_appeal, claim.action_appeal_sent):
            with self.assertRaisesRegex(UserError, "what speaks against"):
                step()
        claim.appeal_text = claim.appeal_text.replace("Say here what speaks", "Clause 4 speaks")
        claim.action_print_appeal()
        file = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.claim"), ("res_id", "=", claim.id)]
        )
        text = " ".join(PdfReader(io.BytesIO(file.raw)).pages[0].extract_text().split())
        self.assertIn("Clause 4 speaks", text)
        self.assertIn("Safe Health", text)
        claim.action_appeal_sent()
        self.assertEqual((claim.state, claim.date_appealed), ("appealed", ON))
        self.answer(claim, "paid")
        self.assertEqual(claim.result, "paid")

    def test_an_appeal_that_comes_too_late(self):
        claim = self.claim()
        self.answer(claim, "denied", reason="Late", appeal_days=5)
        claim.action_write_appeal()
        claim.appeal_text = "<p>It is covered.</p>"
        late = claim.with_context(collection_on=ON + days(6))
        with self.assertRaisesRegex(UserError, "had to be there by"):
            late.action_appeal_sent()
        claim.action_close()
        self.assertEqual((claim.state, claim.result), ("closed", "denied"))

    def test_a_longer_time_to_appeal(self):
        """The days count from the insurer's letter; a later day the insurer agreed to is entered."""
        claim = self.claim()
        with self.assertRaisesRegex(UserError, "in the future"):
            self.answer(claim, "denied", reason="Late", date=ON + days(1))
        self.answer(claim, "denied", reason="Late", appeal_days=5, date=ON - days(6))
        self.assertEqual((claim.date_answered, claim.appeal_deadline), (ON - days(6), ON - days(1)))
        claim.action_write_appeal()
        claim.appeal_text = "<p>We told you in time.</p>"
        with self.assertRaisesRegex(UserError, "had to be there by"):
            claim.action_appeal_sent()
        claim.appeal_deadline = ON + days(7)
        claim.action_appeal_sent()
        self.assertEqual(claim.state, "appealed")

    def test_the_appeal_is_denied_and_appealed_again(self):
        claim = self.claim()
        self.answer(claim, "denied", reason="Late")
        claim.action_write_appeal()
        claim.appeal_text = "<p>It was not late.</p>"
        claim.action_appeal_sent()
        self.answer(claim, "denied", reason="Not proven")
        self.assertFalse(claim.appeal_text or claim.date_appealed)
        self.assertIn("It was not late.", " ".join(claim.message_ids.mapped("body")))
        claim.action_write_appeal()
        self.assertIn("Not proven", claim.appeal_text)

    def test_the_last_day_for_the_claim_is_told(self):
        claim = self.claim(submit=False, submit_by=ON + days(20))
        Claim = self.env["collection.claim"]
        self.assertFalse(Claim._watch(ON + days(9), self.company))
        self.assertEqual(Claim._watch(ON + days(10), self.company), claim.sudo())
        self.assertIn("Submit the claim in time", claim.sudo().activity_ids.summary)
        self.assertFalse(Claim._watch(ON + days(11), self.company))
        claim.action_submit()
        self.assertFalse(claim.sudo().activity_ids)

    def test_the_letters_are_in_the_insurers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.insurer.lang = "de_DE"
        claim = self.claim()
        self.answer(claim, "denied", reason="Late")
        template = self.env.ref("collections_followup.mail_template_claim_appeal")
        template.with_context(lang="de_DE").subject = "Widerspruch {{ object.policy_number }}"
        claim.action_write_appeal()
        self.assertEqual(claim.appeal_subject, "Widerspruch P-1")

    def test_deadlines_are_told_once(self):
        claim = self.claim()
        self.env["collection.claim.inquiry"].with_user(self.collector).create(
            {"claim_id": claim.id, "answer": "In work", "date_next": ON + days(7)}
        )
        self.assertEqual(claim.date_next, ON + days(7))
        Claim = self.env["collection.claim"]
        self.assertFalse(Claim._watch(ON + days(6), self.company))
        self.assertEqual(Claim._watch(ON + days(7), self.company), claim.sudo())
        self.assertFalse(Claim._watch(ON + days(8), self.company))
        self.answer(claim, "denied", reason="No", appeal_days=30)
        self.assertFalse(Claim._watch(ON + days(9), self.company))
        self.assertEqual(Claim._watch(ON + days(20), self.company), claim.sudo())
        self.assertFalse(Claim._watch(ON + days(21), self.company))

    # === What is refused === #
    def test_refusals_name_what_to_do(self):
        with self.assertRaisesRegex(UserError, "number of the policy"):
            self.claim(policy_number=False)
        draft = self.claim(submit=False)
        with self.assertRaisesRegex(UserError, "Submit the claim"):
            self.answer(draft, "denied", reason="x")
        draft.action_submit()
        with self.assertRaisesRegex(UserError, "the insurer's reason"):
            self.answer(draft, "denied", reason=" ")
        with self.assertRaisesRegex(UserError, "how much"):
            self.answer(draft, "paid", amount=0)
        with self.assertRaisesRegex(UserError, "more was received"):
            self.answer(draft, "paid", amount=301)
        with self.assertRaisesRegex(UserError, "What was claimed stays"):
            draft.move_line_ids = self.new
        strange = self.receivable(self.make_invoice(self.make_debtor("Other"), 5, ON))
        with self.assertRaisesRegex(ValidationError, "items of Debtor only"):
            self.claim(strange, submit=False)

    def test_who_does_what(self):
        claim = self.claim()
        with self.assertRaises(AccessError):
            self.answer(claim, "paid", self.collector)
        with self.assertRaises(AccessError):
            claim.action_paid()
        with self.assertRaisesRegex(UserError, "instead of changing it"):
            claim.state = "closed"
        reader = self.make_user("reader")
        self.assertEqual(claim.with_user(reader).amount, 300)
        with self.assertRaises(AccessError):
            claim.with_user(reader).action_close()

    def test_the_table_for_the_insurers_portal(self):
        self.old.move_id.name = "=1+1"
        claim = self.claim()
        claim.action_export()
        file = self.env["ir.attachment"].search([("res_model", "=", "collection.claim")], limit=1)
        (row,) = csv.DictReader(io.StringIO(file.raw.decode("utf-8-sig")))
        self.assertEqual(
            (row["document"], row["days_overdue"], row["open"]), ("'=1+1", "90", "300.0")
        )


class TestCreditInsurer(ClaimCase):
    def insure(self, debtor=None, **values):
        debtor = debtor or self.debtor
        file = self.env["collection.credit.file"]._of(debtor, self.company)
        return self.env["collection.credit.insurance"].create(
            {
                "file_id": file.id,
                "insurer_id": self.insurer.id,
                "policy_number": "CI-9",
                "amount": 400,
                "notify_days": 60,
                "waiting_days": 180,
                "covered_percent": 90,
                **values,
            }
        )

    def prepare(self, on=ON):
        return self.env["collection.claim"]._prepare_notices(on, self.company)

    def test_a_notice_is_prepared_before_the_policys_days_are_over(self):
        self.insure(notify_days=110)
        self.assertFalse(self.prepare(ON + days(9)))
        claim = self.prepare(ON + days(10))
        self.assertEqual((claim.kind, claim.state), ("credit", "draft"))
        self.assertEqual(claim.notify_by, ON + days(20))
        self.assertEqual(claim.amount, 400, "90 % of 500, up to the limit")
        self.assertIn("Notify the credit insurer", claim.activity_ids.summary)
        self.assertEqual(claim.activity_ids.user_id, self.collector)
        self.assertFalse(self.prepare(ON + days(11)), "once")

    def test_the_debtor_is_asked_all_the_same(self):
        self.insure()
        claim = self.prepare()
        self.assertFalse(claim.hold_debtor)
        self.assertEqual(self.engine._get_exclusions(self.case, self.old.ids, ON), {})

    def test_notified_then_claimed_after_the_waiting_period(self):
        self.insure()
        claim = self.prepare().with_user(self.collector)
        with self.assertRaisesRegex(UserError, "Notify the insurer first"):
            claim.action_submit()
        claim.action_print_notice()
        claim.action_notified()
        self.assertEqual((claim.date_notified, claim.activity_ids.ids), (ON, []))
        with self.assertRaisesRegex(UserError, "waiting period"):
            claim.action_submit()
        claim.with_context(collection_on=ON + days(90)).action_submit()
        self.assertEqual(claim.state, "submitted")
        self.answer(claim, "paid")
        self.assertEqual(self.old.amount_residual + self.new.amount_residual, 100)

    def test_without_days_or_cover_nothing_is_prepared(self):
        policy = self.insure(notify_days=0)
        self.assertFalse(self.prepare())
        policy.write({"notify_days": 60, "amount": 0})
        self.assertFalse(self.prepare())
        policy.write({"amount": 10, "date_to": ON - days(200)})
        self.assertFalse(self.prepare(), "the cover had ended before the debt fell due")

    def test_many_debtors_take_as_many_queries_as_one(self):
        def queries(count):
            debtors = [self.make_debtor(f"Insured {count} {number}") for number in range(count)]
            for debtor in debtors:
                self.make_invoice(debtor, 10, ON - days(80))
            self.follow_up()
            for debtor in debtors:
                self.insure(debtor)
            self.reload()
            before = self.env.cr.sql_log_count
            made = self.prepare()
            self.env.flush_all()
            self.assertEqual(len(made), count)
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(5))
