"""Questions and disputes: recorded, answered by somebody outside finance, resolved in Odoo."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import ON, days
from .money import MoneyCase


class DisputeCase(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = new_test_user(
            cls.env,
            "warehouse",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            email="warehouse@creditor.example",
        )
        cls.reason = cls.env.ref("collections_followup.dispute_reason_quality")

    def record(self, case, lines, amount=None, user=None, **values):
        """Record a dispute from the case, as a person does."""
        form = self.dialog(case.with_user(user or self.collector).action_dispute(), user)
        form.move_line_ids.clear()
        for line in lines:
            form.move_line_ids.add(line)
        for name, value in values.items():
            setattr(form, name, value)
        if amount is not None:
            form.amount = amount
        result = form.save().action_apply()
        self.reload()
        return self.env["collection.dispute"].browse(result["infos"]["dispute"])

    def reversal(self, action, user=None):
        model = self.env["account.move.reversal"].with_user(user or self.collector)
        return Form(model.with_context(**action["context"]))

    def credit(self, dispute, user=None, **values):
        """Make the credit note from the dispute, and return the draft."""
        form = self.reversal(dispute.with_user(user or self.collector).action_credit_note(), user)
        for name, value in values.items():
            setattr(form, name, value)
        action = form.save().refund_moves()
        return self.env["account.move"].browse(action["res_id"])


class TestAnswer(DisputeCase):
    def test_only_the_disputed_part_leaves_dunning(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(
            case, item, 100, reason_id=self.reason, user_id=self.warehouse, description="Scratched"
        )
        self.assertEqual((dispute.amount_disputed, dispute.state), (100, "open"))
        self.assertEqual(dispute.deadline, ON + days(self.reason.days))
        self.assertEqual(self.env["collection.dispute"]._get_disputed(item.ids), {item.id: 100})
        self.follow_up(ON + days(1))
        planned = self.contacts(self.debtor, state="planned")
        self.assertEqual(planned.amount, 200, "the rest stays due")

    def test_somebody_outside_finance_answers(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100, user_id=self.warehouse, kind="complaint")
        todo = dispute.activity_ids
        self.assertEqual((todo.user_id, todo.date_deadline), (self.warehouse, dispute.deadline))
        mine = dispute.with_user(self.warehouse)
        self.assertEqual(self.env["collection.dispute"].with_user(self.warehouse).search([]), mine)
        self.assertIn(item.move_id.name, mine.items_text)
        with self.assertRaises(AccessError):
            case.with_user(self.warehouse).check_access("read")
        with Form(mine) as form:
            form.answer = "Two of ten came damaged."
        mine.with_context(collection_on=ON + days(3)).action_answer()
        self.assertEqual(
            (dispute.state, dispute.date_answered, dispute.days_to_answer),
            ("answered", ON + days(3), 3),
        )
        self.assertIn("Answered", dispute.activity_ids.summary)
        self.assertEqual(dispute.activity_ids.user_id, self.collector)

    def test_no_answer_without_words_and_no_state_by_hand(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100, user_id=self.warehouse)
        with self.assertRaisesRegex(UserError, "Write the answer first"):
            dispute.with_user(self.warehouse).action_answer()
        for user in (self.warehouse, self.collector, self.manager):
            with self.assertRaisesRegex(UserError, "instead of changing its state"):
                dispute.with_user(user).state = "resolved"
        for values in ({"amount_disputed": 1}, {"deadline": ON + days(99)}, {"kind": "inquiry"}):
            with self.assertRaisesRegex(UserError, "asked for an answer"):
                dispute.with_user(self.warehouse).write(values)
        stranger = new_test_user(self.env, "nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            dispute.with_user(stranger).check_access("read")

    def test_evidence_is_kept_with_the_dispute(self):
        case, (item,) = self.open_case((300, 30))
        photo = (
            self.env["ir.attachment"]
            .with_user(self.collector)
            .create({"name": "photo.txt", "raw": b"scratched"})
        )
        dispute = self.record(case, item, 100, user_id=self.warehouse)
        dispute.with_user(self.collector).evidence_ids = photo
        self.reload()
        self.assertEqual((photo.res_model, photo.res_id), ("collection.dispute", dispute.id))
        self.assertEqual(photo.with_user(self.warehouse).raw, b"scratched")

    def test_messages_with_the_debtor_stay_with_the_dispute(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100, user_id=self.warehouse)
        action = dispute.with_user(self.warehouse).action_write_to_debtor()
        composer = Form(
            self.env["mail.compose.message"]
            .with_user(self.warehouse)
            .with_context(**action["context"])
        )
        composer.body = "<p>We have looked into it.</p>"
        composer.save()._action_send_mail()
        message = dispute.message_ids[0]
        self.assertEqual(message.partner_ids, self.debtor)
        self.assertIn("looked into it", message.body)

    def test_a_missed_deadline_goes_to_the_supervisor_once(self):
        case, (item, other) = self.open_case((300, 30), (200, 30))
        late = self.record(case, item, 100, user_id=self.warehouse)
        done = self.record(case, other, 50, user_id=self.warehouse)
        done.with_user(self.warehouse).answer = "Fine"
        done.with_user(self.warehouse).action_answer()
        after = late.deadline + days(1)
        Dispute = self.env["collection.dispute"]
        self.assertFalse(Dispute._escalate(late.deadline, self.company), "not on the day itself")
        self.follow_up(after)
        self.assertEqual((late.escalated_on, done.escalated_on), (after, False))
        warning = late.activity_ids.filtered(lambda a: "deadline" in a.summary)
        self.assertTrue(warning.user_id.has_group("collections_followup.group_supervisor"))
        self.follow_up(after + days(1))
        self.assertEqual(len(late.activity_ids.filtered(lambda a: "deadline" in a.summary)), 1)
        late.with_user(self.collector).deadline = after + days(5)
        self.assertFalse(late.escalated_on, "a new deadline is watched anew")

    def test_escalation_takes_the_same_queries_for_many(self):
        def late(count):
            lines = [
                self.receivable(self.make_invoice(self.debtor, 10, ON - days(9)))
                for _number in range(count)
            ]
            for line in lines:
                self.env["collection.dispute"]._open(case, "dispute", line)
            self.env.flush_all()
            self.env.invalidate_all()

        case, _items = self.open_case((300, 30))
        late(2)
        with self.assertQueryCount(40):
            self.env["collection.dispute"]._escalate(ON + days(90), self.company)
            self.env.flush_all()
        late(12)
        with self.assertQueryCount(40):
            found = self.env["collection.dispute"]._escalate(ON + days(90), self.company)
            self.env.flush_all()
        self.assertEqual(len(found), 12)

    def test_bad_input(self):
        case, (item,) = self.open_case((300, 30))
        form = self.dialog(case.with_user(self.collector).action_dispute())
        self.assertEqual(form.move_line_ids[:], item, "the only one that is open")
        form.move_line_ids.clear()
        with self.assertRaisesRegex(UserError, "Choose what is disputed"):
            form.save().action_apply()
        with self.assertRaisesRegex(UserError, "More is disputed than the items amount to"):
            self.record(case, item, 300.01)
        for amount in (0, -1):
            with self.assertRaisesRegex(UserError, "Enter how much is disputed"):
                self.record(case, item, amount)
        with self.assertRaisesRegex(UserError, "cannot be in the past"):
            self.record(case, item, deadline=ON - days(1))
        question = self.record(case, [], kind="inquiry", description="Which order was this?")
        self.assertEqual(question.amount_disputed, 0)

    def test_who_may_record(self):
        case, _items = self.open_case((300, 30))
        with self.assertRaises(AccessError):
            case.with_user(self.make_user("reader")).action_dispute()
        with self.assertRaises(AccessError):
            self.env["collection.dispute"].with_user(self.warehouse).create(
                {"case_id": case.id, "currency_id": self.usd.id}
            )


class TestResolve(DisputeCase):
    def test_a_credit_note_for_the_disputed_part(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100, reason_id=self.reason)
        form = self.reversal(dispute.with_user(self.collector).action_credit_note())
        self.assertEqual((form.collection_amount, form.reason), (100, self.reason.name))
        note = self.credit(dispute)
        self.assertEqual((note.state, note.amount_total), ("draft", 100))
        self.assertEqual(dispute.resolved_move_ids, note)
        self.assertEqual(dispute.state, "open", "it ends when the credit note is posted")
        self.assertEqual(case.amount_open, 300)
        note.with_user(self.collector).action_post()
        self.reload()
        self.assertEqual(self.entry(note), [("asset_receivable", -100, -100), ("income", 100, 100)])
        self.assertEqual(self.matched(item), [(note, 100)])
        self.assertEqual((item.amount_residual, case.amount_open), (200, 200))
        self.assertEqual((dispute.state, dispute.resolution), ("resolved", "credit_note"))
        self.assertEqual((dispute.date_resolved, dispute.days_to_answer), (ON, 0))
        self.assertFalse(dispute.activity_ids)

    def test_a_part_with_tax_comes_to_the_cent(self):
        taxes = self.env["account.tax"].create(
            [
                {
                    "name": f"{rate} %",
                    "amount": rate,
                    "type_tax_use": "sale",
                    "company_id": self.company.id,
                }
                for rate in (19, 7)
            ]
        )
        invoice = self.make_invoice(self.debtor, 1, ON - days(30), post=False)
        invoice.invoice_line_ids = [
            Command.clear(),
            Command.create(
                {"name": "A", "quantity": 3, "price_unit": 33.33, "tax_ids": taxes[0].ids}
            ),
            Command.create(
                {
                    "name": "B",
                    "quantity": 7,
                    "price_unit": 11.11,
                    "tax_ids": taxes[1].ids,
                    "discount": 5,
                }
            ),
        ]
        invoice.action_post()
        self.follow_up()
        case = self.case_of(self.debtor)
        item = self.receivable(invoice)
        for amount in (77.77, 0.5, 50):
            dispute = self.record(case, item, amount)
            note = self.credit(dispute)
            self.assertEqual(note.amount_total, amount)
            self.assertGreater(note.amount_tax, 0)
            note.unlink()
            dispute.with_user(self.collector).action_withdraw()

    def test_the_whole_document_and_a_right_one(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100)
        form = self.reversal(dispute.with_user(self.collector).action_correct())
        action = form.save().modify_moves()
        right = self.env["account.move"].browse(action["res_id"])
        self.reload()
        self.assertEqual((right.move_type, right.state), ("out_invoice", "draft"))
        self.assertTrue(item.reconciled)
        self.assertEqual(
            set(dispute.resolved_move_ids.mapped("move_type")), {"out_refund", "out_invoice"}
        )
        self.assertEqual((dispute.state, dispute.resolution), ("resolved", "corrected"))
        self.assertEqual(case.amount_open, 0)

    def test_a_refund_of_what_was_paid(self):
        self.env["res.partner.bank"].create(
            {"partner_id": self.debtor.id, "acc_number": "DE89370400440532013000"}
        )
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100)
        self.register(case, 400, excess_handling="keep")
        self.reload()
        with self.assertRaisesRegex(UserError, "Ask for a refund"):
            dispute.with_user(self.collector).action_credit_note()
        form = self.dialog(dispute.with_user(self.collector).action_refund())
        refund = form.save()
        self.assertEqual((refund.amount, refund.dispute_id), (100, dispute))
        self.assertEqual(dispute.state, "open")
        refund.with_user(self.supervisor).action_approve()
        refund.with_user(self.collector).action_pay()
        self.reload()
        self.assertEqual((dispute.state, dispute.resolution), ("resolved", "refund"))
        self.assertEqual(dispute.refund_ids.payment_id.amount, 100)
        self.assertEqual(case.amount_open, 0)

    def test_an_agreement(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100)
        promise = self.env["collection.agreement"]._promise(case, 300, ON + days(5))
        form = self.dialog(dispute.with_user(self.collector).action_agree())
        form.agreement_id = promise
        form.save().action_apply()
        self.assertEqual(
            (dispute.state, dispute.resolution, dispute.agreement_id),
            ("resolved", "agreement", promise),
        )

    def test_not_justified_or_withdrawn(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100)
        dispute.with_user(self.collector).action_reject()
        self.assertEqual((dispute.state, dispute.resolution), ("resolved", "rejected"))
        self.assertEqual(case.next_review_date, ON)
        self.assertFalse(self.env["collection.dispute"]._get_disputed(item.ids))
        with self.assertRaisesRegex(UserError, "closed already"):
            dispute.with_user(self.collector).action_credit_note()

    def test_a_question_is_closed_by_its_answer(self):
        case, (item,) = self.open_case((300, 30))
        question = self.record(case, item, kind="document")
        question.answer = "Copy sent"
        question.with_user(self.collector).action_close_answered()
        self.assertEqual((question.state, question.resolution), ("resolved", "answered"))
        disputed = self.record(case, item, 100)
        with self.assertRaisesRegex(UserError, "needs a decision"):
            disputed.with_user(self.collector).action_close_answered()

    def test_bad_credit_notes(self):
        case, (item, other) = self.open_case((300, 30), (200, 20))
        both = self.record(case, item + other, 350)
        with self.assertRaisesRegex(UserError, "one for each document"):
            both.with_user(self.collector).action_credit_note()
        dispute = self.record(case, item, 100)
        form = self.reversal(dispute.with_user(self.collector).action_credit_note())
        form.collection_amount = 300.01
        with self.assertRaisesRegex(UserError, "cannot be above"):
            form.save().refund_moves()
        self.assertFalse(item.move_id.reversal_move_ids)

    def test_a_credit_note_in_a_closed_period_is_moved_by_odoo_and_still_ends_it(self):
        case, (item,) = self.open_case((300, 30))
        dispute = self.record(case, item, 100)
        self.company.fiscalyear_lock_date = ON - days(5)
        note = self.credit(dispute, date=ON - days(6))
        note.with_user(self.collector).action_post()
        self.assertGreater(note.date, ON - days(5), "never in the closed period")
        self.assertEqual((item.amount_residual, dispute.state), (200, "resolved"))


class TestInterestOfDisputed(DisputeCase):
    def test_only_the_disputed_part_pauses(self):
        self.policy.interest_on_disputes = "stop"
        case, (item,) = self.open_case((1000, 30))
        self.assertEqual(case.charge_ids.amount, 8.34)
        self.record(case, item, 400)
        self.env["collection.charge"]._accrue(ON + days(10), self.company)
        self.assertEqual(
            case.charge_ids.amount,
            round(1000 * 0.1015 * 29 / 365 + 600 * 0.1015 * 11 / 365, 2),
            "the rest bears interest from the day of the dispute on",
        )
        self.assertEqual([s["base"] for s in case.charge_ids.explanation], ["1000.00", "600.00"])

    def test_owed_again_when_it_is_not_justified(self):
        self.policy.interest_on_disputes = "stop"
        case, (item,) = self.open_case((1000, 30))
        dispute = self.record(case, item, 400)
        dispute.with_user(self.collector).action_reject()
        self.env["collection.charge"]._accrue(ON + days(10), self.company)
        self.assertEqual(case.charge_ids.amount, 11.12)


class TestCreditedDebitNote(DisputeCase):
    def make_note(self):
        case, (item,) = self.open_case((1000, 30))
        self.payment_dialog(case, 5).save().action_invoice_charges()
        return case, item, case.charge_ids, case.charge_ids.move_id

    def reverse(self, move, modify=False):
        wizard = (
            self.env["account.move.reversal"]
            .with_user(self.collector)
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"date": ON, "journal_id": move.journal_id.id})
        )
        action = wizard.modify_moves() if modify else wizard.refund_moves()
        return self.env["account.move"].browse(action["res_id"])

    def test_credited_in_full_the_interest_is_given_up(self):
        case, _item, charge, note = self.make_note()
        self.assertEqual(charge.state, "invoiced")
        credit = self.reverse(note)
        self.assertEqual(charge.state, "invoiced", "a draft changes nothing")
        credit.action_post()
        self.assertEqual((charge.state, charge.amount_credited), ("waived", 8.34))
        self.assertIn(credit.name, charge.waive_reason)
        self.env["collection.charge"]._accrue(ON + days(10), self.company)
        self.assertEqual(
            (case.charge_ids - charge).amount, 2.78, "what was given up is not charged"
        )
        credit.button_draft()
        self.assertEqual((charge.state, charge.amount_credited), ("invoiced", 0))

    def test_credited_in_part(self):
        _case, _item, charge, note = self.make_note()
        credit = self.reverse(note)
        credit.invoice_line_ids.price_unit = 4.17
        credit.action_post()
        self.assertEqual((charge.state, charge.amount_credited), ("invoiced", 4.17))

    def test_a_corrected_debit_note_takes_the_charges_over(self):
        _case, _item, charge, note = self.make_note()
        right = self.reverse(note, modify=True)
        self.assertEqual((charge.state, charge.move_id), ("accrued", right))
        right.action_post()
        self.assertEqual((charge.state, charge.move_id), ("invoiced", right))

    def test_charged_again_where_a_supervisor_says_so(self):
        case, _item, charge, note = self.make_note()
        self.reverse(note).action_post()
        charge.with_user(self.supervisor).action_unwaive()
        self.assertEqual((charge.state, charge.move_id.id), ("accrued", False))
        self.assertEqual(case.amount_charges, 8.34)
