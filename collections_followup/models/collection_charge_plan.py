from odoo import fields, models


class CollectionCharge(models.Model):
    """Interest agreed in an instalment plan is listed with the other charges."""

    _inherit = "collection.charge"

    kind = fields.Selection(
        selection_add=[("plan_interest", "Interest of a Plan"), ("other",)],
        ondelete={"plan_interest": "set default"},
    )
