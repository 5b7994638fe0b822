from odoo import fields, models

from ..tools.kpi import Reached


class ResCompany(models.Model):
    """How a company reckons its figures."""

    _inherit = "res.company"

    collection_right_party_base = fields.Selection(
        [
            (Reached.CONTACTS.value, "Of the people who were reached"),
            (Reached.CALLS.value, "Of all outgoing calls"),
        ],
        string="Right-party Rate",
        required=True,
        default=Reached.CONTACTS.value,
        prefetch="collections",
        help="What the conversations with the right person are a part of. Both are in use.",
    )
