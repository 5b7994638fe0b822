from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

#: Days for which mails that no server took are withdrawn, so that the run decides anew.
WITHDRAW_DAYS = 7


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

    # === Runs === #
    @api.model
    def _withdraw_unsent(self, on, company):
        """Take back mails of earlier runs for which no mail server could be reached.

        Nothing is known against their addresses, so nobody need be asked: the debtors are decided
        about anew, and written to as things are now. An address that was refused stays as it is.

        :return: the contacts taken back
        """
        # sudo: queued mails belong to the system, and only runs take contacts back.
        recent = (
            self.env["collection.run"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("date", "<", on),
                    ("date", ">=", on - timedelta(days=WITHDRAW_DAYS)),
                ]
            )
        )
        failed = self.sudo().search(
            [
                ("run_id", "in", recent.ids),
                ("channel", "=", "email"),
                ("state", "=", "failed"),
                ("block_code", "=", "not_sent"),
                ("message_id.notification_ids.failure_type", "=", "mail_smtp"),
            ]
        )
        mails = (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "in", failed.message_id.ids), ("state", "=", "exception")])
        )
        unsent = failed.filtered(lambda log: log.message_id in mails.mail_message_id)
        if unsent:
            mails.cancel()
            mails.mail_message_id.notification_ids.notification_status = "canceled"
            unsent._update_state(("failed",), "cancelled", {"block_code": "no_mail_server"})
            self.env["collection.engine"]._review_again(unsent)
        return unsent
