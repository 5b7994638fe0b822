from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_party = fields.Selection(
        [("first", "Own debts"), ("third", "Debts of others")],
        string="Collects",
        default="first",
        required=True,
        help="Many laws bind only those who collect for others, or only creditors themselves.",
        prefetch="collections",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_party = fields.Selection(
        related="company_id.collection_party", readonly=False, required=True
    )
