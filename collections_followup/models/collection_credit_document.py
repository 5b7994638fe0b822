from odoo import fields, models

KINDS = [
    ("application", "Credit Application"),
    ("accounts", "Annual Accounts"),
    ("register", "Extract of the Register"),
    ("contract", "Contract"),
    ("bank", "Bank Reference"),
    ("other", "Other"),
]


class CollectionCreditDocument(models.Model):
    """A document in a credit file."""

    _name = "collection.credit.document"
    _description = "Document of a Credit File"
    _inherit = ["collection.credit.paper"]
    _order = "date desc, id desc"

    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="other")
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
