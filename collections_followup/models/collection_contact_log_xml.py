from odoo import models
from odoo.exceptions import UserError


class CollectionContactLog(models.Model):
    """The UBL document of a letter, on demand."""

    _inherit = "collection.contact.log"

    def action_download_xml(self):
        """The letter as UBL 2.1 Reminder."""
        self.ensure_one()
        self.check_access("read")
        attachment = self.env["collection.reminder.xml"]._attach(self).get(self.id)
        if not attachment:
            raise UserError(
                self.env._("There is no open item on this contact that a reminder could list.")
            )
        return self.env["collection.letter"]._get_download(attachment)
