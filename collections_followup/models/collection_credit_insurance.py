from odoo import fields, models


class CollectionCreditInsurance(models.Model):
    """Up to how much an insurer covers a debtor."""

    _name = "collection.credit.insurance"
    _description = "Insurer's Limit"
    _inherit = ["collection.credit.paper.valid"]
    _order = "date_to desc nulls first, id desc"
    _rec_name = "policy_number"

    insurer_id = fields.Many2one("res.partner", required=True, ondelete="restrict")
    policy_number = fields.Char(required=True)
    amount = fields.Monetary(required=True)

    _check_amount = models.Constraint(
        "CHECK(amount >= 0)",
        "An insurer's limit cannot be negative. Enter 0 where cover was refused.",
    )
    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "An insurer's limit cannot end before it begins.",
    )
