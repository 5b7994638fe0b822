from odoo import fields, models


class CollectionDelayReason(models.Model):
    """Why the debtor pays late, as the debtor says."""

    _name = "collection.delay.reason"
    _description = "Reason for Late Payment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    hardship = fields.Boolean(help="The debtor cannot pay, rather than does not want to.")
    own_fault = fields.Boolean(help="The cause lies with us, such as a wrong invoice.")

    _code_unique = models.Constraint("UNIQUE(code)", "Another reason has this code already.")
