from odoo import fields, models


class ResCompany(models.Model):
    """Settings of what reports make of the past."""

    _inherit = "res.company"

    collection_result_days = fields.Integer(
        string="Days in Which a Contact Works",
        required=True,
        default=14,
        help="A payment within so many days after a contact is counted as its result.",
        prefetch="collections",
    )

    _check_collection_result_days = models.Constraint(
        "CHECK(collection_result_days BETWEEN 1 AND 365)",
        "A contact can work for 1 to 365 days.",
    )
