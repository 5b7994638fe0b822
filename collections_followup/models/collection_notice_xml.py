from odoo import api, models


class CollectionNotice(models.AbstractModel):
    """The UBL document beside an e-mail, where the company wants one."""

    _inherit = "collection.notice"

    @api.model
    def _attach_reports(self, template, logs):
        """E-mails carry the document, too."""
        result = super()._attach_reports(template, logs)
        wanted = logs.sudo().filtered("company_id.collection_reminder_xml")  # sudo: a setting
        for log_id, attachment in self.env["collection.reminder.xml"]._attach(wanted).items():
            result[log_id].append(attachment.id)
        return result
