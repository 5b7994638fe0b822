from odoo import api, models


class CollectionChannelSms(models.AbstractModel):
    """The link at the end of a text."""

    _inherit = "collection.channel.sms"

    @api.model
    def _get_bodies(self, template, logs):
        bodies = super()._get_bodies(template, logs)
        for log in logs:
            url = log._get_page_link("sms")
            if url and url not in bodies[log.id]:
                bodies[log.id] = f"{bodies[log.id]} {url}"
        return bodies
