from odoo import models


class CollectionContactLog(models.Model):
    """Letters that come back begin a search for the debtor."""

    _inherit = "collection.contact.log"

    def action_mark_failed(self):
        result = super().action_mark_failed()
        # sudo: a setting of the company.
        letters = self.filtered(
            lambda log: (
                log.channel == "letter"
                and log.state == "failed"
                and log.company_id.sudo().collection_trace_returned
            )
        )
        letters.case_id._start_traces("returned")
        return result
