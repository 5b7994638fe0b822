import re

from odoo import api, models

#: How the Message-ID of a notice looks; see the e-mail channel.
NOTICE_ID = re.compile(r"\.collection-\d+@")


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def send_email(self, message, *args, **kwargs):
        """A notice that was accepted by the mail server is not handed over a second time when the
        process that sent it died before it could note so."""
        number = message["Message-Id"] or ""
        if not NOTICE_ID.search(number):
            return super().send_email(message, *args, **kwargs)
        # sudo: receipts are kept by whoever works off the mail queue; nobody else needs them.
        receipts = self.env["collection.mail.receipt"].sudo()
        key = f"{number} {message['To']}"
        if receipts._is_accepted(key):
            receipts._drop_after_commit(key)
            return number
        result = super().send_email(message, *args, **kwargs)
        receipts._keep(key)
        return result
