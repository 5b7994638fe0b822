from odoo import api, fields, models

from ..tools.item_imputation import LAW_OF_COUNTRY, LAWS

#: Laws of imputation a company can choose.
LAW_NAMES = [
    ("DE", "Germany: BGB 366, 367"),
    ("DE_CREDIT", "Germany, consumer credit: BGB 366, 497(3)"),
    ("IT", "Italy: c.c. 1193, 1194"),
    ("ES", "Spain: CC 1172-1174"),
    ("FR", "France: C. civ. 1342-10, 1343-1"),
    ("PL", "Poland: KC 451"),
    ("UK", "United Kingdom: oldest first, interest before principal"),
    ("US", "United States: oldest first, never what is disputed"),
    ("OLDEST", "House rule: oldest first, costs and interest before principal"),
    ("PRO_RATA", "In proportion"),
]


class ResCompany(models.Model):
    """Settings of payments, refunds and extensions."""

    _inherit = "res.company"

    collection_imputation_law = fields.Selection(
        LAW_NAMES,
        string="Order of Payments",
        help="What a payment settles first when the debtor does not say. Empty: the law of the "
        "company's country.",
        prefetch="collections",
    )
    collection_returned_fee = fields.Monetary(
        string="Fee for Returned Payments",
        help="Proposed when a payment or cheque bounces. Charge what the bank charges you.",
        prefetch="collections",
    )
    collection_extension_max_days = fields.Integer(
        string="Extensions by Collectors up to",
        default=0,
        help="Days after the old due date that a collector may grant without asking. 0: a "
        "supervisor grants all extensions.",
        prefetch="collections",
    )
    collection_extension_max_count = fields.Integer(
        string="Extensions a Year and Debtor",
        default=3,
        help="Above this number only a manager grants another one.",
        prefetch="collections",
    )

    _check_collection_money = models.Constraint(
        "CHECK(COALESCE(collection_returned_fee, 0) >= 0 "
        "AND COALESCE(collection_extension_max_days, 0) >= 0 "
        "AND COALESCE(collection_extension_max_count, 0) >= 0)",
        "Fees and limits of extensions cannot be negative.",
    )

    def _get_imputation_law(self):
        """Code of the law by which payments to this company are imputed."""
        self.ensure_one()
        country = self.account_fiscal_country_id or self.country_id
        return self.collection_imputation_law or LAW_OF_COUNTRY.get(country.code, "OLDEST")

    @api.model
    def _get_law(self, code):
        """:rtype: odoo.addons.collections_followup.tools.item_imputation.Law"""
        return LAWS[code]
