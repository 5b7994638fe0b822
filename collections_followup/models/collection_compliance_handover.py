from odoo import api, models


class CollectionCompliance(models.AbstractModel):
    """Sentences for debts that somebody else has, or that are barred."""

    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        return {
            **super()._get_reasons(),
            "time_barred": self.env._("The items are barred by limitation."),
            "claimed": self.env._("An insurer has been asked to pay the items."),
        }

    @api.model
    def _judge(self, proposals, modes=("block", "warn")):
        """Preparing a file is no contact, so no contact rule speaks of it."""
        return super()._judge([p for p in proposals if p.channel != "handover"], modes)

    @api.model
    def _get_history(self, case_ids, on):
        history = super()._get_history(case_ids, on)
        for contacts in history.values():
            contacts[:] = [past for past in contacts if past.channel != "handover"]
        return history
