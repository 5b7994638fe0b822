from odoo import fields, models


class CollectionRemittanceLine(models.Model):
    """What one payment settled of one item."""

    _name = "collection.remittance.line"
    _description = "Collected for a Client"
    _order = "date, id"

    remittance_id = fields.Many2one(
        "collection.remittance", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="remittance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="remittance_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, index=True, ondelete="restrict"
    )
    credit_line_id = fields.Many2one(
        "account.move.line", string="Payment Item", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Debtor")
    document = fields.Char(related="move_line_id.move_id.ref")
    payment = fields.Char(related="credit_line_id.move_name")
    date = fields.Date(string="Received", required=True)
    amount = fields.Monetary(string="Collected")
    is_principal = fields.Boolean(
        string="Principal", help="Not interest or a fee that the debtor was invoiced."
    )
    commission = fields.Monetary()
