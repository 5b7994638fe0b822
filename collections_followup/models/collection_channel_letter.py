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
        for template, group in logs.grouped(lambda log: log._get_mail_template()).items():
            if not template:
                raise ChannelError("no_template")
            group._keep_text(template)
            self.env["collection.notice"]._get_texts(template, group, letter=True)
        logs._set_sent()
