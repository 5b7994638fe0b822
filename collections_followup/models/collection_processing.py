from odoo import fields, models


class CollectionProcessing(models.Model):
    """The record of processing (GDPR, Article 30): which data of persons are kept, for what, for
    whom, and how long. The months are what the scheduled cleaning and an erasure go by."""

    _name = "collection.processing"
    _description = "Record of Processing"
    _order = "sequence, id"

    name = fields.Char(string="What Is Kept", required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    purpose = fields.Text(string="What For", required=True, translate=True)
    basis = fields.Selection(
        [
            ("contract", "Contract (6.1.b)"),
            ("duty", "Legal duty (6.1.c)"),
            ("interest", "Legitimate interest (6.1.f)"),
            ("consent", "Consent (6.1.a)"),
        ],
        required=True,
        default="interest",
        help="Of Article 6 of the GDPR.",
    )
    persons = fields.Char(string="About Whom", translate=True)
    recipients = fields.Char(string="For Whom", translate=True, help="Who sees it.")
    months = fields.Integer(
        help="Kept for so many months after the last case was closed. 0: as long as Odoo's "
        "bookkeeping keeps it.",
    )
    is_duty = fields.Boolean(
        string="Must Be Kept",
        help="Until then it stays also when the person asks for erasure (Article 17.3.b, e).",
    )
    law = fields.Char(string="Because Of", translate=True, help="Which law demands it, if one.")
    action = fields.Selection(
        [
            ("delete", "Deleted"),
            ("empty", "Texts and addresses emptied"),
            ("keep", "Stays in the books"),
        ],
        string="Afterwards",
        required=True,
        default="delete",
        readonly=True,
    )

    _code_unique = models.Constraint("UNIQUE(code)", "This entry exists already.")
    _check_months = models.Constraint("CHECK(months >= 0)", "Months cannot be negative.")
