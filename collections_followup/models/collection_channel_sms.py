from odoo import api, fields, models
from odoo.tools import plaintext2html, split_every

from ..tools.contact import Recipient
from .collection_channel import ChannelError

#: Texts queued together.
BATCH = 100


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
        for template, group in logs.grouped(lambda log: log._get_sms_template()).items():
            if not template:
                raise ChannelError("no_template")
            group._keep_text(template)
            for ids in split_every(BATCH, group.ids):
                self._queue_sms(template, group.browse(ids).with_prefetch(group.ids))
        logs._set_sent()

    # === Queueing === #
    @api.model
    def _get_bodies(self, template, logs):
        """The text of each SMS, in the language of its debtor.

        :return: {log id: str}
        :raise ChannelError: when a text cannot be rendered or is empty
        """
        bodies = {}
        Notice = self.env["collection.notice"]
        for lang, group in logs.grouped(lambda log: log._get_notice_lang()).items():
            # sudo: the template is the administrator's; collectors only send it.
            localized = template.sudo().with_context(lang=lang)
            bodies.update(Notice._render_field(localized, "body", group))
        if not all((body or "").strip() for body in bodies.values()):
            raise ChannelError(
                "template_error",
                self.env._("The text of %(template)s is empty.", template=template.name),
            )
        # No-break spaces, as in amounts, are not in the SMS alphabet and would halve its length.
        return {log_id: " ".join(body.split()) for log_id, body in bodies.items()}

    @api.model
    def _queue_sms(self, template, logs):
        """Render one text on many notices and put the SMS into Odoo's queue."""
        # sudo: messages are written for the collector, on cases already checked.
        bodies = self._get_bodies(template, logs)
        messages = (
            self.env["mail.message"]
            .sudo()
            .create(
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
        )
        texts = (
            self.env["sms.sms"]
            .sudo()
            .create(
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
