from odoo import fields, models


class CollectionClaimInquiry(models.Model):
    """The insurer was asked how a claim stands, and said something."""

    _name = "collection.claim.inquiry"
    _description = "Inquiry about a Claim"
    _order = "date desc, id desc"

    claim_id = fields.Many2one("collection.claim", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="claim_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    channel = fields.Selection(
        [("call", "Phone"), ("email", "E-mail"), ("portal", "Their Portal"), ("letter", "Letter")],
        required=True,
        default="call",
    )
    person = fields.Char(string="Spoke With")
    answer = fields.Char()
    date_next = fields.Date(string="Ask Again On")
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, readonly=True)
