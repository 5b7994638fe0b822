from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_ageing_limits = fields.Char(
        related="company_id.collection_ageing_limits", readonly=False, required=True
    )
