from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Join the cases of merged debtors first: each debtor has only one open case."""
        # sudo: whoever may merge contacts merges their cases, whosever they are.
        self.env["collection.case"].sudo()._merge_debtors(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["collection.case"].sudo()._refresh(dst_partner.commercial_partner_id)
        return result
