from odoo import models
from odoo.exceptions import UserError


class CollectionContactLog(models.Model):
    """What people do about the delivery of single contacts."""

    _inherit = "collection.contact.log"

    # === Actions === #
    def action_print(self):
        """Print these letters; one that was printed before comes out as it was."""
        letters = self.filtered(
            lambda log: log.channel == "letter" and log.state in ("sent", "done", "failed")
        )
        if not letters:
            raise UserError(self.env._("Only letters that have been released can be printed."))
        letters.check_access("write")
        return self.env["collection.letter"]._get_download(
            self.env["collection.letter"]._print(letters, letters[:1])
        )

    def action_retry(self):
        """Send messages again that could not be handed over, for example because the mail server
        was down."""
        failed = self.filtered(lambda log: log.state == "failed" and log.block_code == "not_sent")
        failed.check_access("write")
        # sudo: queued mails and SMS belong to the system; the contact may be written, see above.
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "in", failed.message_id.ids), ("state", "=", "exception")])
        )
        texts = (
            self.env["sms.sms"]
            .sudo()
            .search([("mail_message_id", "in", failed.message_id.ids), ("state", "=", "error")])
        )
        again = failed.filtered(
            lambda log: log.message_id in mails.mail_message_id + texts.mail_message_id
        )
        if not again:
            raise UserError(self.env._("There is no failed message that can be sent again."))
        mails.mark_outgoing()
        self.env["mail.notification"].sudo().search([("mail_mail_id", "in", mails.ids)]).write(
            {"notification_status": "ready", "failure_type": False, "failure_reason": False}
        )
        texts.action_set_outgoing()
        again._update_state(("failed",), "sent", {"block_code": False})
