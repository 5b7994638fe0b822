from odoo import fields, models


class CollectionCreditPaper(models.AbstractModel):
    """A paper in a credit file: who may see it follows from the file."""

    _name = "collection.credit.paper"
    _description = "Paper in a Credit File"

    file_id = fields.Many2one(
        "collection.credit.file", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="file_id.partner_id", store=True, index=True, string="Debtor"
    )
    company_id = fields.Many2one(related="file_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    note = fields.Char()
