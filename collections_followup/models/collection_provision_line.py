from odoo import fields, models


class CollectionProvisionLine(models.Model):
    """What is open in one currency and age, and what of it is expected to be lost."""

    _name = "collection.provision.line"
    _description = "Line of a Provision"
    _order = "provision_id, foreign_currency_id, bucket"

    provision_id = fields.Many2one(
        "collection.provision", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="provision_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    foreign_currency_id = fields.Many2one("res.currency", string="Currency", required=True)
    bucket = fields.Integer(required=True)
    name = fields.Char(string="Age", required=True)
    gross_currency = fields.Monetary(
        string="Open in Currency", currency_field="foreign_currency_id"
    )
    gross = fields.Monetary(string="Open")
    rate = fields.Float(string="Loss Rate (%)", digits=(9, 6))
    loss = fields.Monetary(string="Expected Loss")
