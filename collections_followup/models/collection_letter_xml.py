from odoo import api, fields, models


class CollectionLetter(models.AbstractModel):
    """The UBL document beside a printed letter, where the company wants one."""

    _inherit = "collection.letter"

    @api.model
    def _keep_texts(self, letters, contents):
        result = super()._keep_texts(letters, contents)
        wanted = letters.sudo().filtered("company_id.collection_reminder_xml")  # sudo: a setting
        for log_id, attachment in self.env["collection.reminder.xml"]._attach(wanted).items():
            # sudo: the letter has just been filed on a case that may be printed.
            message = letters.browse(log_id).sudo().message_id
            message.attachment_ids = [fields.Command.link(attachment.id)]
        return result
