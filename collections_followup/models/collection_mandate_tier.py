from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.commission import commission
from ..tools.errors import ToolError


class CollectionMandateTier(models.Model):
    """A percentage of the part of the money that is above a limit, up to the next tier."""

    _name = "collection.mandate.tier"
    _description = "Commission Tier"
    _order = "above, id"

    mandate_id = fields.Many2one(
        "collection.mandate", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="mandate_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="mandate_id.currency_id")
    above = fields.Monetary(string="Of What Is Above")
    percent = fields.Float(digits=(6, 3), required=True)

    @api.constrains("above", "percent", "mandate_id")
    def _check_tiers(self):
        for mandate in self.mandate_id:
            try:
                commission(
                    mandate.currency_id._collection_decimal(0),
                    mandate._get_terms(),
                    mandate.currency_id._collection_decimal(mandate.currency_id.rounding),
                )
            except ToolError as error:
                raise ValidationError(
                    self.env._(
                        "One tier of the commission begins at zero, no two begin at the same "
                        "amount, and percentages are between 0 and 100."
                    )
                ) from error
