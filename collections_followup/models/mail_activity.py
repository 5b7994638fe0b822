from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """A call that was made counts as a contact that arrived."""
        logs = self._collection_logs()
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if feedback:
            logs.write({"note": feedback})
        logs._set_done()
        return result

    def unlink(self):
        """A call that somebody dropped is a contact that was not made."""
        logs = self._collection_logs()
        result = super().unlink()
        logs.filtered(lambda log: log.state == "sent")._set_failed("not_called")
        return result

    def _collection_logs(self):
        # sudo: the log follows the activity, whoever closes it.
        return (
            self.env["collection.contact.log"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("state", "=", "sent")])
        )

    def _collection_tell(self, rows):
        """Activities for many people, in one statement and without a mail to each.

        :param rows: dicts of ``record``, ``summary``, ``date``, ``user``, and ``note``
        """
        kind = self.env.ref("mail.mail_activity_data_todo").id
        values = [
            {
                "res_model_id": self.env["ir.model"]._get_id(row["record"]._name),
                "res_id": row["record"].id,
                "activity_type_id": kind,
                "summary": row["summary"],
                "note": row.get("note") or False,
                "date_deadline": row["date"],
                "user_id": row["user"].id,
                "automated": True,
            }
            for row in rows
        ]
        # sudo: the nightly run tells people of records that are theirs to watch.
        return self.sudo().with_context(mail_activity_quick_update=True).create(values)
