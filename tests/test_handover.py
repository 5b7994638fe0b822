"""Files handed over: prepared, refused while something is missing, placed, paid, recalled."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user

from .common import ON, days
from .money import MoneyCase


class HandoverCase(MoneyCase):
    """A debtor with two invoices, an agency, and an operator of stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agency = cls.env["res.partner"].create({"name": "Quick Recovery", "is_company": True})
        cls.operator = new_test_user(
            cls.env,
            "operator",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.case, (self.old, self.new) = self.open_case((300, 90), (200, 20))

    def prepare(self, kind="agency", user=None, complete=True, **values):
        """A file as a collector prepares it."""
        handover = (
            self.env["collection.handover"]
            .with_user(user or self.collector)
            .create(
                {
                    "case_id": self.case.id,
                    "kind": kind,
                    "partner_id": self.agency.id if kind != "disconnection" else False,
                    **values,
                }
            )
        )
        if complete:
            for document in handover._get_missing():
                self.attach(document)
        return handover

    def attach(self, document, name="Paper.pdf", raw=b"%PDF-1.4 x"):
        file = (
            self.env["ir.attachment"].with_user(self.collector).create({"name": name, "raw": raw})
        )
        document.attachment_ids = [Command.link(file.id)]
        return file

    def place(self, **values):
        handover = self.prepare(**values)
        handover.with_user(self.supervisor).action_place()
        self.reload()
        return handover

    def reason(self, handover, step, reason, user=None, **values):
        wizard = self.env["collection.handover.reason"].with_user(user or self.supervisor)
        wizard.create(
            {
                "handover_ids": [Command.set(handover.ids)],
                "step": step,
                "reason": reason,
                **values,
            }
        ).action_apply()
        self.reload()

    def refusal(self, handover):
        return (handover._get_refusal() or (None,))[0]


class TestPreparing(HandoverCase):
    def test_the_checklist_says_what_is_there_and_what_is_missing(self):
        handover = self.prepare(complete=False)
        states = {document.code: document.state for document in handover.document_ids}
        self.assertEqual(states["invoice"], "made")
        self.assertEqual(states["statement"], "made")
        self.assertEqual(states["notices"], "missing", "none has arrived")
        self.assertEqual(states["agreement"], "none")
        self.assertEqual(handover.missing_text, "Notices sent and delivered")

    def test_an_arrived_notice_counts_and_one_that_came_back_does_not(self):
        self.follow_up()
        run = self.run_of()
        self.release(run, self.supervisor)
        handover = self.prepare(complete=False)
        notices = handover.document_ids.filtered(lambda document: document.code == "notices")
        self.assertEqual(notices.state, "missing", notices.detail)
        self.arrive(self.contacts(self.debtor, channel="email"))
        notices.invalidate_recordset()
        self.assertEqual((notices.state, notices.detail), ("made", "1 arrived"))

    def test_an_open_dispute_keeps_a_lawyers_file_back(self):
        self.env["collection.dispute"].with_user(self.collector)._open(
            self.case.with_user(self.collector), "dispute", self.old
        )
        handover = self.prepare("lawyer", complete=False)
        disputes = handover.document_ids.filtered(lambda document: document.code == "disputes")
        self.assertEqual(disputes.state, "missing")

    def test_refused_with_a_code_while_something_obligatory_is_missing(self):
        handover = self.prepare(complete=False)
        self.assertEqual(self.refusal(handover), "documents_missing")
        with self.assertRaisesRegex(UserError, "Notices sent and delivered") as caught:
            handover.action_ready()
        self.assertEqual(caught.exception.code, "documents_missing")
        self.assertEqual(handover.state, "draft")
        self.attach(handover._get_missing())
        handover.action_ready()
        self.assertEqual(handover.state, "ready")
        self.assertIn("Hand over", handover.activity_ids.summary)

    def test_a_supervisor_may_say_why_it_goes_without(self):
        handover = self.prepare(complete=False)
        with self.assertRaises(AccessError):
            self.reason(handover, "override", "Urgent", self.collector)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.reason(handover, "override", " ")
        self.reason(handover, "override", "The debtor moves abroad next week")
        handover.with_user(self.supervisor).action_place()
        self.assertEqual(handover.state, "placed")
        self.assertEqual(handover.override_by_id, self.supervisor)

    def test_the_form_of_the_case_proposes_everything_that_is_open(self):
        action = self.case.with_user(self.collector).action_hand_over()
        Handover = self.env["collection.handover"].with_user(self.collector)
        form = Form(Handover.with_context(**action["context"]))
        form.partner_id = self.agency
        handover = form.save()
        self.assertEqual(handover.move_line_ids, self.old + self.new)
        self.assertEqual((handover.state, handover.user_id), ("draft", self.collector))
        self.assertTrue(handover.document_ids)

    def test_a_collector_does_not_make_the_obligatory_optional(self):
        handover = self.prepare(complete=False)
        missing = handover._get_missing()
        for act in (missing.unlink, lambda: missing.write({"required": False})):
            with self.assertRaisesRegex(UserError, "obligatory"):
                act()
        missing.with_user(self.supervisor).required = False
        self.assertIsNone(handover._get_refusal())

    def test_the_list_follows_the_kind_and_keeps_what_was_added(self):
        handover = self.prepare()
        file = handover.document_ids.filtered(lambda d: d.code == "notices").attachment_ids
        handover.kind = "lawyer"
        codes = set(handover.document_ids.mapped("code"))
        self.assertLessEqual({"contract", "delivery", "notices"}, codes)
        self.assertIn(file, handover.document_ids.attachment_ids)

    def test_other_refusals_have_their_code(self):
        handover = self.prepare(partner_id=False)
        self.assertEqual(self.refusal(handover), "no_partner")
        service = self.prepare("disconnection")
        self.assertEqual(self.refusal(service), "no_service")
        self.pay(self.old.move_id + self.new.move_id)
        handover.partner_id = self.agency
        self.assertEqual(self.refusal(handover), "nothing_open")

    def test_items_of_somebody_else(self):
        other = self.receivable(self.make_invoice(self.make_debtor("Other"), 5, ON))
        with self.assertRaisesRegex(ValidationError, "not owed by"):
            self.prepare(scope="items", move_line_ids=[Command.set(other.ids)])


class TestPlacing(HandoverCase):
    def test_our_own_contacts_stop(self):
        handover = self.place()
        self.assertEqual((handover.state, handover.date_placed), ("placed", ON))
        self.assertEqual((handover.amount_placed, self.case.state), (500, "handed_over"))
        verdict = self.case.with_user(self.collector)._get_contact_verdict("call")
        self.assertEqual((verdict.level, verdict.code), ("block", "handed_over"))
        self.assertIn("Quick Recovery", verdict.reason)
        before = self.contacts(self.debtor)
        self.follow_up(ON + days(20))
        self.assertEqual(self.contacts(self.debtor) - before, before.browse())

    def test_a_released_contact_does_not_go_out_afterwards(self):
        self.follow_up()
        run = self.run_of()
        run.with_user(self.supervisor).action_release()
        self.place()
        self.make_released()
        codes = self.contacts(self.debtor).mapped("block_code")
        self.assertIn("handed_over", codes)

    def test_placed_items_are_left_alone_and_the_others_are_not(self):
        self.place(scope="items", move_line_ids=[Command.set(self.old.ids)])
        self.assertEqual(self.case.state, "open")
        excluded = self.engine._get_exclusions(self.case, (self.old + self.new).ids, ON)
        self.assertEqual(excluded, {self.old.id: "handed_over"})
        self.assertEqual(self.case._get_contact_verdict("call").level, "ok")
        self.assertIn("Quick Recovery", self.case._get_warnings()[0]["title"])

    def test_nothing_is_agreed_with_us_meanwhile(self):
        self.place(scope="items", move_line_ids=[Command.set(self.old.ids)])
        Agreement = self.env["collection.agreement"].with_user(self.collector)

        def promise(line):
            return Agreement.create(
                {
                    "case_id": self.case.id,
                    "currency_id": self.usd.id,
                    "move_line_ids": [Command.set(line.ids)],
                    "line_ids": [Command.create({"date": ON + days(3), "amount": 10})],
                }
            )

        self.assertTrue(promise(self.new))
        with self.assertRaisesRegex(UserError, "Quick Recovery has collected this since"):
            promise(self.old)

    def test_nothing_is_placed_twice(self):
        self.place(scope="items", move_line_ids=[Command.set(self.old.ids)])
        again = self.prepare("lawyer")
        self.assertEqual(self.refusal(again), "placed_already")

    def test_a_placed_file_is_not_changed(self):
        handover = self.place()
        with self.assertRaisesRegex(UserError, "Recall it before"):
            handover.with_user(self.supervisor).kind = "lawyer"
        with self.assertRaisesRegex(UserError, "instead of changing its state"):
            handover.with_user(self.supervisor).state = "closed"
        with self.assertRaisesRegex(UserError, "history"):
            handover.with_user(self.supervisor).unlink()

    def test_recalled_the_case_is_ours_again(self):
        handover = self.place()
        self.reason(handover, "recall", "The debtor wants to pay us")
        self.assertEqual((handover.state, handover.date_ended), ("recalled", ON))
        self.assertEqual((self.case.state, self.case.next_review_date), ("open", ON))
        self.assertIn("wants to pay us", self.case.message_ids[0].body)

    def test_one_item_is_recalled_and_the_rest_stays(self):
        """It becomes a file of its own, which came back; the debtor is ours again for it."""
        handover = self.place(commission_percent=10, commission_fixed=20, reference="QR-1")
        self.pay(self.old.move_id, 30)
        self.reason(
            handover,
            "recall",
            "The debtor settles this one with us",
            part="items",
            move_line_ids=[Command.set(self.new.ids)],
        )
        part = self.env["collection.handover"].search([("id", ">", handover.id)])
        self.assertEqual(
            (handover.state, handover.scope, handover.move_line_ids, handover.recovered),
            ("placed", "items", self.old, 30),
        )
        self.assertEqual(
            (part.state, part.move_line_ids, part.reference, part.date_ended),
            ("recalled", self.new, "QR-1", ON),
        )
        self.assertEqual((handover.amount_placed, part.amount_placed), (300, 200))
        self.assertEqual((handover.commission_due, part.commission_due), (23, 0), "one fixed fee")
        self.assertEqual(self.case.state, "open")
        placed = self.env["collection.handover"]._get_placed_lines([self.old.id, self.new.id])
        self.assertEqual(placed, {self.old.id})

    def test_recalled_from_the_case_and_from_the_list(self):
        handover = self.place()
        self.assertTrue(self.case.with_user(self.supervisor).has_placed_file)
        action = self.case.with_user(self.supervisor).action_recall_file()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.supervisor)
            .with_context(**action["context"])
        )
        self.assertTrue(form.may_choose)
        form.reason = "Enough"
        form.save().action_apply()
        self.assertEqual(handover.state, "recalled")
        with self.assertRaisesRegex(UserError, "have been handed over"):
            handover.with_user(self.supervisor).action_recall()
        with self.assertRaises(AccessError):
            handover.with_user(self.collector).action_recall()

    def test_only_open_items_of_the_file_are_recalled(self):
        handover = self.place().with_user(self.supervisor)
        self.pay(self.new.move_id, 200)
        with self.assertRaisesRegex(UserError, "open items of this file"):
            handover._recall_items(self.new, "x")
        with self.assertRaisesRegex(UserError, "open items of this file"):
            handover._recall_items(self.new.browse(), "x")

    def test_a_hold_goes_on_after_the_recall(self):
        reason = self.env["collection.hold.reason"].search([], limit=1)
        self.env["collection.hold"].create({"case_id": self.case.id, "reason_id": reason.id})
        self.assertEqual(self.case.state, "on_hold")
        handover = self.place()
        self.assertEqual(self.case.state, "handed_over")
        self.reason(handover, "recall", "Mistake")
        self.assertEqual(self.case.state, "on_hold")

    def test_paid_in_full_it_ends_by_itself(self):
        handover = self.place()
        self.pay(self.old.move_id + self.new.move_id)
        self.follow_up(ON + days(1))
        self.reload()
        self.assertEqual((handover.state, self.case.state), ("closed", "closed"))

    def test_somebody_is_asked_how_it_stands(self):
        handover = self.place(date_review=ON + days(30))
        self.follow_up(ON + days(29))
        self.assertFalse(handover.activity_ids)
        self.follow_up(ON + days(30))
        self.follow_up(ON + days(31))
        self.reload()
        self.assertEqual(len(handover.activity_ids), 1, "once")

    def test_only_supervisors_place_recall_and_close(self):
        handover = self.prepare()
        for act in (handover.action_place, handover.action_recall, handover.action_close):
            with self.assertRaises(AccessError):
                act()
        reader = self.make_user("reader")
        self.assertEqual(handover.with_user(reader).amount_open, 500)
        with self.assertRaises(AccessError):
            handover.with_user(reader).action_ready()

    def test_the_last_step_of_a_ladder_prepares_a_file(self):
        policy = self.make_policy(
            (
                "Agency",
                60,
                {
                    "channel": "handover",
                    "handover_kind": "agency",
                    "handover_partner_id": self.agency.id,
                },
            )
        )
        self.activate_shipped_rules()
        self.follow_up(ON + days(1))
        log = self.contacts(self.debtor, channel="handover")
        self.assertEqual(log.stage_id.policy_id, policy)
        self.release(log.run_id, self.supervisor, on=ON + days(1))
        handover = self.case.handover_ids
        self.assertEqual((log.state, handover.state), ("done", "draft"))
        self.assertEqual(handover.partner_id, self.agency)
        self.assertEqual(handover.move_line_ids, self.old, "the other is not old enough")
        self.assertIn("Prepare the file", handover.activity_ids[0].summary)

    def test_such_a_step_says_to_whom(self):
        with self.assertRaisesRegex(ValidationError, "to whom"):
            self.make_policy(("Agency", 60, {"channel": "handover"}))


class TestService(HandoverCase):
    def test_disconnected_and_connected_again_when_paid(self):
        handover = self.prepare("disconnection", service_user_id=self.operator.id)
        handover.with_user(self.supervisor).action_place()
        self.assertEqual(handover.activity_ids.user_id, self.operator)
        handover.with_user(self.operator).action_service_done()
        self.assertEqual(handover.service_state, "done")
        self.pay(self.old.move_id + self.new.move_id)
        self.follow_up(ON + days(1))
        self.reload()
        self.assertEqual((handover.state, handover.service_state), ("placed", "reversing"))
        self.assertIn("connect the service again", handover.activity_ids.summary)
        handover.with_user(self.operator).action_service_done()
        self.assertEqual((handover.state, handover.service_state), ("closed", "reversed"))

    def test_whoever_carries_it_out_opens_the_form_and_sees_no_money(self):
        handover = self.prepare("disconnection", service_user_id=self.operator.id)
        handover.with_user(self.supervisor).action_place()
        self.env.invalidate_all()
        form = Form(handover.with_user(self.operator))
        self.assertEqual(form.service_state, "ordered")
        fields = form._view["fields"]
        for name in ("move_line_ids", "document_ids", "amount_open", "net", "missing_text"):
            self.assertNotIn(name, fields)

    def test_the_notice_that_threatens_it_is_obligatory(self):
        handover = self.prepare("disconnection", complete=False, service_user_id=self.operator.id)
        self.assertIn("Notice that threatens it", handover.missing_text)

    def test_nobody_else_reports_it_done(self):
        handover = self.prepare("disconnection", service_user_id=self.operator.id)
        handover.with_user(self.supervisor).action_place()
        stranger = self.make_user("reader")
        with self.assertRaises(AccessError):
            handover.with_user(stranger).action_service_done()

    def test_repossessed_goods_come_back_by_an_order(self):
        handover = self.prepare("repossession", service_user_id=self.operator.id)
        self.pay(self.new.move_id)
        self.reload()
        context = handover.action_take_goods()["context"]
        self.assertEqual(context["default_purpose"], "repossession")
        self.assertEqual(context["default_user_id"], self.operator.id)
        self.assertEqual(context["default_move_id"], self.old.move_id.id)


class TestMoney(HandoverCase):
    def receive(self, handover, amount, user=None, **values):
        return (
            self.env["collection.handover.receipt"]
            .with_user(user or self.collector)
            .create({"handover_id": handover.id, "amount": amount, **values})
        )

    def test_what_was_paid_to_us_and_to_them(self):
        handover = self.place(commission_percent=10)
        self.pay(self.new.move_id, 50)
        receipt = self.receive(handover, 100)
        handover.invalidate_recordset()
        self.assertEqual((handover.recovered_us, handover.recovered_them), (50, 100))
        self.assertEqual((handover.recovered, handover.not_remitted), (150, 100))
        self.assertEqual((handover.commission_due, handover.net), (15, 135))
        self.assertEqual(self.old.amount_residual, 300, "it is not in our books yet")

        receipt.with_user(self.supervisor).action_remit()
        self.reload()
        self.assertEqual(self.old.amount_residual, 200, "the oldest first")
        self.assertEqual(receipt.payment_id.amount, 100)
        self.assertEqual((handover.recovered_us, handover.recovered), (50, 150), "counted once")
        self.assertEqual(handover.not_remitted, 0)

    def test_the_performance_of_an_agency_is_read_from_the_same_figures(self):
        handover = self.place(commission_percent=10)
        self.pay(self.new.move_id, 50)
        self.receive(handover, 100)
        handover.with_user(self.supervisor).cost_ids = [
            Command.create({"kind": "fee", "amount": 20})
        ]
        self.reload()
        row = self.env["collection.handover.result"].with_user(self.collector).search([])
        self.assertEqual((row.partner_id, row.debtor_id), (self.agency, self.debtor))
        for name in ("amount_placed", "recovered_us", "recovered_them", "cost", "net"):
            self.assertEqual(row[name], handover[name], name)
        self.assertEqual((row.net, row.recovery_rate, row.not_remitted), (115, 30, 100))

    def test_payments_before_and_after_do_not_count(self):
        self.pay(self.new.move_id, 20, on=ON - days(1))
        handover = self.place()
        self.assertEqual(handover.recovered, 0)
        self.reason(handover, "recall", "Enough")
        self.env["collection.handover"].browse(handover.id).sudo().date_ended = ON
        self.pay(self.new.move_id, 30, on=ON + days(1))
        handover.invalidate_recordset()
        self.assertEqual(handover.recovered, 0)

    def test_commission_and_costs_become_a_draft_vendor_bill(self):
        handover = self.place(commission_percent=20)
        self.pay(self.new.move_id, 100)
        handover.invalidate_recordset()
        boss = handover.with_user(self.supervisor)
        boss.action_book_commission()
        boss.cost_ids = [Command.create({"kind": "court", "amount": 35, "name": "Court fee"})]
        self.assertEqual((handover.cost, handover.commission_due), (55, 0))
        self.assertEqual(handover.net, 45)
        boss.action_make_bill()
        bill = handover.cost_ids.bill_id
        self.assertEqual((bill.move_type, bill.state), ("in_invoice", "draft"))
        self.assertEqual((bill.partner_id, bill.amount_untaxed), (self.agency, 55))
        with self.assertRaisesRegex(UserError, "on a vendor bill already"):
            boss.action_make_bill()
        with self.assertRaisesRegex(UserError, "No commission is due"):
            boss.action_book_commission()

    def agree(self, **values):
        """A placed file for which 100 were paid to us and 60 to them, 10 of it interest."""
        handover = self.place(**values)
        self.pay(self.new.move_id, 100)
        self.receive(handover, 60, amount_other=10)
        self.reload()
        row = self.env["collection.handover.result"].search([])
        self.assertEqual(row.net, handover.net, "the report reckons the same")
        return handover

    def test_commission_on_the_principal_only(self):
        handover = self.agree(commission_percent=10, commission_basis="principal")
        self.assertEqual((handover.recovered, handover.recovered_principal), (160, 150))
        self.assertEqual((handover.commission_due, handover.net), (15, 145))

    def test_commission_on_all_money(self):
        self.assertEqual(self.agree(commission_percent=10).commission_due, 16)

    def test_at_least_the_minimum(self):
        self.assertEqual(
            self.agree(commission_percent=10, commission_minimum=50).commission_due, 50
        )

    def test_a_fixed_fee_without_success(self):
        handover = self.place(commission_percent=10, commission_fixed=35, commission_minimum=50)
        self.assertEqual((handover.commission_due, handover.net), (35, -35))
        self.reload()
        self.assertEqual(self.env["collection.handover.result"].search([]).net, -35)

    def test_interest_invoiced_to_the_debtor_is_no_principal(self):
        self.env["collection.charge"].create(
            {
                "case_id": self.case.id,
                "move_line_id": self.old.id,
                "kind": "interest",
                "state": "invoiced",
                "currency_id": self.company.currency_id.id,
                "amount": 200,
                "date_from": ON - days(9),
                "date_to": ON,
                "move_id": self.new.move_id.id,
            }
        )
        handover = self.agree(commission_percent=10, commission_basis="principal")
        self.assertEqual((handover.recovered_principal, handover.commission_due), (50, 5))

    def test_commission_and_fees_with_tax_others_without(self):
        tax = self.env["account.tax"].create(
            {"name": "VAT", "amount": 20, "company_id": self.company.id, "type_tax_use": "purchase"}
        )
        handover = self.place(
            commission_percent=10, commission_fixed=5, commission_tax_ids=[Command.set(tax.ids)]
        )
        self.pay(self.new.move_id, 100)
        self.reload()
        boss = handover.with_user(self.supervisor)
        boss.action_book_commission()
        boss.cost_ids = [Command.create({"kind": "court", "amount": 35, "name": "Court fee"})]
        boss.action_make_bill()
        bill = handover.cost_ids.bill_id
        self.assertEqual((bill.amount_untaxed, bill.amount_tax), (50, 3))
        self.assertRegex(bill.invoice_line_ids[0].name, "Commission of 10 %, Fixed fee of")

    def test_the_terms_of_their_last_file_are_proposed(self):
        self.place(commission_percent=10, commission_basis="principal", terms="Monthly")
        following = self.prepare(complete=False)
        self.assertEqual(
            (following.commission_percent, following.commission_basis, following.terms),
            (10, "principal", "Monthly"),
        )
        self.assertEqual(self.prepare(kind="disconnection", complete=False).commission_percent, 0)

    def test_terms_that_cannot_be(self):
        for values in ({"commission_percent": 101}, {"commission_fixed": -1}):
            with self.assertRaises(CheckViolation), self.cr.savepoint():
                self.prepare(complete=False, **values)
                self.env.flush_all()

    def test_what_an_agency_remits_together_is_booked_together(self):
        handover = self.place()
        receipts = self.receive(handover, 60) + self.receive(handover, 40)
        receipts.with_user(self.supervisor).action_remit()
        self.assertEqual(receipts.mapped("state"), ["remitted", "remitted"])
        self.assertEqual((receipts.partner_id, receipts.debtor_id), (self.agency, self.debtor))
        self.reload()
        self.assertEqual(self.old.amount_residual, 200)

    def test_more_than_is_open_is_not_posted(self):
        handover = self.place()
        receipt = self.receive(handover, 501)
        with self.assertRaisesRegex(UserError, "1.00 more was received than is open"):
            receipt.with_user(self.supervisor).action_remit()
        self.assertEqual((receipt.state, self.old.amount_residual), ("with_them", 300))

    def test_closed_books(self):
        receipt = self.receive(self.place(), 10)
        self.company.fiscalyear_lock_date = ON
        with self.assertRaisesRegex(UserError, "books are closed"):
            receipt.with_user(self.supervisor).action_remit()

    def test_collectors_enter_and_supervisors_post(self):
        handover = self.place()
        receipt = self.receive(handover, 10)
        with self.assertRaises(AccessError):
            receipt.action_remit()
        with self.assertRaises(AccessError):
            handover.action_make_bill()
        with self.assertRaisesRegex(UserError, "posted and stays"):
            receipt.state = "remitted"


class TestSets(HandoverCase):
    def test_watching_costs_no_query_more_for_more_files(self):
        def queries(count):
            handovers = self.env["collection.handover"]
            for number in range(count):
                debtor = self.make_debtor(f"Many {count} {number}")
                self.make_invoice(debtor, 10, ON - days(10))
                self.follow_up()
                handovers += handovers.create(
                    {
                        "case_id": self.case_of(debtor).id,
                        "kind": "agency",
                        "partner_id": self.agency.id,
                    }
                )
            for handover in handovers:
                handover._place()
            self.reload()
            before = self.env.cr.sql_log_count
            handovers._follow_up(ON, self.company)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(1), queries(4))
