from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_opt_out_notice = fields.Selection(
        related="company_id.collection_opt_out_notice", readonly=False
    )
    collection_sms_receives = fields.Boolean(
        related="company_id.collection_sms_receives", readonly=False
    )
