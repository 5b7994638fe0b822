from odoo import models


class CollectionAgreementLine(models.Model):
    """What is still to be paid on a line of an agreement."""

    _inherit = "collection.agreement.line"

    def _get_page_amount(self):
        self.ensure_one()
        if self.agreement_id.state != "active" or self.state == "kept":
            return 0.0
        left = self.amount - self.amount_paid
        return max(0.0, self.agreement_id.currency_id.round(left))
