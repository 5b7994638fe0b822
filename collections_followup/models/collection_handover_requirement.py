from odoo import fields, models

KINDS = [
    ("credit_department", "Credit Department"),
    ("lawyer", "Lawyer"),
    ("agency", "Collection Agency"),
    ("insurer", "Insurer"),
    ("repossession", "Repossession of Goods"),
    ("disconnection", "Disconnection of a Service"),
]


class CollectionHandoverRequirement(models.Model):
    """A document that a file needs before it is handed over for one purpose."""

    _name = "collection.handover.requirement"
    _description = "Document a Handover Needs"
    _order = "kind, sequence, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(KINDS, required=True, string="For")
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    required = fields.Boolean(
        default=True, help="Nothing is handed over without it, unless a supervisor says why."
    )
    source = fields.Selection(
        [
            ("invoice", "Invoices"),
            ("contract", "Contract in the Credit File, or Upload"),
            ("delivery", "Upload, or Files on the Invoice"),
            ("notices", "Contacts That Arrived"),
            ("agreement", "Agreements"),
            ("disputes", "Disputes"),
            ("statement", "Statement with Interest"),
            ("history", "History of Contacts"),
            ("insurance", "Insurer's Limit"),
            ("upload", "Upload"),
        ],
        required=True,
        default="upload",
        help="Where it comes from. What is made here need not be uploaded.",
    )

    _code_unique = models.Constraint(
        "UNIQUE(kind, code)", "This kind of handover needs a document with this code already."
    )
