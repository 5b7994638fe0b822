from odoo import api, models

from ..tools.contact import Refusal


class CollectionCompliance(models.AbstractModel):
    """No contact for a client without a mandate in force."""

    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        return {
            **super()._get_reasons(),
            "mandate_not_begun": self.env._("The client's mandate is not in force yet."),
            "mandate_ended": self.env._("The client's mandate has ended."),
            "mandate_territory": self.env._("The client's mandate does not reach this country."),
        }

    @api.model
    def _check(self, proposals):
        refusals = super()._check(proposals)
        companies = self.env["res.company"].browse({p.company for p in proposals})
        # sudo: the mandate binds everybody, whoever may read it.
        mandates = {c.id: c.collection_mandate_id for c in companies.sudo()}
        bound = [p for p in proposals if mandates[p.company] and p.key not in refusals]
        debtors = self.env["res.partner"].sudo().browse({p.debtor for p in bound})
        countries = {debtor.id: debtor.country_id for debtor in debtors}
        for proposal in bound:
            mandate = mandates[proposal.company]
            code = mandate._get_objection(proposal.on, countries[proposal.debtor])
            if code:
                refusals[proposal.key] = Refusal(code)
        return refusals
