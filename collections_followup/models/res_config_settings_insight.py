from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_result_days = fields.Integer(
        related="company_id.collection_result_days", readonly=False, required=True
    )
