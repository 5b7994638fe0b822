from odoo import api, models


class CollectionCompliance(models.AbstractModel):
    """Sentences for what people log."""

    _inherit = "collection.compliance"

    @api.model
    def _get_reasons(self):
        return {
            **super()._get_reasons(),
            "not_reached": self.env._("The debtor was not reached."),
            "not_called": self.env._("The call was not made."),
            # Warnings, which forbid nothing
            "warn_hours": self.env._("It is outside the usual hours where the debtor lives."),
            "warn_frequency": self.env._("The debtor has been contacted often lately."),
            "concentrated": self.env._("There have been many attempts to reach the debtor today."),
            "rapid_succession": self.env._("The last attempt was only moments ago."),
        }
