from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_page = fields.Boolean(related="company_id.collection_page", readonly=False)
    collection_page_days = fields.Integer(related="company_id.collection_page_days", readonly=False)
    collection_page_email = fields.Boolean(
        related="company_id.collection_page_email", readonly=False
    )
    collection_page_letter = fields.Boolean(
        related="company_id.collection_page_letter", readonly=False
    )
    collection_page_sms = fields.Boolean(related="company_id.collection_page_sms", readonly=False)
    collection_page_pay = fields.Boolean(related="company_id.collection_page_pay", readonly=False)
    collection_page_promise = fields.Boolean(
        related="company_id.collection_page_promise", readonly=False
    )
    collection_page_plan = fields.Boolean(related="company_id.collection_page_plan", readonly=False)
    collection_page_dispute = fields.Boolean(
        related="company_id.collection_page_dispute", readonly=False
    )
    collection_page_question = fields.Boolean(
        related="company_id.collection_page_question", readonly=False
    )
    collection_page_details = fields.Boolean(
        related="company_id.collection_page_details", readonly=False
    )
    collection_page_choices = fields.Boolean(
        related="company_id.collection_page_choices", readonly=False
    )
