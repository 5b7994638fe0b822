from odoo import fields, models


class CollectionContactLog(models.Model):
    """A contact that is planned although money of the debtor has come in."""

    _inherit = "collection.contact.log"

    money_waiting = fields.Char(related="case_id.money_waiting")
