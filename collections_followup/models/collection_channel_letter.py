from odoo import api, models

from ..tools.contact import Recipient
from .collection_channel import ChannelError


class CollectionChannelLetter(models.AbstractModel):
    """Letters on paper: printed with the run, in stage order; arrived once posted."""

    _name = "collection.channel.letter"
    _inherit = "collection.channel"
    _description = "Contact Channel: Letter"

    # === Hooks of a channel === #
    @api.model
    def _check_action(self, action):
        if not action.mail_template_id:
            return self.env._(
                "The letter of stage %(stage)s has no text. Choose a mail template; its text is "
                "printed on the letterhead.",
                stage=action.stage_id.name,
            )
        return ""

    @api.model
    def _pick(self, debtor_id, candidates):
        for person in candidates:
            if person.postal:
                return Recipient(person.partner)
        return Recipient(debtor_id, code="no_address")

    @api.model
    def _deliver(self, logs):
        """Letters wait on the run to be printed; their text must render now, so that a person
        at the printer never meets a broken one."""
        for log in logs:
            if not log.action_id.mail_template_id:
                raise ChannelError("no_template")
        self._get_texts(logs)
        logs._set_sent()

    # === Rendering === #
    @api.model
    def _get_texts(self, logs):
        """The text of each letter, in the language of its debtor.

        :return: {log id: {"subject": str, "body": Markup}}
        """
        result = {}
        keys = logs.grouped(lambda log: (log.action_id.mail_template_id, log._get_notice_lang()))
        for (template, lang), group in keys.items():
            # sudo: the template belongs to the administrator; the letter is for the collector.
            localized = template.sudo().with_context(lang=lang, collection_letter=True)
            subjects = localized._render_field("subject", group.ids)
            bodies = localized._render_field("body_html", group.ids, post_process=False)
            for log in group:
                result[log.id] = {"subject": subjects[log.id], "body": bodies[log.id]}
        return result
