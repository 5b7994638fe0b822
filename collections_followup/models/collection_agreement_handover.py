from odoo import api, models


class CollectionAgreement(models.Model):
    """Nothing is agreed with us about what somebody else collects."""

    _inherit = "collection.agreement"

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        for agreement in agreements:
            self.env["collection.handover"]._check_free(agreement.case_id, agreement.move_line_ids)
        return agreements

    def _check_can_be_signed(self):
        self.env["collection.handover"]._check_free(self.case_id, self.move_line_ids)
        return super()._check_can_be_signed()
