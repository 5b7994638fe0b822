from odoo import api, models


class CollectionCompliance(models.AbstractModel):
    """Sentences about visits."""

    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        return {
            **super()._get_reasons(),
            "not_the_visitors": self.env._(
                "The case is a colleague's. Assign it to the visitor first, or let the colleague "
                "go."
            ),
        }
