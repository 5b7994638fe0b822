from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.collection_bounce import REASONS


class CollectionBounceWizard(models.TransientModel):
    """Note that a payment or cheque came back."""

    _name = "collection.bounce.wizard"
    _description = "Returned Payment"
    _inherit = ["collection.case.wizard"]

    payment_ids = fields.Many2many(
        "account.payment", string="Payments", compute="_compute_payment_ids"
    )
    payment_id = fields.Many2one(
        "account.payment",
        required=True,
        compute="_compute_payment_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', payment_ids)]",
    )
    currency_id = fields.Many2one(related="payment_id.currency_id")
    amount = fields.Monetary(related="payment_id.amount", string="Amount of the Payment")
    payment_date = fields.Date(related="payment_id.date", string="Received on")
    move_line_ids = fields.Many2many(
        "account.move.line", compute="_compute_move_line_ids", string="Open Again"
    )
    date = fields.Date(
        string="Came Back on",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
    )
    reason = fields.Selection(REASONS, required=True, default="funds")
    fee = fields.Monetary(
        compute="_compute_fee",
        store=True,
        readonly=False,
        help="Charged to the debtor; it stands among the charges until it is invoiced.",
    )
    note = fields.Text()

    @api.depends("case_id")
    def _compute_payment_ids(self):
        for wizard in self:
            wizard.payment_ids = self.env["account.payment"].search(
                [
                    ("partner_id.commercial_partner_id", "=", wizard.partner_id.id),
                    ("company_id", "=", wizard.company_id.id),
                    ("payment_type", "=", "inbound"),
                    ("state", "in", ("in_process", "paid")),
                    ("move_id", "!=", False),
                ],
                limit=80,
            )

    @api.depends("case_id")
    def _compute_payment_id(self):
        for wizard in self:
            wizard.payment_id = wizard.payment_id or wizard.payment_ids[:1]

    @api.depends("payment_id")
    def _compute_move_line_ids(self):
        for wizard in self:
            # sudo: what a payment settled is shown to whoever may read the payment.
            payment_sudo = wizard.payment_id.sudo()
            lines = self.env["account.move.line"]
            if payment_sudo.move_id:
                lines = payment_sudo._seek_for_lines()[1].matched_debit_ids.debit_move_id
            wizard.move_line_ids = lines

    @api.depends("payment_id")
    def _compute_fee(self):
        """What the company charges, in the currency of the payment."""
        for wizard in self:
            # sudo: a setting.
            company = wizard.company_id.sudo()
            wizard.fee = company.currency_id._convert(
                company.collection_returned_fee,
                wizard.currency_id or company.currency_id,
                company,
                self.env["collection.case"]._today(),
            )

    def action_apply(self):
        """Take the payment back."""
        self.ensure_one()
        if self.fee < 0:
            raise UserError(self.env._("A fee cannot be negative."))
        self.env["collection.bounce"]._bounce(
            self.case_id, self.payment_id, self.date, self.reason, self.fee, self.note or ""
        )
        return {"type": "ir.actions.act_window_close"}
