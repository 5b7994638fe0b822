from odoo import fields, models


class CollectionAgreementSign(models.TransientModel):
    """A colleague signs an agreement for the company."""

    _name = "collection.agreement.sign"
    _description = "Sign for the Company"

    agreement_id = fields.Many2one("collection.agreement", required=True)
    name = fields.Char(string="Signed By", readonly=True, default=lambda self: self.env.user.name)
    signature = fields.Binary(required=True)

    def action_apply(self):
        self.ensure_one()
        self.agreement_id._sign_company(self.signature)
        return {"type": "ir.actions.act_window_close"}
