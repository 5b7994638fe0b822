from odoo import fields, models


class CollectionDisputeReason(models.Model):
    """What debtors object to."""

    _name = "collection.dispute.reason"
    _description = "Dispute Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Usually Answered By",
        domain=[("share", "=", False)],
        help="Who outside collections looks into it.",
    )
    days = fields.Integer(string="Days to Answer", default=14)

    _code_unique = models.Constraint("UNIQUE(code)", "Another reason has this code already.")
    _check_days = models.Constraint("CHECK(days >= 1)", "An answer needs at least one day.")
