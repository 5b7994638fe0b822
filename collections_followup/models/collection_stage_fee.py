from odoo import fields, models


class CollectionStage(models.Model):
    _inherit = "collection.stage"

    late_fee = fields.Monetary(
        help="Charged once when a contact of this stage has arrived, in the currency of the policy."
    )

    _check_late_fee = models.Constraint(
        "CHECK(late_fee IS NULL OR late_fee >= 0)", "The late fee of a stage cannot be negative."
    )
