from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of payments, refunds and extensions; see ``res_company_money.py``."""

    _inherit = "res.config.settings"

    collection_imputation_law = fields.Selection(
        related="company_id.collection_imputation_law", readonly=False
    )
    collection_returned_fee = fields.Monetary(
        related="company_id.collection_returned_fee", readonly=False
    )
    collection_extension_max_days = fields.Integer(
        related="company_id.collection_extension_max_days", readonly=False
    )
    collection_extension_max_count = fields.Integer(
        related="company_id.collection_extension_max_count", readonly=False
    )
