from odoo import api, fields, models
from odoo.tools import plaintext2html

from ..tools.contact import Recipient
from .collection_channel import ChannelError


class CollectionChannelSms(models.AbstractModel):
    """SMS: queued with Odoo's own SMS; without credit the gateway's refusal is the outcome."""

    _name = "collection.channel.sms"
    _inherit = "collection.channel"
    _description = "Contact Channel: SMS"

    # === Hooks of a channel === #
    @api.model
    def _check_action(self, action):
        if not action.sms_template_id:
            return self.env._(
                "The SMS action of stage %(stage)s has no text. Choose an SMS template.",
                stage=action.stage_id.name,
            )
        return ""

    @api.model
    def _pick(self, debtor_id, candidates):
        codes = []
        for person in candidates:
            if not person.phone:
                codes.append("no_phone")
            elif person.phone_blacklisted:
                codes.append("blacklisted_phone")
            elif not person.phone_sanitized:
                codes.append("invalid_phone")
            else:
                return Recipient(person.partner, person.phone_sanitized)
        telling = next((code for code in codes if code != "no_phone"), "no_phone")
        return Recipient(debtor_id, code=telling)

    @api.model
    def _deliver(self, logs):
        for template, group in logs.grouped(lambda log: log.action_id.sms_template_id).items():
            if not template:
                raise ChannelError("no_template")
            self._queue_sms(template.sudo(), group)
        logs._set_sent()

    # === Queueing === #
    @api.model
    def _queue_sms(self, template, logs):
        """Render one text on many notices and put the SMS into Odoo's queue."""
        bodies = {}
        for lang, group in logs.grouped(lambda log: log._get_notice_lang()).items():
            bodies.update(template.with_context(lang=lang)._render_field("body", group.ids))
        messages = self.env["mail.message"].sudo().create(
            [
                {
                    "model": "collection.case",
                    "res_id": log.case_id.id,
                    "body": plaintext2html(bodies[log.id]),
                    "message_type": "sms",
                    "author_id": log.company_id.partner_id.id,
                    "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
                }
                for log in logs
            ]
        )
        texts = self.env["sms.sms"].sudo().create(
            [
                {
                    "body": bodies[log.id],
                    "mail_message_id": message.id,
                    "partner_id": log.partner_id.id,
                    "number": log.address,
                    "state": "outgoing",
                }
                for log, message in zip(logs, messages, strict=True)
            ]
        )
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": log.company_id.partner_id.id,
                    "mail_message_id": message.id,
                    "res_partner_id": log.partner_id.id,
                    "sms_number": log.address,
                    "notification_type": "sms",
                    "sms_id_int": sms.id,
                    "sms_tracker_ids": [fields.Command.create({"sms_uuid": sms.uuid})],
                    "is_read": True,
                    "notification_status": "ready",
                }
                for log, message, sms in zip(logs, messages, texts, strict=True)
            ]
        )
        for log, message in zip(logs, messages, strict=True):
            log.message_id = message
