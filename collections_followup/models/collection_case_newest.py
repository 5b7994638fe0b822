from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class CollectionCase(models.Model):
    """Who looks after a debtor: the collector of the newest case, open cases first.

    A debtor who has paid everything still belongs to whoever made that happen, so that figures of
    the past count it.
    """

    _inherit = "collection.case"

    @api.model
    def _newest_cases(self):
        """A query of one case per debtor and company."""
        return SQL(
            """
            SELECT DISTINCT ON (partner_id, company_id) partner_id, company_id, id, user_id,
                   stage_id
              FROM collection_case
             ORDER BY partner_id, company_id, state = 'closed', id DESC
            """
        )

    @api.model
    def _get_collector_domain(self, users, debtor="partner_id.commercial_partner_id"):
        """Domain of records of debtors of these collectors, in the companies at work.

        :param debtor: path to the debtor
        """
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(
                debtor,
                "in",
                SQL(
                    "(SELECT partner_id FROM (%s) k WHERE company_id = %s AND user_id = ANY(%s))",
                    self._newest_cases(),
                    company.id,
                    list(users.ids),
                ),
            )
            for company in self.env.companies
        )
