from odoo import fields, models
from odoo.exceptions import AccessError


class DigestDigest(models.Model):
    """Collections in Odoo's periodic mail: what is overdue, what came in, and how long it takes."""

    _inherit = "digest.digest"

    kpi_collection_overdue = fields.Boolean("Overdue Receivables")
    kpi_collection_overdue_value = fields.Monetary(compute="_compute_kpi_collection")
    kpi_collection_received = fields.Boolean("Money Received from Debtors")
    kpi_collection_received_value = fields.Monetary(compute="_compute_kpi_collection")
    kpi_collection_dso = fields.Boolean("Days Sales Outstanding")
    kpi_collection_dso_value = fields.Float(compute="_compute_kpi_collection")

    def _compute_kpi_collection(self):
        if not self.env["collection.figures"]._may_see_all():
            raise AccessError(
                self.env._("Do not have access, skip this data for user's digest email")
            )
        start, end, __ = self._get_kpi_compute_parameters()
        days = {
            "period": "custom",
            "date_from": fields.Date.to_date(start),
            "date_to": fields.Date.to_date(end),
        }
        for company, digests in self.grouped(lambda d: d.company_id or self.env.company).items():
            # sudo: the group has been checked above; a digest is about its own company only.
            Figures = self.env["collection.dashboard"].sudo().with_company(company)
            Figures = Figures.with_context(allowed_company_ids=company.ids)
            tiles = {tile["code"]: tile["value"] for tile in Figures._get_digest_tiles(days)}
            digests.kpi_collection_overdue_value = tiles["overdue"]
            digests.kpi_collection_received_value = tiles["collected"]
            digests.kpi_collection_dso_value = tiles["dso"] or 0.0

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("collections_followup.collections_menu").id
        action = f"collections_followup.collection_dashboard_action?menu_id={menu}"
        for name in ("overdue", "received", "dso"):
            actions[f"kpi_collection_{name}"] = action
        return actions
