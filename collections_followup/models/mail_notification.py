from odoo import api, models

#: Statuses that say what became of a message.
REPORTED = ("sent", "bounce", "exception")


class MailNotification(models.Model):
    _inherit = "mail.notification"

    @api.model_create_multi
    def create(self, vals_list):
        notifications = super().create(vals_list)
        if any(vals.get("notification_status") in REPORTED for vals in vals_list):
            notifications._collection_note_delivery()
        return notifications

    def write(self, vals):
        result = super().write(vals)
        if vals.get("notification_status") in REPORTED:
            self._collection_note_delivery()
        return result

    def _collection_note_delivery(self):
        """Have the contact log follow these deliveries at the end of the transaction.

        Not at once: while it sends, Odoo writes a transient failure and corrects it right after.
        """
        precommit = self.env.cr.precommit
        noted = precommit.data.get("collections_followup.delivered")
        if noted is None:
            noted = precommit.data["collections_followup.delivered"] = set()
            precommit.add(self.env["mail.notification"]._collection_report_delivery)
        noted.update(self._ids)

    @api.model
    def _collection_report_delivery(self):
        """Tell the contact log what became of its mails and SMS, many at once.

        ``sent`` is the mail server's acceptance, or the phone network's.
        """
        ids = self.env.cr.precommit.data.pop("collections_followup.delivered", None)
        # sudo: delivery is reported by the mail queue or gateway, whoever runs it.
        notifications = self.env["mail.notification"].sudo().browse(ids or ()).exists()
        if not notifications:
            return
        logs = (
            self.env["collection.contact.log"]
            .sudo()
            .search(
                [
                    ("message_id", "in", notifications.mail_message_id.ids),
                    ("state", "in", ("sent", "done", "failed")),
                ]
            )
        )
        status = {}
        for notification in notifications:
            status.setdefault(notification.mail_message_id.id, set()).add(
                notification.notification_status
            )
        by_outcome = logs.grouped(lambda log: self._collection_outcome(status[log.message_id.id]))
        for outcome, group in by_outcome.items():
            if outcome == "done":
                group.filtered(lambda log: log.state != "done")._set_done()
            elif outcome:
                group.filtered(lambda log: log.state != "failed")._set_failed(outcome)

    @api.model
    def _collection_outcome(self, statuses):
        """What deliveries to all recipients of a message mean: one that got it is enough."""
        if "sent" in statuses:
            return "done"
        if "bounce" in statuses:
            return "bounced"
        return "not_sent" if "exception" in statuses else None
