from odoo import fields, models


class ResCompany(models.Model):
    """What a company does when it cannot reach a debtor."""

    _inherit = "res.company"

    collection_trace_returned = fields.Boolean(
        string="Search When a Letter Comes Back",
        default=True,
        prefetch="collections",
        help="A letter that is marked as returned begins a search for the debtor, and no more "
        "letters go to that address.",
    )
