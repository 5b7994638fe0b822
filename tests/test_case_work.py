"""Buttons of the case: write, call, take money, take over, leave an item out; as a collector."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ON, days
from .desk import DeskCase


@tagged("post_install", "-at_install")
class TestCaseWork(DeskCase):
    def setUp(self):
        super().setUp()
        self.case = self.make_case("Acme", 100).with_user(self.collector)

    def open_form(self, action):
        """The dialog that a button opens, as the web client opens it."""
        model = self.env[action["res_model"]].with_user(self.collector)
        return Form(model.with_context(**action["context"]))

    # === Writing === #
    def test_a_mail_is_addressed_to_the_contact_for_collections(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Payables",
                "parent_id": self.case.partner_id.id,
                "type": "collections",
                "email": "payables@debtor.example",
            }
        )
        composer = self.open_form(self.case.action_send_mail())
        self.assertEqual(composer.partner_ids[:], contact)
        self.assertIn(self.case.reference, composer.subject)
        composer.body = "<p>When do you pay?</p>"
        composer.save().action_send_mail()
        log = self.case.log_ids
        self.assertRecordValues(
            log, [{"channel": "email", "address": "payables@debtor.example", "state": "sent"}]
        )
        self.assertEqual(log.user_id, self.collector)

    def test_without_an_address_the_debtor_is_proposed(self):
        self.case.partner_id.sudo().email = False
        composer = self.open_form(self.case.action_send_mail())
        self.assertEqual(composer.partner_ids[:], self.case.partner_id)

    def test_an_sms_goes_to_the_number_and_into_the_log(self):
        composer = self.open_form(self.case.action_send_sms())
        composer.body = "Please call us."
        composer.save().action_send_sms()
        self.assertRecordValues(
            self.case.log_ids, [{"channel": "sms", "address": "+3225551212", "state": "sent"}]
        )

    def test_what_people_write_carries_the_link_to_the_customer_page(self):
        for write in ("action_send_mail", "action_send_sms"):
            action = getattr(self.case, write)()
            self.assertIn("/c/", self.open_form(action).body)
            body = str(action["context"]["default_body"])
            token = body.rpartition("/c/")[2].partition('"')[0]
            self.assertEqual(self.env["collection.case"]._read_page_token(token, ON), self.case)
        self.company.collection_page_email = False
        self.assertNotIn("default_body", self.case.action_send_mail()["context"])
        self.company.collection_page = False
        self.assertNotIn("default_body", self.case.action_send_sms()["context"])

    def test_an_sms_to_who_wants_none_is_refused(self):
        self.env["collection.contact.rule"].with_context(active_test=False).search(
            [("code", "=", "HOUSE-MEDIUM")]
        ).active = True
        self.env["collection.opt.out"]._note(self.case.partner_id, "sms")
        composer = self.open_form(self.case.action_send_sms())
        composer.body = "Please call us."
        with self.assertRaisesRegex(UserError, "must not be sent now"):
            composer.save().action_send_sms()
        self.assertFalse(self.case.log_ids)

    # === Calling === #
    def test_a_call_is_planned_for_somebody(self):
        dialog = self.open_form(self.case.action_plan_call())
        dialog.date_deadline = ON + days(2)
        dialog.save().action_schedule_activities()
        self.assertRecordValues(
            self.case.activity_ids,
            [{"date_deadline": ON + days(2), "user_id": self.collector.id}],
        )
        self.assertEqual(self.case.activity_ids.activity_type_id.category, "phonecall")

    # === Money === #
    def test_a_payment_settles_everything_at_once(self):
        self.make_invoice(self.case.partner_id, 50, ON - days(3))
        self.case.invalidate_recordset()
        action = self.case.action_register_payment()
        self.open_form(action).save().action_apply()
        self.env.cr.flush()
        self.case.invalidate_recordset()
        self.assertEqual(self.case.amount_open, 0)
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.case.partner_id.id)]
        )
        self.assertEqual(payments.mapped("amount"), [150], "One transfer, one payment")

    # === The case === #
    def test_take_over_a_case_that_nobody_has(self):
        self.case.sudo().user_id = False
        self.case.action_assign_to_me()
        self.assertEqual(self.case.user_id, self.collector)

    def test_a_reader_does_nothing(self):
        case = self.case.with_user(self.make_user("reader"))
        with self.assertRaises(AccessError):
            case.action_assign_to_me()
        with self.assertRaises(AccessError):
            case.move_line_ids.action_collection_toggle_followup()

    # === Items === #
    def test_an_item_is_left_out_and_taken_in_again(self):
        line = self.case.move_line_ids
        line.with_user(self.collector).action_collection_toggle_followup()
        self.env.cr.flush()
        self.case.invalidate_recordset()
        self.assertTrue(line.no_followup)
        self.follow_up()
        self.assertReason(self.case.partner_id, "no_followup")
        line.with_user(self.collector).action_collection_toggle_followup()
        self.env.cr.flush()
        self.follow_up(ON + days(1))
        self.assertContacts(self.case.partner_id, ("Call", "call", "planned"))

    def test_the_salesperson_is_a_person(self):
        """Invoices made by an import belong to nobody who could answer."""
        moves = self.case.move_line_ids.move_id
        moves.sudo().invoice_user_id = self.env.ref("base.user_root")
        self.assertFalse(self.open_form(self.case.action_ask_sales()).user_id)
        moves.sudo().invoice_user_id = self.supervisor
        self.assertEqual(self.open_form(self.case.action_ask_sales()).user_id, self.supervisor)

    def test_a_visit_is_in_the_calendar_at_the_address(self):
        action = self.case.action_visit()
        self.company.partner_id.write({"partner_latitude": 52, "partner_longitude": 4})
        plan = self.env[action["res_model"]].with_user(self.collector)
        visit = plan.with_context(**action["context"]).create({})._plan().visit_ids
        event = visit.calendar_event_id
        self.assertIn("Acme", event.name)
        self.assertIn("Main Street 1", event.location)
        self.assertEqual((event.res_id, visit.case_id), (self.case.id, self.case))
