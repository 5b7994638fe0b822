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
