from odoo import fields, models


class ResCompany(models.Model):
    """Where the provision for bad debts is posted."""

    _inherit = "res.company"

    collection_provision_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Provisions",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        prefetch="collections",
        help="Empty: the first journal for miscellaneous entries.",
    )
    collection_provision_expense_account_id = fields.Many2one(
        "account.account",
        string="Expense Account of Provisions",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_other', 'expense_direct_cost'))]",
        prefetch="collections",
    )
    collection_provision_allowance_account_id = fields.Many2one(
        "account.account",
        string="Allowance Account",
        check_company=True,
        domain="[('account_type', 'in', ('asset_current', 'asset_non_current', "
        "'liability_current', 'liability_non_current'))]",
        prefetch="collections",
        help="Stands against the receivables in the balance sheet. Its balance is what has been "
        "provided for so far.",
    )
