from email.utils import make_msgid
from functools import cache
from socket import getfqdn

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools.arrays import as_array
from ..tools.contact import Recipient
from .collection_channel import ChannelError

LAYOUT = "collections_followup.mail_layout_notice"
#: Mails rendered together.
BATCH = 250
#: Fields of the template a mail may take over, besides subject and text.
OPTIONAL_FIELDS = ("email_from", "reply_to", "email_cc")


@cache
def _host_name():
    """Of this machine; asking for it may go out to a name server, so not for each mail."""
    return getfqdn()


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
        for template, group in logs.grouped(lambda log: log._get_mail_template()).items():
            if not template:
                raise ChannelError("no_template")
            group._keep_text(template)
            for ids in split_every(BATCH, group.ids):
                # sudo: the template is the administrator's; collectors only send it.
                self._queue_mails(template.sudo(), group.browse(ids).with_prefetch(group.ids))
        logs._set_sent()
        # sudo: a technical job; the nightly run does not wait for its next regular turn.
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    # === Rendering === #
    @api.model
    def _queue_mails(self, template, logs):
        """Render one template on many notices and put the mails into Odoo's queue.

        What is filed on the case is the text with its table, without the letterhead.
        """
        texts = self._render(template, logs)
        files = self.env["collection.notice"]._attach_reports(template, logs)
        for log in logs:
            texts[log.id]["attachment_ids"] = [*template.attachment_ids.ids, *files[log.id]]
        # sudo: mails and notifications are written for the collector, on cases already checked.
        values = [self._prepare_mail_vals(template, log, texts[log.id]) for log in logs]
        mails = self.env["mail.mail"].sudo().with_context(default_type=None).create(values)
        self._file(mails, logs, [texts[log.id]["body"] for log in logs])
        self.env["mail.notification"].sudo().create(
            [
                self._prepare_notification_vals(mail, log)
                for mail, log in zip(mails, logs, strict=True)
            ]
        )
        for mail, log in zip(mails, logs, strict=True):
            log.message_id = mail.mail_message_id
        return mails

    @api.model
    def _file(self, mails, logs, bodies):
        """File the texts on the cases, in one statement.

        Through the ORM each body would be sanitized as if a stranger had written it, which takes
        as long as rendering it, and each case would be asked whether it shows the message. These
        texts are our own: rendered by QWeb, which escapes what comes from records, from a text
        that Odoo sanitized when its author saved it.
        """
        messages = mails.mail_message_id
        messages.flush_recordset(["body", "model", "res_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE mail_message m SET body = v.body, model = 'collection.case', "
                "res_id = v.case_id FROM unnest(%s::int[], %s::int[], %s::text[]) "
                "AS v(id, case_id, body) WHERE v.id = m.id",
                as_array(messages.ids),
                as_array(log.case_id.id for log in logs),
                as_array(str(body) for body in bodies),
            )
        )
        messages.invalidate_recordset(["body", "model", "res_id"], flush=False)
        mails.invalidate_recordset(["body", "model", "res_id"], flush=False)
        logs.case_id.invalidate_recordset(["message_ids"], flush=False)

    @api.model
    def _render(self, template, logs):
        """What each mail says, in the language of its debtor.

        :return: {log id: {"subject", "body" for the case, "body_html" for the debtor, and those
            of ``OPTIONAL_FIELDS`` that the template has}}
        """
        Notice = self.env["collection.notice"]
        texts = Notice._get_texts(template, logs)
        for name in OPTIONAL_FIELDS:
            if template[name]:
                for log_id, value in Notice._render_field(template, name, logs).items():
                    texts[log_id][name] = value
        for (company, lang), group in logs.grouped(
            lambda log: (log.company_id, log._get_notice_lang())
        ).items():
            wrap = Notice.with_context(lang=lang)._render_frame(
                LAYOUT,
                ("subject", "body", "page", "opt_out"),
                {"head": self._get_letterhead(company, lang)},
            )
            for log in group:
                texts[log.id]["body_html"] = wrap(texts[log.id])
        return texts

    @api.model
    def _get_letterhead(self, company, lang):
        """The creditor's letterhead, with its logo where the debtor's mail client finds it."""
        logo = "" if company.uses_default_logo else f"/logo.png?company={company.id}"
        return {
            **self.env["collection.notice"]._get_letterhead(company, lang),
            "logo_url": company.get_base_url() + logo if logo else "",
        }

    @api.model
    def _prepare_mail_vals(self, template, log, text):
        """Values of a mail. Everything Odoo would otherwise look up for each mail is given."""
        company = log.company_id
        return {
            "subject": text["subject"],
            "body_html": text["body_html"],
            "email_from": text.get("email_from") or company.email_formatted,
            "reply_to": text.get("reply_to") or self._get_reply_to(company),
            "email_cc": text.get("email_cc") or False,
            "author_id": company.partner_id.id,
            "recipient_ids": [fields.Command.link(log.partner_id.id)],
            "attachment_ids": [fields.Command.link(i) for i in text.get("attachment_ids", ())],
            "mail_server_id": template.mail_server_id.id,
            "record_name": log.case_id.display_name,
            "record_company_id": company.id,
            # sudo: the domain decides on the address to which mails bounce.
            "record_alias_domain_id": company.sudo().alias_domain_id.id,
            "headers": self._get_headers(text),
            "message_type": "email_outgoing",
            "message_id": make_msgid(f"collection-{log.id}", _host_name()),
            "is_notification": True,
            "is_internal": False,
            "auto_delete": True,
        }

    @api.model
    def _get_headers(self, text):
        """Mail clients show a button for the link that stops these mails (RFC 2369)."""
        url = text.get("opt_out_url")
        return repr({"List-Unsubscribe": f"<{url}>"}) if url else False

    @api.model
    def _prepare_notification_vals(self, mail, log):
        return {
            "author_id": log.company_id.partner_id.id,
            "mail_message_id": mail.mail_message_id.id,
            "mail_mail_id": mail.id,
            "res_partner_id": log.partner_id.id,
            "mail_email_address": log.address,
            "notification_type": "email",
            "notification_status": "ready",
            "is_read": True,
        }

    @api.model
    def _get_reply_to(self, company):
        """Answers come back to the case through Odoo's mail gateway, where there is one."""
        # sudo: the mail domain is a setting.
        return company.sudo().catchall_formatted or company.email_formatted
