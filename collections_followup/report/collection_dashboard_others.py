from odoo import api, models


class CollectionDashboard(models.AbstractModel):
    """Debts of others on the dashboard: a section of its own, a line for each client."""

    _inherit = "collection.dashboard"

    @api.model
    def get_data(self, filters=None):
        data = super().get_data(filters)
        scope = self._get_scope(filters)
        others = self.env.companies._collection_others() - scope.companies
        return {**data, "others": self._get_others(others)}

    @api.model
    def _get_others(self, companies):
        """Open and overdue debts of each client, in the client's currency; one query.

        :return: list of dicts: id, name, currency_id, cases, open, overdue
        """
        groups = self.env["collection.case"]._read_group(
            [("company_id", "in", companies.ids), ("state", "!=", "closed")],
            ["company_id"],
            ["__count", "amount_open:sum", "amount_overdue:sum"],
        )
        return [
            {
                "id": company.id,
                "name": company.name,
                "currency_id": company.currency_id.id,
                "cases": count,
                "open": amount_open,
                "overdue": overdue,
            }
            for company, count, amount_open, overdue in groups
        ]
