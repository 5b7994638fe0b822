from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionClaimAnswer(models.TransientModel):
    """What the insurer answered."""

    _name = "collection.claim.answer"
    _description = "Insurer's Answer"

    claim_id = fields.Many2one("collection.claim", required=True, readonly=True)
    answer = fields.Selection(
        [("paid", "Paid"), ("denied", "Denied")], required=True, readonly=True
    )
    currency_id = fields.Many2one(related="claim_id.currency_id")
    amount_rest = fields.Monetary(related="claim_id.amount_rest")
    amount = fields.Monetary(string="Paid", compute="_compute_amount", store=True, readonly=False)
    is_final = fields.Boolean(
        string="Nothing More Will Come", help="The rest is asked from the debtor again."
    )
    date = fields.Date(
        string="Date of Their Letter",
        default=lambda self: self.env["collection.case"]._today(),
        help="The days to appeal count from here.",
    )
    reason = fields.Text(string="Why")
    appeal_days = fields.Integer(
        string="Days to Appeal", compute="_compute_appeal_days", store=True, readonly=False
    )

    @api.depends("claim_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.claim_id.amount_rest

    @api.depends("claim_id")
    def _compute_appeal_days(self):
        for wizard in self:
            wizard.appeal_days = wizard.claim_id.appeal_days

    def action_apply(self):
        self.ensure_one()
        claim = self.claim_id
        if claim.state not in ("submitted", "denied", "appealed"):
            raise UserError(self.env._("Submit the claim before you enter an answer."))
        if self.answer == "paid":
            claim._check_role("supervisor")
            claim._pay(self.amount)
            if self.is_final and claim.state != "closed":
                claim._close()
        else:
            claim._check_role("collector")
            if not (self.reason or "").strip():
                raise UserError(self.env._("Enter the insurer's reason; the appeal needs it."))
            if self.appeal_days < 0:
                raise UserError(self.env._("Days cannot be negative."))
            if self.date and self.date > self.env["collection.case"]._today():
                raise UserError(self.env._("The date cannot be in the future."))
            claim._deny(self.reason.strip(), self.appeal_days, self.date)
        return {"type": "ir.actions.act_window_close"}
