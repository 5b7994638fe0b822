from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of agreements; see ``res_company_agreement.py``."""

    _inherit = "res.config.settings"

    collection_plan_max_months = fields.Integer(
        related="company_id.collection_plan_max_months", readonly=False
    )
    collection_plan_max_amount = fields.Monetary(
        related="company_id.collection_plan_max_amount", readonly=False
    )
    collection_settlement_max_discount = fields.Float(
        related="company_id.collection_settlement_max_discount", readonly=False
    )
    collection_plan_rate = fields.Float(related="company_id.collection_plan_rate", readonly=False)
    collection_plan_share = fields.Float(related="company_id.collection_plan_share", readonly=False)
    collection_agreement_signed = fields.Boolean(
        related="company_id.collection_agreement_signed", readonly=False
    )
    collection_agreement_terms = fields.Text(
        related="company_id.collection_agreement_terms", readonly=False
    )
