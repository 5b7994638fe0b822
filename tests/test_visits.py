"""Visits: debtors near by, the order of the way, the contact rules, the result, cash and the till."""

import base64
import io
from datetime import datetime, time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form
from odoo.tools.pdf import OdooPdfFileReader

from .common import ON, days
from .desk import NOW, DeskCase

#: Places on a line to the east of the office, about seven kilometres apart.
OFFICE = (52.0, 4.0)
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
)


def at(day, hour, minute=0):
    """A moment of March, as the database writes it."""
    return datetime.combine(ON.replace(day=day), time(hour, minute))


class VisitCase(DeskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, collection_on=ON))
        cls.company.partner_id.write(
            {"partner_latitude": OFFICE[0], "partner_longitude": OFFICE[1]}
        )
        cls.cash = cls.env["account.journal"].create(
            {"name": "Visitors", "code": "CSHV", "type": "cash", "company_id": cls.company.id}
        )
        cls.till = cls.env["account.journal"].create(
            {"name": "Till", "code": "TILL", "type": "cash", "company_id": cls.company.id}
        )
        cls.company.collection_visit_journal_id = cls.cash

    @classmethod
    def make_near(cls, name, east, **values):
        """A debtor some tenths of a degree to the east of the office."""
        place = {"partner_latitude": OFFICE[0], "partner_longitude": OFFICE[1] + east}
        return cls.make_case(name, **{**place, **values})

    def plan_form(self, user=None, **values):
        Plan = self.env["collection.visit.plan"].with_user(user or self.collector)
        form = Form(Plan)
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def plan(self, user=None, **values):
        return self.plan_form(user, **values).save()._plan()

    def rows(self, wizard):
        return [(line.partner_id.name, line.chosen, line.problem or "") for line in wizard.line_ids]

    def result(self, visit, user=None, outcome=None, **values):
        """Enter how a visit went, as a person does."""
        action = visit.with_user(user or self.collector).action_result()
        model = self.env[action["res_model"]].with_user(user or self.collector)
        form = Form(model.with_context(**action["context"]))
        if outcome:
            form.outcome_id = self.outcome(outcome)
        for name, value in values.items():
            setattr(form, name, value)
        wizard = form.save()
        wizard._save()
        self.env.flush_all()
        return wizard

    def visit(self, east=0.1, name="Debtor", **values):
        self.make_near(name, east, **values)
        return self.plan(date=ON, hour=17.0).visit_ids.filtered(
            lambda visit: visit.partner_id.name == name
        )


class TestPlanning(VisitCase):
    def test_near_debtors_in_the_order_of_the_way(self):
        """Chosen by distance, ordered by the way, with an appointment each at its hour."""
        for name, east in (("Far", 0.2), ("Near", 0.1), ("Behind", -0.1), ("Away", 2.0)):
            self.make_near(name, east)
        wizard = self.plan_form().save()
        self.assertEqual(
            sorted(self.rows(wizard)), [("Behind", True, ""), ("Far", True, ""), ("Near", True, "")]
        )
        self.assertEqual([round(line.distance) for line in wizard.line_ids], [7, 7, 14])
        self.assertEqual(wizard.date, ON + days(1))
        self.assertAlmostEqual(wizard.chosen_distance, 41.0, delta=0.5)
        route = wizard._plan()
        visits = route.visit_ids.sorted("sequence")
        self.assertEqual(visits.mapped("partner_id.name"), ["Near", "Far", "Behind"])
        self.assertAlmostEqual(route.distance, wizard.chosen_distance)
        self.assertEqual(
            visits.mapped("start"),
            [
                at(17, 9, 15),
                at(17, 10, 0),
                at(17, 11, 15),
            ],
        )
        event = visits[0].calendar_event_id
        self.assertEqual(
            (event.start, event.stop, event.user_id),
            (at(17, 9, 15), at(17, 9, 45), self.collector),
        )
        self.assertIn("Main Street 1", event.location)
        self.assertEqual(event.attendee_ids.partner_id, self.collector.partner_id)
        self.assertFalse(
            self.env["mail.mail"].search([("subject", "like", "Visit")]), "no invitations"
        )

    def test_small_debts_are_not_worth_the_way(self):
        self.make_near("Near", 0.1)
        self.assertEqual(len(self.plan_form(amount_from=100).save().line_ids), 1)
        self.assertFalse(self.plan_form(amount_from=100.01).save().line_ids)

    def test_only_so_many_stops_the_most_pressing_first(self):
        self.make_near("Small", 0.1, amount=10)
        self.make_near("Large", 0.12, amount=90000)
        self.env["collection.case"].search([("partner_id.name", "=", "Large")]).sudo().score = 90
        self.env.flush_all()
        wizard = self.plan_form(max_stops=1).save()
        self.assertEqual(self.rows(wizard), [("Small", False, ""), ("Large", True, "")])

    def test_missing_coordinates_are_said(self):
        self.make_case("Nowhere")
        self.make_near("Near", 0.1)
        wizard = self.plan_form().save()
        self.assertIn("1 overdue debtors have no coordinates", wizard.missing_text)
        self.assertIn("Nowhere", wizard.missing_text)
        self.assertEqual([row[0] for row in self.rows(wizard)], ["Near"])

    def test_a_place_without_coordinates_finds_nothing_and_says_so(self):
        self.company.partner_id.write({"partner_latitude": 0, "partner_longitude": 0})
        self.make_near("Near", 0.1)
        wizard = self.plan_form().save()
        self.assertIn("has no coordinates", wizard.notice)
        self.assertFalse(wizard.line_ids)
        with self.assertRaisesRegex(UserError, "Choose the debtors"):
            wizard._plan()

    def test_from_the_case_even_without_coordinates(self):
        case = self.make_case("Nowhere")
        action = case.with_user(self.collector).action_visit()
        form = Form(
            self.env[action["res_model"]].with_user(self.collector).with_context(action["context"])
        )
        route = form.save()._plan()
        self.assertEqual(route.visit_ids.case_id, case)
        self.assertIn("Nowhere", route.missing_text)
        self.assertEqual(case.with_user(self.collector).visit_count, 1)

    def test_the_contact_rules_are_asked(self):
        """Hours, weekdays and the frequency of law and house; the sentence names the rule."""
        self.make_near("Near", 0.1)
        self.make_rule("hours", {"hours": {"mon": ["09:00", "18:00"], "tue": None}})
        wizard = self.plan_form(date=ON + days(1)).save()
        (row,) = self.rows(wizard)
        self.assertEqual(row[:2], ("Near", False))
        self.assertIn("not allowed at this hour", row[2])
        self.assertIn("Visits by law", row[2])
        wizard.line_ids.chosen = True
        with self.assertRaisesRegex(UserError, "Near cannot be visited then"):
            wizard._plan()

    def make_rule(self, kind, parameters, **values):
        return self.env["collection.contact.rule"].create(
            {
                "name": "Visits by law",
                "code": f"TEST-{kind}",
                "kind": kind,
                "legal_source": "Act 1",
                "channels": "visit",
                "mode": "block",
                "debtor_type": "any",
                "party": "any",
                "parameters": parameters,
                **values,
            }
        )

    def test_the_way_does_not_lead_past_the_allowed_hours(self):
        self.make_near("Near", 0.1)
        self.make_near("Far", 0.3)
        self.make_rule("hours", {"hours": {"tue": ["09:00", "11:00"]}})
        with self.assertRaisesRegex(UserError, "Far cannot be visited then"):
            self.plan(radius=30)

    def test_on_hold_paid_and_without_address(self):
        held = self.make_near("Held", 0.1)
        self.env["collection.hold"].create(
            {
                "case_id": held.id,
                "reason_id": self.env.ref("collections_followup.hold_reason_attorney").id,
            }
        )
        self.make_near("Homeless", 0.11, street=False)
        self.env.flush_all()
        rows = {row[0]: row[2] for row in self.rows(self.plan_form().save())}
        self.assertTrue(rows.get("Held", "not listed while on hold"))
        self.assertIn("no complete postal address", rows["Homeless"])

    def test_planned_already(self):
        visit = self.visit()
        rows = self.rows(self.plan_form().save())
        self.assertEqual(rows[0][1], False)
        self.assertIn("goes there on Mar 16", rows[0][2])
        with self.assertRaisesRegex(UserError, "What has been visited|planned for that day"):
            visit.with_user(self.collector).write({"case_id": visit.case_id.id})

    def test_supervisors_plan_for_others_collectors_for_themselves(self):
        self.make_near("Near", 0.1)
        route = self.plan(self.supervisor, user_id=self.collector)
        self.assertEqual(route.visit_ids.user_id, self.collector)
        self.assertEqual(route.visit_ids.calendar_event_id.user_id, self.collector)
        wizard = self.env["collection.visit.plan"].with_user(self.collector)
        wizard = wizard.create({"user_id": self.supervisor.id, "date": ON + days(2)})
        wizard.line_ids.problem = False
        wizard.line_ids.chosen = True
        with self.assertRaisesRegex(AccessError, "A supervisor plans"):
            wizard._plan()

    def test_the_visitor_must_work_on_the_case(self):
        colleague = self.make_user("collector", login="colleague")
        self.make_near("Near", 0.1)
        wizard = self.plan_form(self.supervisor, user_id=colleague).save()
        self.assertIn("case is a colleague's", self.rows(wizard)[0][2])

    def test_many_debtors_cost_no_more_queries(self):
        cases = self.env["collection.case"]
        for number in range(3):
            cases |= self.make_near(f"Near {number}", 0.01 * number + 0.01)
        self.make_rule("hours", {"hours": {"mon": ["09:00", "18:00"]}})
        counts = []
        for some in (cases[:1], cases):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.collector)._get_visit_problems(NOW, self.collector)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)


class TestAppointments(VisitCase):
    def test_moved_in_the_calendar_or_on_the_visit(self):
        visit = self.visit()
        event = visit.calendar_event_id
        event.with_user(self.collector).write({"start": at(18, 10), "stop": at(18, 10, 30)})
        self.assertEqual((visit.start, visit.date), (at(18, 10), ON + days(2)))
        visit.with_user(self.collector).start = at(19, 8)
        self.assertEqual(event.start, at(19, 8))

    def test_cancelled(self):
        visit = self.visit()
        visit.with_user(self.collector).action_cancel()
        self.assertEqual(visit.state, "cancelled")
        self.assertFalse(visit.calendar_event_id.active)
        with self.assertRaisesRegex(UserError, "has ended"):
            visit.with_user(self.collector).action_result()
        with self.assertRaisesRegex(UserError, "history"):
            visit.sudo().unlink()

    def test_shortest_way_and_own_order(self):
        for name, east in (("One", 0.1), ("Two", 0.2), ("Three", 0.3)):
            self.make_near(name, east)
        route = self.plan(radius=30)
        one, two, three = (
            route.visit_ids.filtered(lambda v, n=n: v.partner_id.name == n)
            for n in ("One", "Two", "Three")
        )
        one.sequence, two.sequence, three.sequence = 30, 10, 20
        route.with_user(self.collector).action_keep_order()
        self.assertLess(two.start, three.start)
        self.assertLess(three.start, one.start)
        longer = route.distance
        route.with_user(self.collector).action_order()
        self.assertLess(one.start, two.start)
        self.assertLessEqual(route.distance, longer + 1e-6)

    def test_results_are_not_written_by_hand(self):
        visit = self.visit().with_user(self.collector)
        for vals in ({"result": "paid"}, {"state": "done"}, {"payment_id": False}):
            with self.assertRaisesRegex(UserError, "button “Result”"):
                visit.write(vals)

    def test_collectors_see_their_own_visits(self):
        visit = self.visit()
        stranger = self.make_user("collector", login="stranger")
        self.assertFalse(self.env["collection.visit"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            visit.with_user(stranger).action_cancel()


class TestResult(VisitCase):
    def test_promise_at_the_door(self):
        visit = self.visit()
        self.result(
            visit,
            outcome="right_party_promise",
            promise_amount=60,
            promise_date=ON + days(5),
            note="Friendly",
        )
        self.assertEqual((visit.state, visit.result), ("done", "promise"))
        log = visit.log_id
        self.assertEqual(
            (log.channel, log.state, log.note, log.user_id),
            ("visit", "done", "Friendly", self.collector),
        )
        self.assertEqual(visit.case_id.active_agreement_ids.line_ids.amount, 60)

    def test_cash_with_receipt(self):
        """One contact, one payment in the visitors' journal, matched with the oldest item."""
        visit = self.visit()
        wizard = self.result(visit, cash_amount=40, photo=PIXEL, signature=PIXEL)
        payment = visit.payment_id
        self.assertEqual(
            (payment.amount, payment.journal_id, payment.collection_visitor_id, visit.result),
            (40, self.cash, self.collector, "paid"),
        )
        self.assertEqual(visit.case_id._get_debts().amount_residual, 60)
        self.assertEqual(len(self.contacts(visit.partner_id, channel="visit")), 1)
        self.assertTrue(payment.name)
        self.assertEqual(
            visit.with_user(self.collector).action_receipt()["report_name"],
            "collections_followup.payment_receipt",
        )
        self.assertEqual(len(visit.photo_ids), 1)
        self.assertTrue(visit.signature)
        with self.assertRaisesRegex(UserError, "entered already"):
            wizard._save()
        self.assertEqual(self.env["account.payment"].search_count([]), 1)

    def test_nobody_there(self):
        """It counts as an attempt, and the stage is not reached."""
        visit = self.visit()
        self.result(visit, outcome="nobody_there", left_notice=True)
        self.assertEqual((visit.result, visit.left_notice), ("absent", True))
        self.assertEqual((visit.log_id.state, visit.log_id.right_party), ("failed", False))
        rule = self.env["collection.contact.rule"].create(
            {
                "name": "Once a week",
                "code": "TEST-ONCE",
                "kind": "frequency",
                "legal_source": "Act 1",
                "channels": "visit",
                "mode": "block",
                "debtor_type": "any",
                "party": "any",
                "parameters": {
                    "unit": "debt",
                    "basis": "attempt",
                    "window_days": 7,
                    "max_attempts": 1,
                },
            }
        )
        problems = visit.case_id._get_visit_problems(at(18, 9), self.collector)
        self.assertEqual(problems[visit.case_id.id][0], "frequency")
        self.assertIn(rule.name, problems[visit.case_id.id][1])
        later = visit.case_id._get_visit_problems(at(30, 9), self.collector)
        self.assertFalse(later)

    def test_moved_away(self):
        visit = self.visit()
        self.result(visit, outcome="moved")
        self.assertEqual(visit.result, "moved")

    def test_what_cannot_be_right(self):
        visit = self.visit()
        for words, values in (
            ("positive amount", {"outcome": "informed", "cash_amount": -5}),
            ("Choose how the contact went", {}),
            ("in the future", {"outcome": "informed", "started_at": at(17, 9)}),
        ):
            with self.assertRaisesRegex(UserError, words):
                self.result(visit, **values)
        wizard = self.env["collection.visit.result"].with_user(self.collector)
        wizard = wizard.create(
            {
                "case_id": visit.case_id.id,
                "visit_id": visit.id,
                "channel": "visit",
                "outcome_id": self.outcome("informed").id,
                "left_notice": True,
            }
        )
        with self.assertRaisesRegex(UserError, "hand it over"):
            wizard._save()
        self.assertEqual(visit.state, "planned")
        self.assertFalse(self.contacts(visit.partner_id, channel="visit"))

    def test_not_above_what_a_visitor_may_hold(self):
        self.company.collection_visit_cash_limit = 100
        first, second = self.visit(name="First"), self.visit(name="Second", east=0.12)
        self.result(first, cash_amount=70)
        with self.assertRaisesRegex(UserError, "holds \\$.70.00 in cash already"):
            self.result(second, cash_amount=40)
        self.assertEqual(second.state, "planned", "nothing of it is kept")
        self.result(second, cash_amount=30)
        self.assertEqual(second.result, "paid")

    def test_more_than_is_owed_stays_on_account(self):
        visit = self.visit()
        self.result(visit, cash_amount=130)
        self.env.cr.flush()
        self.env.invalidate_all()
        self.assertEqual(visit.case_id.amount_credit, 30)


class TestGoods(VisitCase):
    """Goods given back at the door."""

    def order(self, visit, quantity=1):
        """Goods ordered back before the visit, from somebody in the warehouse."""
        item = visit.case_id._get_debts()
        line = item.move_id.invoice_line_ids
        order = (
            self.env["collection.goods.return"]
            .with_user(self.collector)
            .create(
                {
                    "case_id": visit.case_id.id,
                    "move_id": item.move_id.id,
                    "user_id": self.supervisor.id,
                    "line_ids": [Command.create({"move_line_id": line.id, "quantity": quantity})],
                }
            )
        )
        order.action_order()
        return order

    def take(self, visit, count=1, condition="used", **values):
        action = visit.with_user(self.collector).action_result()
        Result = self.env[action["res_model"]].with_user(self.collector)
        form = Form(Result.with_context(**action["context"]))
        form.has_goods = True
        for name, value in values.items():
            setattr(form, name, value)
        with form.goods_ids.edit(0) as goods:
            goods.quantity = count
            goods.condition = condition
        return form.save()

    def test_goods_that_were_ordered_back(self):
        """The order is received as the visitor counted; a supervisor's credit note pays a part."""
        visit = self.visit()
        order = self.order(visit)
        self.assertIn("1 × ", visit._get_sheet_stop(1)["goods"][0])
        action = self.take(visit).action_save()
        self.assertEqual(action["report_name"], "collections_followup.goods_receipt")
        self.assertEqual((visit.state, visit.result), ("done", "goods"))
        self.assertEqual(visit.goods_return_ids, order)
        self.assertEqual(
            (order.state, order.received_by_id, order.line_ids.condition),
            ("received", self.collector, "used"),
        )
        self.assertFalse(order.credit_move_id, "goods are credited by somebody else")
        order.with_user(self.supervisor).action_credit()
        self.assertEqual(visit.case_id._get_debts().amount_residual, 50)

    def test_goods_nobody_ordered_and_cash(self):
        """A new order of the only open invoice, beside the payment of one and the same visit."""
        visit = self.visit()
        self.take(visit, condition="damaged", cash_amount=40).action_save()
        order = visit.goods_return_ids
        self.assertEqual((visit.result, visit.payment_id.amount), ("paid", 40))
        self.assertEqual(
            (order.state, order.user_id, order.amount), ("received", self.collector, 20)
        )

    def test_what_cannot_be_right(self):
        visit = self.visit()
        with self.assertRaisesRegex(UserError, "which goods, and how many"):
            self.take(visit, count=0)._save()
        wizard = self.take(visit, count=7)
        with self.assertRaises(ValidationError):  # 7 of 1 were invoiced
            wizard._save()
        self.assertEqual(visit.state, "planned")
        with self.assertRaisesRegex(UserError, "instead of changing the state"):
            self.order(visit).with_user(self.collector).visit_id = visit

    def test_receipt_in_words(self):
        visit = self.visit()
        self.take(visit, signature=PIXEL)._save()
        html = self.env["ir.actions.report"]._render_qweb_html(
            "collections_followup.goods_receipt", visit.goods_return_ids.ids
        )[0]
        for words in (b"Receipt for goods taken back", b"on our visit", b"Used", b"data:image"):
            self.assertIn(words, html)


class TestCash(VisitCase):
    def setUp(self):
        super().setUp()
        visit = self.visit()
        self.result(visit, cash_amount=40)
        self.payment = visit.payment_id

    def hand_over(self, amount, user=None):
        Cash = self.env["collection.visit.cash"].with_user(user or self.supervisor)
        cash = Cash.create(
            {"user_id": self.collector.id, "amount": amount, "journal_id": self.till.id}
        )
        cash.action_receive()
        return cash

    def test_received_by_one_entry(self):
        cash = self.hand_over(40)
        self.assertEqual((cash.state, cash.received_by_id), ("received", self.supervisor))
        liquidity = self.payment.sudo()._seek_for_lines()[0]
        self.assertEqual(
            sorted((line.account_id, line.balance) for line in cash.move_id.line_ids),
            sorted([(self.till.default_account_id, 40.0), (liquidity.account_id, -40.0)]),
        )
        self.assertEqual(cash.move_id.state, "posted")
        if liquidity.account_id.reconcile:
            self.assertTrue(liquidity.reconciled)
        self.assertFalse(
            self.env["account.payment"]._get_cash_held(self.collector, self.company), "no more"
        )
        with self.assertRaisesRegex(UserError, "received already"):
            cash.action_receive()
        with self.assertRaisesRegex(UserError, "stays as it was counted"):
            cash.amount = 10
        with self.assertRaisesRegex(UserError, "holds no cash"):
            self.hand_over(40)

    def test_the_count_must_be_right(self):
        with self.assertRaisesRegex(UserError, "Count again"):
            self.hand_over(39)

    def test_not_by_the_visitor(self):
        with self.assertRaises(AccessError):
            self.hand_over(40, self.collector)
        self.collector.group_ids = [
            Command.link(self.env.ref("collections_followup.group_supervisor").id)
        ]
        with self.assertRaisesRegex(UserError, "Somebody else than the visitor"):
            self.hand_over(40, self.collector)

    def test_the_ordinary_dialog_counts_as_well(self):
        case = self.make_case("Other")
        wizard = self.env["collection.payment.wizard"].with_user(self.collector)
        payment = wizard.create(
            {"case_id": case.id, "amount": 25, "taken_on_visit": True}
        )._post_payment()
        self.assertEqual(payment.collection_visitor_id, self.collector)
        self.assertEqual(len(self.contacts(case.partner_id, channel="visit")), 1)
        self.assertEqual(self.hand_over(65).amount_held, 65)


class TestSheet(VisitCase):
    def test_what_is_on_the_sheet(self):
        case = self.make_near("Near", 0.1)
        self.log(case, "no_answer", note="Rang twice")
        values = self.plan(task="Ask for cash").with_user(self.collector)._get_sheet_values()
        (stop,) = values["stops"]
        self.assertEqual(
            (stop["name"], stop["phone"], stop["task"]), ("Near", "+32 2 555 12 12", "Ask for cash")
        )
        self.assertIn("100.00", stop["overdue"])
        self.assertEqual(len(stop["items"]), 1)
        self.assertIn("Rang twice", stop["contacts"][0])

    def test_printed_with_copies_of_the_invoices(self):
        self.make_near("Near", 0.1)
        self.make_near("Next", 0.11)
        route = self.plan().with_user(self.collector)
        action = route.action_print()
        self.assertIn("/web/content/", action["url"])
        sheet = self.env["ir.attachment"].search([("res_model", "=", route._name)])
        self.assertGreaterEqual(self.pages(sheet), 3)
        route.with_invoices = False
        self.assertEqual(self.pages(route._make_sheet()), 1)

    def pages(self, attachment):
        return len(OdooPdfFileReader(io.BytesIO(attachment.raw), strict=False).pages)
