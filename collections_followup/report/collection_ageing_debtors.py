from odoo import api, models
from odoo.tools import SQL

from ..models.collection_buckets import MAX_BUCKETS


class CollectionAgeing(models.Model):
    """What was open on a day by debtor, for the pictures taken at the end of a month."""

    _inherit = "collection.ageing"

    @api.model
    def _aged_items(self, on, company):
        """A query of the items of a company open on a day, with bucket (a number) and debtor."""
        limits = company._get_ageing_limits()
        return SQL(
            """
            SELECT o.id, o.residual, o.date_due, d.commercial_partner_id AS partner_id,
                   (%(bucket)s)::int AS bucket
              FROM (%(items)s) o LEFT JOIN res_partner d ON d.id = o.partner_id
             WHERE o.company_id = %(company)s
            """,
            bucket=self._bucket(limits, on),
            items=self._open_items(on),
            company=company.id,
        )

    @api.model
    def _debtor_figures(self, on, company):
        """A query of ``partner_id, open, late, oldest, a0 … a9``."""
        amounts = [
            SQL(
                "sum(residual) FILTER (WHERE bucket = %s) AS %s",
                number,
                SQL.identifier(f"a{number}"),
            )
            for number in range(MAX_BUCKETS)
        ]
        return SQL(
            """
            SELECT partner_id, sum(residual) AS open,
                   sum(residual) FILTER (WHERE bucket > 0) AS late,
                   min(date_due) FILTER (WHERE bucket > 0 AND residual > 0) AS oldest, %s
              FROM (%s) i GROUP BY partner_id
            """,
            SQL(", ").join(amounts),
            self._aged_items(on, company),
        )
