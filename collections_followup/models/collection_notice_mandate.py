from odoo import api, models


class CollectionNotice(models.AbstractModel):
    """Letters and mails about debts of others: the collector writes, on behalf of the creditor."""

    _inherit = "collection.notice"

    @api.model
    def _get_letterhead(self, company, lang):
        # sudo: names are printed for the debtor.
        mandate = company.sudo().collection_mandate_id.with_context(lang=lang)
        if not mandate:
            return super()._get_letterhead(company, lang)
        head = super()._get_letterhead(mandate.company_id, lang)
        return {**head, "company": company, "behalf": mandate._get_disclosure()}


class CollectionMandate(models.Model):
    _inherit = "collection.mandate"

    def _get_disclosure(self):
        """Sentences on every letter and mail: for whom we write, and what the law wants said.

        :rtype: list[str]
        """
        result = [
            self.env._(
                "%(collector)s writes on behalf of the creditor, %(creditor)s. Please pay to the "
                "account named here.",
                collector=self.company_id.name,
                creditor=self.client_id.name,
            )
        ]
        countries = self.company_id.country_id | self.ledger_company_id.country_id
        if "US" in countries.mapped("code"):
            # 12 CFR 1006.18(e)
            result.append(
                self.env._(
                    "This communication is from a debt collector. This is an attempt to collect a "
                    "debt and any information obtained will be used for that purpose."
                )
            )
        return result
