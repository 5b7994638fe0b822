from odoo import fields, models


class ResCompany(models.Model):
    """Settings of visits."""

    _inherit = "res.company"

    collection_visit_cash_limit = fields.Monetary(
        string="Cash a Visitor May Hold",
        help="Above it no more cash is taken until the visitor has handed it over. 0: no limit.",
        prefetch="collections",
    )
    collection_visit_journal_id = fields.Many2one(
        "account.journal",
        string="Cash Journal of Visitors",
        domain="[('type', '=', 'cash'), ('company_id', '=', id)]",
        help="What visitors take is received here, until they hand it over.",
        prefetch="collections",
    )

    _check_collection_visit = models.Constraint(
        "CHECK(COALESCE(collection_visit_cash_limit, 0) >= 0)",
        "The cash a visitor may hold cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_visit_cash_limit = fields.Monetary(
        related="company_id.collection_visit_cash_limit",
        readonly=False,
    )
    collection_visit_journal_id = fields.Many2one(
        related="company_id.collection_visit_journal_id", readonly=False
    )
