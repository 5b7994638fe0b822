from odoo import api, models


class CollectionExperimentDebtor(models.Model):
    """What becomes of debtors in trials when contacts are merged."""

    _inherit = "collection.experiment.debtor"

    @api.model
    def _merge_debtors(self, sources, target):
        """One debtor is in one half of a trial, and in one running trial of a company: the one
        joined first stays."""
        rows = self.search([("partner_id", "in", (sources + target).ids)], order="date_joined, id")
        for group in rows.grouped("experiment_id").values():
            group[1:].unlink()
        for group in rows.exists().filtered("running").grouped("company_id").values():
            group[1:].running = False
