from odoo import fields, models


class CollectionPolicy(models.Model):
    """Who accepts new addresses and names of the debtors of a policy."""

    _inherit = "collection.policy"

    change_approval = fields.Selection(
        [
            ("collector", "Collectors"),
            ("name", "Collectors; names by supervisors"),
            ("supervisor", "Supervisors"),
        ],
        string="New Addresses Accepted by",
        required=True,
        default="name",
        help="Nothing a debtor, a register or a neighbour says about an address replaces what is "
        "on the contact before somebody has accepted it.",
    )
