from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    collection_interest_off = fields.Boolean(
        string="No Late Charges",
        company_dependent=True,
        groups="collections_followup.group_reader,collections_followup.group_collector",
        help="No interest, compensation or late fee is charged to this debtor.",
        prefetch="collections",
    )
