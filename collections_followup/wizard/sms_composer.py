from odoo import api, models


class SmsComposer(models.TransientModel):
    """SMS to debtors are written with the warnings of their case in view."""

    _name = "sms.composer"
    _inherit = ["sms.composer", "collection.writing.warning"]

    @api.depends("res_model", "res_id", "composition_mode")
    def _compute_collection_warning_html(self):
        return super()._compute_collection_warning_html()

    def _get_collection_message(self):
        alone = self.composition_mode == "comment" and self.res_id
        case = self._get_collection_case(self.res_model, [self.res_id] if alone else [])
        return case, "sms", case.partner_id
