from odoo import fields, models


class ResPartner(models.Model):
    """What everybody who talks with a debtor must know first."""

    _inherit = "res.partner"

    collection_caution = fields.Selection(
        [("aggressive", "Aggressive"), ("care", "Take care")],
        string="Caution",
        groups="collections_followup.group_reader,collections_followup.group_collector",
        help="Shown at the top of the case, with the instruction.",
        copy=False,
        prefetch="collections",
    )
    collection_instruction = fields.Text(
        string="Instruction",
        groups="collections_followup.group_reader,collections_followup.group_collector",
        help="What to do and what not to do. Write nothing about health or beliefs.",
        copy=False,
        prefetch="collections",
    )
