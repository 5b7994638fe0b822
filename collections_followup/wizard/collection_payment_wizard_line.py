from odoo import api, fields, models


class CollectionPaymentWizardLine(models.TransientModel):
    """One open item, and what it gets of the payment."""

    _name = "collection.payment.wizard.line"
    _description = "Item of a Payment"

    wizard_id = fields.Many2one("collection.payment.wizard", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    move_line_id = fields.Many2one("account.move.line", required=True)
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due")
    marks = fields.Char(related="move_line_id.collection_marks", string="Marks")
    residual = fields.Monetary(
        related="move_line_id.amount_residual_currency", string="Open", currency_field="currency_id"
    )
    chosen = fields.Boolean(string="Pay", default=True)
    directed = fields.Monetary(
        string="As Directed", help="What the debtor said this payment is for. Empty: nothing."
    )
    amount = fields.Monetary(string="Gets", compute="_compute_amount")
    left = fields.Monetary(string="Open After", compute="_compute_amount")

    @api.depends(
        "chosen", "directed", "wizard_id.amount", "wizard_id.law", "wizard_id.date",
        "wizard_id.principal_first", "wizard_id.line_ids.chosen", "wizard_id.line_ids.directed",
    )  # fmt: skip
    def _compute_amount(self):
        for wizard, lines in self.grouped("wizard_id").items():
            given = wizard._allocate() if wizard and wizard.currency_id else {}
            for line in lines:
                item_id = line.move_line_id._origin.id
                line.amount = float(given.get(item_id, 0))
                line.left = line.residual - line.amount
