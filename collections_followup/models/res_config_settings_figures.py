from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_right_party_base = fields.Selection(
        related="company_id.collection_right_party_base", readonly=False, required=True
    )
