from odoo import fields, models


class ResCompany(models.Model):
    """What collectors may agree to without asking, and how agreements are made."""

    _inherit = "res.company"

    collection_plan_max_months = fields.Integer(
        string="Longest Plan (Months)",
        default=12,
        help="A longer plan needs the approval of a supervisor.",
        prefetch="collections",
    )
    collection_plan_max_amount = fields.Monetary(
        string="Largest Plan",
        default=10000.0,
        help="A plan or settlement about a larger debt needs the approval of a supervisor.",
        prefetch="collections",
    )
    collection_settlement_max_discount = fields.Float(
        string="Largest Discount (%)",
        default=10.0,
        help="A larger discount needs the approval of a supervisor.",
        prefetch="collections",
    )
    collection_plan_rate = fields.Float(
        string="Interest on Plans (% a Year)",
        default=0.0,
        help="Proposed for new instalment plans. 0: without interest.",
        prefetch="collections",
    )
    collection_plan_share = fields.Float(
        string="Share of Free Income (%)",
        default=70.0,
        help="What may be asked of that which a debtor has left each month.",
        prefetch="collections",
    )
    collection_agreement_signed = fields.Boolean(
        string="Plans Are Signed",
        default=True,
        help="Plans and settlements hold when both sides have signed. Otherwise they hold as soon "
        "as a colleague activates them.",
        prefetch="collections",
    )
    collection_agreement_terms = fields.Text(
        string="Further Terms of Agreements",
        translate=True,
        help="Printed on every plan and settlement, below what follows from its figures.",
        prefetch="collections",
    )

    _check_collection_agreement = models.Constraint(
        "CHECK(COALESCE(collection_plan_max_months, 0) >= 0 "
        "AND COALESCE(collection_plan_max_amount, 0) >= 0 "
        "AND COALESCE(collection_settlement_max_discount, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(collection_plan_rate, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(collection_plan_share, 0) BETWEEN 0 AND 100)",
        "Limits of agreements cannot be negative, and percentages cannot be above 100.",
    )
