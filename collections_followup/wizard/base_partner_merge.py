from odoo import models

#: What knows each debtor once in a company, and so has to be joined before the contacts are.
ONCE = (
    "collection.case",
    "collection.credit.file",
    "collection.credit.hold",
    "collection.credit.notice",
    "collection.account.month",
    "collection.experiment.debtor",
)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Join what is kept of merged debtors first: each debtor has it only once."""
        for name in ONCE:
            # sudo: whoever may merge contacts merges what is known of them, whosever it is.
            self.env[name].sudo()._merge_debtors(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        debtor = dst_partner.commercial_partner_id
        self.env["collection.case"].sudo()._refresh(debtor)  # sudo: as above
        files = self.env["collection.credit.file"].sudo()  # sudo: as above
        files.search([("partner_id", "=", debtor.id)])._grade(self.env["collection.case"]._today())
        return result
