from odoo import fields, models

KINDS = [
    ("guarantee", "Guarantee"),
    ("bank_guarantee", "Bank Guarantee"),
    ("letter_of_credit", "Letter of Credit"),
    ("retention", "Retention of Title"),
    ("deposit", "Deposit"),
    ("mortgage", "Mortgage"),
    ("pledge", "Pledge"),
    ("assignment", "Assignment of Claims"),
    ("other", "Other"),
]


class CollectionCreditSecurity(models.Model):
    """What secures the debts of a debtor, and how much that is worth."""

    _name = "collection.credit.security"
    _description = "Security"
    _inherit = ["collection.credit.paper.valid"]
    _order = "date_to desc nulls first, id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, required=True)
    amount = fields.Monetary(
        string="Value", required=True, help="What it would bring today, not what it is made out to."
    )

    _check_amount = models.Constraint("CHECK(amount > 0)", "A security needs a value above zero.")
    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A security cannot end before it begins.",
    )
