"""Mails that a person writes on a case are contacts: asked about before, and in the log after."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from .desk import DeskCase


class TestCaseWriting(DeskCase):
    def setUp(self):
        super().setUp()
        self.case = self.make_case("Written To")
        self.mine = self.case.with_user(self.collector)

    def write_mail(self, partners=None, **values):
        partners = self.case.partner_id if partners is None else partners
        return self.mine.message_post(
            body="Please call me.",
            subject="Your account",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=partners.ids,
            **values,
        )

    def test_a_mail_to_the_debtor_is_in_the_log(self):
        message = self.write_mail()
        log = self.case.log_ids
        self.assertEqual(log.channel, "email")
        self.assertEqual(log.message_id, message)
        self.assertEqual(log.user_id, self.collector)
        self.assertEqual(log.address, "written.to@debtor.example")
        self.assertEqual(log.move_line_ids, self.case.move_line_ids)

    def test_a_note_for_colleagues_is_no_contact(self):
        self.mine.message_post(body="Sounds honest.", subtype_xmlid="mail.mt_note")
        self.write_mail(partners=self.supervisor.partner_id)
        self.assertFalse(self.case.log_ids)

    def test_what_holds_forbid_is_not_sent(self):
        self.env["collection.hold"].create(
            {
                "case_id": self.case.id,
                "reason_id": self.env.ref("collections_followup.hold_reason_deceased").id,
                "move_ids": [Command.clear()],
            }
        )
        with self.assertRaisesRegex(UserError, "must not be sent now"):
            self.write_mail()
        self.assertFalse(self.case.log_ids)

    def composer(self, model="mail.compose.message", **values):
        action = self.mine.action_send_mail() if "mail" in model else self.mine.action_send_sms()
        context = {**action["context"], **values}
        return Form(self.env[model].with_user(self.collector).with_context(**context))

    def test_what_forbids_a_message_is_said_before_it_is_written(self):
        self.assertFalse(self.composer().collection_warning_html)
        self.assertFalse(self.composer("sms.composer").collection_warning_html)
        self.env["collection.hold"].create(
            {
                "case_id": self.case.id,
                "reason_id": self.env.ref("collections_followup.hold_reason_deceased").id,
            }
        )
        self.env.invalidate_all()
        for model in ("mail.compose.message", "sms.composer"):
            self.assertIn("must not be sent now", self.composer(model).collection_warning_html)

    def test_messages_about_anything_else_carry_no_warning(self):
        self.case.partner_id.collection_caution = "aggressive"
        self.assertTrue(self.composer().collection_warning_html)
        other = self.composer(
            default_model="res.partner", default_res_ids=self.supervisor.partner_id.ids
        )
        self.assertFalse(other.collection_warning_html)
        both = self.case + self.make_case("Another")
        self.assertFalse(self.composer(default_res_ids=both.ids).collection_warning_html)

    def test_delivery_of_a_mail_by_hand_is_reported_to_the_log(self):
        message = self.write_mail()
        notification = self.env["mail.notification"].search(
            [("mail_message_id", "=", message.id), ("res_partner_id", "=", self.case.partner_id.id)]
        )
        notification.notification_status = "bounce"
        self.env.cr.flush()
        self.assertEqual(self.case.log_ids.state, "failed")
