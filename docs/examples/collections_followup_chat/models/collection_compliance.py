from odoo import api, models


class CollectionCompliance(models.AbstractModel):
    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        """Each code that this channel refuses with needs its sentence."""
        return {
            **super()._get_reasons(),
            "no_chat": self.env._("The debtor has no mobile number for chat messages."),
            "chat_refused": self.env._("The chat gateway did not take the message."),
        }
