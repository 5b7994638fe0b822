from odoo import api, models

from ..tools.inbound import is_automatic


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Tell cases whether a person or a machine has answered: only the headers say it."""
        if any(route[0] == "collection.case" for route in routes or ()):
            automatic = is_automatic(message, message_dict.get("subject") or "")
            kind = "auto" if automatic else "reply"
            gateway = super(MailThread, self.with_context(collection_inbound=kind))
            return gateway._message_route_process(message, message_dict, routes)
        return super()._message_route_process(message, message_dict, routes)
