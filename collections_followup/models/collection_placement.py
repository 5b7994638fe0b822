from odoo import fields, models


class CollectionPlacement(models.Model):
    """A debt that a client has placed: what it is called in the client's file, and its entry."""

    _name = "collection.placement"
    _description = "Placed Debt"
    _order = "id desc"
    _rec_name = "document"

    mandate_id = fields.Many2one(
        "collection.mandate", required=True, index=True, ondelete="restrict", readonly=True
    )
    company_id = fields.Many2one(
        related="mandate_id.ledger_company_id", store=True, index=True, string="Client's Ledger"
    )
    currency_id = fields.Many2one(related="mandate_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Debtor", required=True, index=True, readonly=True
    )
    debtor_key = fields.Char(string="Client's Number", required=True, readonly=True)
    document = fields.Char(required=True, readonly=True)
    due = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )

    _unique_debt = models.UniqueIndex(
        "(mandate_id, lower(debtor_key), lower(document), due)",
        "This debt has been placed already.",
    )
