from odoo import fields, models


class ResPartner(models.Model):
    """Numbers that name a debtor in the world."""

    _inherit = "res.partner"

    collection_identifier_ids = fields.One2many(
        "collection.identifier",
        "partner_id",
        string="Numbers of the Debtor",
        groups="collections_followup.group_collector",
    )
