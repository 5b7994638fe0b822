from email.utils import make_msgid

from odoo import api, models
from odoo.tools import email_normalize, split_every

from ..tools.contact import Recipient
from .collection_channel import ChannelError

LAYOUT = "collections_followup.mail_layout_notice"
#: Mails rendered together.
BATCH = 100


class CollectionChannelEmail(models.AbstractModel):
    """E-mail: rendered in batches, queued with Odoo's mail queue, filed on the case."""

    _name = "collection.channel.email"
    _inherit = "collection.channel"
    _description = "Contact Channel: E-mail"

    # === Hooks of a channel === #
    @api.model
    def _check_action(self, action):
        if not action.mail_template_id:
            return self.env._(
                "The e-mail action of stage %(stage)s has no text. Choose a mail template.",
                stage=action.stage_id.name,
            )
        return ""

    @api.model
    def _pick(self, debtor_id, candidates):
        codes = []
        for person in candidates:
            if not (person.email or "").strip():
                codes.append("no_email")
            elif not person.email_normalized:
                codes.append("invalid_email")
            elif person.email_blacklisted:
                codes.append("blacklisted_email")
            else:
                return Recipient(person.partner, person.email_normalized)
        telling = next((code for code in codes if code != "no_email"), "no_email")
        return Recipient(debtor_id, code=telling)

    @api.model
    def _deliver(self, logs):
        for template, group in logs.grouped(lambda log: log.action_id.mail_template_id).items():
            if not template:
                raise ChannelError("no_template")
            for ids in split_every(BATCH, group.ids):
                self._queue_mails(template.sudo(), group.browse(ids).with_prefetch(group.ids))
        logs._set_sent()

    # === Rendering === #
    @api.model
    def _queue_mails(self, template, logs):
        """Render one template on many notices and put the mails into Odoo's queue."""
        rendered = self._render(template, logs)
        values = [self._prepare_mail_vals(template, log, rendered[log.id]) for log in logs]
        mails = self.env["mail.mail"].sudo().with_context(default_type=None).create(values)
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": mail.author_id.id,
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": log.partner_id.id,
                    "mail_email_address": email_normalize(log.address or ""),
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
                for mail, log in zip(mails, logs, strict=True)
            ]
        )
        for mail, log in zip(mails, logs, strict=True):
            log.message_id = mail.mail_message_id
        return mails

    @api.model
    def _render(self, template, logs):
        """Subject and body of each notice, each in the language of its debtor.

        :return: {log id: {"subject", "body_html", "email_from", "reply_to"}}
        """
        fields = ("subject", "body_html", "email_from", "reply_to", "attachment_ids")
        result = {}
        by_lang = logs.grouped(lambda log: log._get_notice_lang())
        for lang, group in by_lang.items():
            localized = template.with_context(lang=lang, template_preview_lang=lang)
            for log_id, values in localized._generate_template(group.ids, fields).items():
                result[log_id] = values
            for log in group.with_context(lang=lang):
                values = result[log.id]
                if not (values.get("body_html") or "").strip():
                    raise ChannelError("template_error", self.env._("The text is empty."))
                values["body_html"] = self._wrap(log, values, lang)
        return result

    @api.model
    def _wrap(self, log, values, lang):
        """The letterhead around a mail."""
        return self.env["ir.qweb"]._render(
            LAYOUT,
            {
                "log": log,
                "company": log.company_id,
                "body": values["body_html"],
                "subject": values["subject"],
                "lang": lang,
            },
            lang=lang,
            minimal_qcontext=True,
            raise_if_not_found=True,
        )

    @api.model
    def _prepare_mail_vals(self, template, log, rendered):
        company = log.company_id
        return {
            "subject": rendered["subject"],
            "body": rendered["body_html"],
            "body_html": rendered["body_html"],
            "email_from": rendered.get("email_from") or company.email_formatted,
            "reply_to": rendered.get("reply_to") or self._get_reply_to(company),
            "author_id": company.partner_id.id,
            "recipient_ids": [(4, log.partner_id.id)],
            "attachment_ids": [(4, i) for i in rendered.get("attachment_ids") or ()],
            "mail_server_id": template.mail_server_id.id,
            "model": "collection.case",
            "res_id": log.case_id.id,
            "message_type": "email_outgoing",
            "message_id": make_msgid(f"collection-{log.id}"),
            "record_name": log.case_id.display_name,
            "is_notification": True,
            "is_internal": False,
            "auto_delete": True,
        }

    @api.model
    def _get_reply_to(self, company):
        """Answers come back to the case through Odoo's mail gateway, where there is one."""
        return company.sudo().catchall_formatted or company.email_formatted
