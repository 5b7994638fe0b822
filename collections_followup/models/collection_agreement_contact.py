from odoo import models


class CollectionAgreement(models.Model):
    """Mails that people send about an agreement are contacts like any other: the contact rules
    are asked before, and the log of the case has them."""

    _inherit = "collection.agreement"

    def message_post(self, **kwargs):
        channel, recipients = self.case_id._get_written_contact(kwargs)
        if channel:
            for recipient in recipients:
                self.case_id._check_writing(channel, recipient)
        message = super().message_post(**kwargs)
        if channel:
            self.case_id._log_writing(message, channel, recipients)
        return message
