from odoo import fields, models


class ResCompany(models.Model):
    """Settings of charges, write-offs and recoveries."""

    _inherit = "res.company"

    collection_interest_off = fields.Boolean(
        string="No Late Charges",
        help="This company charges no interest, compensation or late fee to anybody.",
        prefetch="collections",
    )
    collection_interest_off_country_ids = fields.Many2many(
        "res.country",
        "collection_interest_off_country_rel",
        "company_id",
        "country_id",
        string="No Late Charges in",
        help="Debtors in these countries are charged no interest, compensation or late fee.",
    )
    collection_accrual_mark = fields.Integer(
        help="The first matching of a payment that the last accrual has not seen.",
        prefetch="collections",
    )
    collection_charge_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Debit Notes",
        domain="[('type', '=', 'sale'), ('company_id', '=', id)]",
        help="Empty: the first sales journal.",
        prefetch="collections",
    )
    collection_charge_account_id = fields.Many2one(
        "account.account",
        string="Income Account of Charges",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Empty: the account of the product, or of the journal.",
        prefetch="collections",
    )
    collection_charge_product_id = fields.Many2one(
        "product.product", string="Product of Charges", prefetch="collections"
    )
    collection_charge_tax_ids = fields.Many2many(
        "account.tax",
        "collection_charge_tax_rel",
        "company_id",
        "tax_id",
        string="Taxes on Charges",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale')]",
        help="Empty: none, because late interest is usually compensation for damage and no supply.",
    )
    collection_waive_limit = fields.Monetary(
        string="Waived by Supervisors up to",
        default=100.0,
        help="Above this amount a manager waives charges.",
        prefetch="collections",
    )
    collection_writeoff_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Write-offs",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="Empty: the first journal for miscellaneous entries.",
        prefetch="collections",
    )
    collection_writeoff_limit_collector = fields.Monetary(
        string="Written off by Collectors up to",
        default=0.0,
        prefetch="collections",
    )
    collection_writeoff_limit_supervisor = fields.Monetary(
        string="Written off by Supervisors up to",
        default=500.0,
        prefetch="collections",
    )
    collection_recovery_account_id = fields.Many2one(
        "account.account",
        string="Income Account of Recoveries",
        check_company=True,
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Money that comes in for debts which have been written off.",
        prefetch="collections",
    )

    _check_collection_limits = models.Constraint(
        "CHECK(COALESCE(collection_waive_limit, 0) >= 0 "
        "AND COALESCE(collection_writeoff_limit_collector, 0) >= 0 "
        "AND COALESCE(collection_writeoff_limit_supervisor, 0) >= 0)",
        "Limits cannot be negative.",
    )
