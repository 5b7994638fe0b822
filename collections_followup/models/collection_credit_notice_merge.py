from odoo import api, models


class CollectionCreditNotice(models.Model):
    """Of two open notices about the same, the older one stays."""

    _inherit = "collection.credit.notice"

    @api.model
    def _merge_debtors(self, sources, target):
        notices = self.search(
            [("partner_id", "in", (sources + target).ids), ("date_over", "=", False)],
            order="date, id",
        )
        about = notices.grouped(lambda n: (n.company_id, n.kind, n.limit_id, n.hold_id))
        for group in about.values():
            group[1:].date_over = self.env["collection.case"]._today()
