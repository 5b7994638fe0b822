from odoo import fields, models


class CollectionCaseRequest(models.AbstractModel):
    """A record that people talk about and follow until it is settled."""

    _name = "collection.case.request"
    _description = "Request about a Case"
    _inherit = ["collection.case.record", "mail.thread", "mail.activity.mixin"]

    partner_id = fields.Many2one(store=True)
