from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionDisputeWizard(models.TransientModel):
    """Record a question, complaint or dispute, on all or part of some items."""

    _name = "collection.dispute.wizard"
    _description = "Question or Dispute"
    _inherit = ["collection.items.wizard"]

    kind = fields.Selection(
        selection=lambda self: self.env["collection.dispute"]._fields["kind"].selection,
        required=True,
        default="dispute",
    )
    reason_id = fields.Many2one("collection.dispute.reason")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(
        string="Disputed",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="What the debtor does not accept. Less than the items: the rest stays due.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Answered By",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        domain="[('share', '=', False)]",
    )
    deadline = fields.Date(
        string="Answer By", compute="_compute_deadline", store=True, readonly=False
    )
    description = fields.Text()
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "collection_dispute_wizard_evidence_rel",
        "wizard_id",
        "attachment_id",
    )

    @api.depends("move_line_ids", "case_id")
    def _compute_currency_id(self):
        for wizard in self:
            currency = wizard.move_line_ids.currency_id[:1]
            wizard.currency_id = currency or wizard.case_id.currency_id

    @api.depends("move_line_ids")
    def _compute_amount(self):
        for wizard in self:
            lines = wizard.move_line_ids
            wizard.amount = sum(lines.mapped("amount_residual_currency"))

    @api.depends("reason_id")
    def _compute_user_id(self):
        for wizard in self:
            usual = wizard.reason_id.user_id
            wizard.user_id = usual or wizard.case_id.user_id or self.env.user

    @api.depends("reason_id")
    def _compute_deadline(self):
        today = self.env["collection.case"]._today()
        for wizard in self:
            days = wizard.reason_id.days or 14
            wizard.deadline = fields.Date.add(today, days=days)

    def action_apply(self):
        """Record it; what is disputed leaves dunning at once."""
        self.ensure_one()
        lines = self.move_line_ids._origin
        if self.kind == "dispute" and not lines:
            raise UserError(self.env._("Choose what is disputed."))
        if self.kind == "dispute" and self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(
                self.env._(
                    "Enter how much is disputed. Where nothing is, record a question or a "
                    "complaint."
                )
            )
        if self.deadline and self.deadline < self.env["collection.case"]._today():
            raise UserError(self.env._("The deadline for the answer cannot be in the past."))
        if len(lines.currency_id) > 1:
            raise UserError(self.env._("Record one dispute per currency."))
        dispute = self.env["collection.dispute"].create(
            {
                "case_id": self.case_id.id,
                "kind": self.kind,
                "reason_id": self.reason_id.id,
                "currency_id": self.currency_id.id,
                "move_line_ids": [fields.Command.set(lines.ids)],
                "amount_disputed": self.amount,
                "user_id": self.user_id.id,
                "date": self.env["collection.case"]._today(),
                "deadline": self.deadline,
                "description": self.description,
                "evidence_ids": [fields.Command.set(self.evidence_ids.ids)],
            }
        )
        return {"type": "ir.actions.act_window_close", "infos": {"dispute": dispute.id}}
