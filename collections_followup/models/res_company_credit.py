from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.classification import check_limits
from ..tools.errors import ToolError

CLASS_LIMITS = "30, 90, 180, 360"
DEBT_KINDS = [
    ("trade", "Goods"),
    ("service", "Services"),
    ("rent", "Rent"),
    ("loan", "Loan"),
    ("utility", "Supply (Energy, Water, Telephone)"),
    ("fee", "Fees and Dues"),
    ("other", "Other"),
]


class ResCompany(models.Model):
    """Credit control: limits and who may raise them, when sales hears of it, classes of debts."""

    _inherit = "res.company"

    collection_use_credit_limit = fields.Boolean(
        related="account_use_credit_limit",
        readonly=False,
        string="Check Credit Limits",
        help="Odoo's own setting: quotations and draft invoices beyond the limit show a warning. "
        "Nothing keeps an invoice from being posted.",
    )
    collection_credit_warn_percent = fields.Float(
        string="Warn Sales at (% of the Limit)",
        default=80.0,
        prefetch="collections",
        help="From this part of a limit on, the salesperson gets an activity, once.",
    )
    collection_credit_warn_days = fields.Integer(
        string="Warn Before a Temporary Limit Ends (Days)", default=7, prefetch="collections"
    )
    collection_credit_refuse_orders = fields.Boolean(
        string="Refuse New Orders on Hold",
        default=True,
        prefetch="collections",
        help="With the Sales app: an order of a debtor whose credit is on hold cannot be confirmed "
        "before it is released. Otherwise there is a warning only. Invoices are never kept back.",
    )
    collection_credit_limit_supervisor = fields.Monetary(
        string="Temporary Limits by Supervisors up to",
        default=50000.0,
        prefetch="collections",
        help="A higher temporary limit is approved by a manager.",
    )
    collection_credit_review_months = fields.Integer(
        string="Review of Credit Files (Months)", default=12, prefetch="collections"
    )
    collection_debt_kind = fields.Selection(
        DEBT_KINDS,
        string="Kind of Debts",
        required=True,
        default="trade",
        prefetch="collections",
        help="Of new cases.",
    )
    collection_class_limits = fields.Char(
        string="Classes of Debts",
        required=True,
        default=CLASS_LIMITS,
        prefetch="collections",
        help="The last day overdue of the classes performing, watch, substandard and doubtful; "
        "what is older is a loss.",
    )

    _check_collection_credit = models.Constraint(
        "CHECK(COALESCE(collection_credit_warn_percent, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(collection_credit_warn_days, 0) >= 0 "
        "AND COALESCE(collection_credit_limit_supervisor, 0) >= 0 "
        "AND COALESCE(collection_credit_review_months, 1) >= 1)",
        "Limits and days cannot be negative, the warning lies between 0 and 100 % of the limit, "
        "and files are reviewed after a month at the earliest.",
    )

    @api.constrains("collection_class_limits")
    def _check_collection_class_limits(self):
        for company in self:
            company._get_class_limits()

    def _get_class_limits(self):
        """The last day overdue of each class but the worst.

        :rtype: tuple[int, ...]
        """
        # sudo: how debts are classed may be known to whoever may see a debt.
        text = self.sudo().collection_class_limits or CLASS_LIMITS
        try:
            limits = tuple(int(part) for part in text.replace(";", ",").split(","))
            check_limits(limits)
        except (ValueError, ToolError) as error:
            raise ValidationError(
                self.env._(
                    "The classes of debts cannot be read from “%(text)s”. Write four numbers of "
                    "days, each larger than the one before, with commas between them: "
                    "30, 90, 180, 360.",
                    text=text,
                )
            ) from error
        return limits
