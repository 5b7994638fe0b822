from odoo import api, models


class MailComposeMessage(models.TransientModel):
    """Mails to debtors are written with the warnings of their case in view."""

    _name = "mail.compose.message"
    _inherit = ["mail.compose.message", "collection.writing.warning"]

    @api.depends("model", "res_ids", "partner_ids", "composition_mode", "subtype_is_log")
    def _compute_collection_warning_html(self):
        return super()._compute_collection_warning_html()

    def _get_collection_message(self):
        alone = self.composition_mode == "comment" and not self.subtype_is_log
        case = self._get_collection_case(self.model, self._evaluate_res_ids() if alone else [])
        debtors = self.partner_ids._origin.filtered(
            lambda partner: partner.commercial_partner_id == case.partner_id
        )
        return case, "email", debtors
