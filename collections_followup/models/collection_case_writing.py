from odoo import fields, models
from odoo.exceptions import UserError

from .res_partner import ROLES


class CollectionCase(models.Model):
    """Mails and SMS that people write from the chatter or Odoo's composers.

    They are contacts like any other: the contact rules are asked before, and the log has them.
    """

    _inherit = "collection.case"

    def message_post(self, **kwargs):
        channel, recipients = self._get_written_contact(kwargs)
        if channel:
            for recipient in recipients:
                self._check_writing(channel, recipient)
        message = super().message_post(**kwargs)
        if channel:
            self._log_writing(message, channel, recipients)
        return message

    def _get_written_contact(self, values):
        """Channel and recipients when a message of a person goes to the debtor.

        :param dict values: arguments of ``message_post``
        :return: (channel code or ``None``, res.partner)
        """
        partners = self.env["res.partner"].browse(values.get("partner_ids") or ())
        debtors = partners.filtered(
            lambda partner: partner.commercial_partner_id == self.partner_id
        )
        kind = values.get("message_type", "notification")
        if kind == "sms":
            return "sms", debtors or self.partner_id
        return ("email" if kind == "comment" and debtors else None), debtors

    def _check_writing(self, channel, recipient):
        """Refuse what holds, opt-outs or contact rules forbid; the text stays in the dialog."""
        verdict = self._get_contact_verdict(
            channel,
            address=self._get_written_address(channel, recipient),
            role=ROLES.get(recipient.type, "consumer"),
        )
        if verdict.level != "block":
            return
        text = self.env._("This message must not be sent now. %(reason)s", reason=verdict.reason)
        if verdict.source:
            text += "\n" + self.env._("Rule: %(rule)s", rule=verdict.source)
        if verdict.earliest:
            text += "\n" + self.env._("Allowed from: %(moment)s", moment=verdict.earliest)
        raise UserError(text)

    def _get_writing_warnings(self, channel, recipients):
        """What is to be known before a message is written: warnings of the case, and what holds,
        opt-outs or contact rules say.

        :return: list of dicts as in :meth:`_get_warnings`
        """
        self.ensure_one()
        result = self._get_warnings()
        titles = {
            "block": ("danger", self.env._("This message must not be sent now")),
            "warn": ("warning", self.env._("Write with care")),
        }
        for recipient in recipients[:1]:
            verdict = self._get_contact_verdict(
                channel,
                address=self._get_written_address(channel, recipient),
                role=ROLES.get(recipient.type, "consumer"),
            )
            # Money that has come in stands among the warnings of the case already.
            if verdict.level in titles and verdict.code != "money_waiting":
                level, title = titles[verdict.level]
                text = " ".join(filter(None, (verdict.reason, verdict.source)))
                until = False
                result.insert(0, {"level": level, "title": title, "text": text, "until": until})
        return result

    def _get_written_address(self, channel, recipient):
        return recipient.email_normalized if channel == "email" else recipient.phone_sanitized

    def _log_writing(self, message, channel, recipients):
        """An entry of the contact log; what becomes of the message is reported to it later."""
        recipient = recipients[:1]
        due = self.move_line_ids.filtered(
            lambda line: (
                line.amount_residual > 0 and (line.date_maturity or line.date) < self._today()
            )
        )
        # sudo: whoever may write to the debtor on this case has it logged.
        self.env["collection.contact.log"].sudo().create(
            {
                "case_id": self.id,
                "company_id": self.company_id.id,
                "channel": channel,
                "state": "sent",
                "date": self._today(),
                "user_id": self.env.uid,
                "partner_id": recipient.id,
                "address": self._get_written_address(channel, recipient) or False,
                "stage_id": self.stage_id.id,
                "currency_id": self.currency_id.id,
                "amount": self.amount_overdue,
                "move_line_ids": [fields.Command.set(due.ids)],
                "message_id": message.id,
                "note": message.subject or False,
            }
        )
