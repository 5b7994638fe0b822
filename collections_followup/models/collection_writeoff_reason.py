from odoo import fields, models


class CollectionWriteoffReason(models.Model):
    """Why a debt is given up, where the loss is booked, and what it means for tax."""

    _name = "collection.writeoff.reason"
    _description = "Write-off Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    account_id = fields.Many2one(
        "account.account",
        string="Expense Account",
        company_dependent=True,
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost'))]",
        help="Where the loss is booked, for the present company.",
    )
    tax_hint = fields.Text(
        string="Tax Relief",
        translate=True,
        help="What to think of for value-added tax, shown when the reason is chosen.",
    )

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another write-off reason has this code already."
    )
