from odoo import api, models


class CollectionEngine(models.AbstractModel):
    """Statements of account among the contacts: they state the account as it is."""

    _inherit = "collection.engine"

    @api.model
    def _update_truth(self, log, items, on):
        """A statement is not refused because of promises or disputes: it asks for nothing new.
        One of open items is, when nothing is open any more."""
        if not log.statement_kind:
            return super()._update_truth(log, items, on)
        if log.statement_kind == "open" and not items:
            return log._set_blocked("paid")
        log.amount = log.case_id.amount_open
        return None
