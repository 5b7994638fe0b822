from odoo import api, models


class CollectionChannelSms(models.AbstractModel):
    """The opt-out sentence at the end of a text."""

    _inherit = "collection.channel.sms"

    @api.model
    def _get_bodies(self, template, logs):
        bodies = super()._get_bodies(template, logs)
        for log_id, opt_out in self.env["collection.notice"]._get_opt_outs(logs, "sms").items():
            bodies[log_id] = f"{bodies[log_id]} {opt_out['sentence']}"
        return bodies
