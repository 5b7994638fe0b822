from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ..words import day_text

STATES = [("draft", "Draft"), ("confirmed", "Invoiced"), ("paid", "Paid")]


class CollectionRemittance(models.Model):
    """The statement to a client: what came in by item, commission and costs, and what is paid.

    What came in is what payments have been matched with in the client's ledger and no statement
    has shown yet; money that was taken back since is taken off again. How that is reckoned is in
    ``collection_remittance_reckon.py``.
    """

    _name = "collection.remittance"
    _description = "Remittance Statement"
    _inherit = ["mail.thread"]
    _order = "date_to desc, id desc"

    # === Fields === #
    name = fields.Char(compute="_compute_name", store=True)
    mandate_id = fields.Many2one(
        "collection.mandate", required=True, index=True, ondelete="restrict"
    )
    client_id = fields.Many2one(related="mandate_id.client_id", store=True)
    company_id = fields.Many2one(related="mandate_id.company_id", store=True, index=True)
    ledger_company_id = fields.Many2one(related="mandate_id.ledger_company_id")
    currency_id = fields.Many2one(related="mandate_id.currency_id")
    date_to = fields.Date(
        string="As Of", required=True, default=lambda self: self.env["collection.case"]._today()
    )
    line_ids = fields.One2many("collection.remittance.line", "remittance_id", readonly=True)
    collected = fields.Monetary(readonly=True)
    principal = fields.Monetary(
        string="Of Which Principal", readonly=True, help="The rest is interest and fees."
    )
    commission = fields.Monetary(readonly=True)
    fixed_count = fields.Integer(
        string="Cases with a Fixed Fee", readonly=True, help="Not on a statement before."
    )
    fixed_amount = fields.Monetary(string="Fixed Fees", readonly=True)
    cost_amount = fields.Monetary(string="Costs", help="Costs that the client bears.")
    cost_note = fields.Char(string="Costs For")
    tax = fields.Monetary(string="Taxes on Commission and Costs", readonly=True)
    net = fields.Monetary(
        string="To the Client", compute="_compute_net", store=True, help="What is paid out."
    )
    held = fields.Monetary(
        readonly=True, help="Money on account that settles no item yet, and stays in trust."
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, copy=False
    )
    invoice_id = fields.Many2one(
        "account.move",
        string="Commission Invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_id = fields.Many2one(
        "account.payment",
        string="Payment to the Client",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    fee_payment_id = fields.Many2one(
        "account.payment",
        string="Payment of the Commission",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    _one_draft = models.UniqueIndex(
        "(mandate_id) WHERE state = 'draft'",
        "There is a draft statement for this mandate already. Finish that one first.",
    )
    _check_costs = models.Constraint(
        "CHECK(COALESCE(cost_amount, 0) >= 0)", "Costs cannot be negative."
    )

    # === Compute methods === #
    @api.depends("mandate_id.name", "date_to")
    def _compute_name(self):
        for remittance in self:
            remittance.name = self.env._(
                "Remittance %(client)s, %(day)s",
                client=remittance.mandate_id.name or "",
                day=day_text(self.env, remittance.date_to),
            )

    @api.depends(
        "collected", "commission", "fixed_amount", "cost_amount", "tax", "mandate_id.withheld"
    )
    def _compute_net(self):
        for remittance in self:
            fee = remittance.commission + remittance.fixed_amount
            fee += remittance.cost_amount + remittance.tax
            kept = fee if remittance.mandate_id.withheld else 0
            remittance.net = remittance.collected - kept

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            kept = {"mandate_id", "date_to", "cost_amount", "cost_note"}
            vals_list = [{k: v for k, v in vals.items() if k in kept} for vals in vals_list]
        remittances = super().create(vals_list)
        remittances._reckon()
        return remittances

    def write(self, vals):
        own = {"date_to", "cost_amount", "cost_note"} & set(vals)
        if own and any(remittance.state != "draft" for remittance in self):
            raise UserError(self.env._("A statement that was invoiced stays as it is."))
        result = super().write(vals)
        if own:
            self._reckon()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(remittance.state != "draft" for remittance in self):
            raise UserError(self.env._("A statement that was invoiced is history."))

    # === Actions === #
    def action_reckon(self):
        """Read the ledger again."""
        self.check_access("write")
        self.filtered(lambda remittance: remittance.state == "draft")._reckon()

    def action_confirm(self):
        """Fix the statement and invoice the commission."""
        self.check_access("write")
        for remittance in self.filtered(lambda remittance: remittance.state == "draft"):
            remittance._reckon()
            remittance._check()
            invoice = remittance._make_invoice()
            remittance_sudo = remittance.sudo()  # sudo: readonly for people.
            placements = remittance_sudo._get_fixed_placements(remittance_sudo._get_collected())
            placements.fee_remittance_id = remittance_sudo
            remittance_sudo.write({"state": "confirmed", "invoice_id": invoice.id})

    def action_pay(self):
        """Pay the client out of the trust account, and the commission where it is withheld."""
        self.check_access("write")
        for remittance in self:
            if remittance.state != "confirmed":
                raise UserError(self.env._("Confirm the statement first."))
            remittance._pay()

    # === Invoice and payments === #
    def _check(self):
        if not self.line_ids and not self.cost_amount and not self.fixed_amount:
            raise UserError(
                self.env._(
                    "Nothing has come in since the last statement, so there is none to make."
                )
            )
        if self.cost_amount and not self.cost_note:
            raise UserError(self.env._("Say what the costs are for; the client reads it."))
        if self.currency_id.compare_amounts(self.net, 0) < 0:
            raise UserError(
                self.env._(
                    "%(net)s would be paid to the client. Fees, costs and money taken back are "
                    "more than what came in; wait for the next statement.",
                    net=format_amount(self.env, self.net, self.currency_id),
                )
            )

    def _get_fixed_text(self):
        return self.env._("Fixed fees, cases: %(count)s", count=self.fixed_count)

    def _make_invoice(self):
        """The commission, and costs, invoiced by the collector to the client."""
        mandate = self.mandate_id
        lines = [
            (self.env._("Commission, %(statement)s", statement=self.name), self.commission),
            (self._get_fixed_text(), self.fixed_amount),
            (self.cost_note, self.cost_amount),
        ]
        lines = [line for line in lines if not self.currency_id.is_zero(line[1])]
        if not lines:
            return self.env["account.move"]
        # sudo: who confirms a statement makes its invoice.
        moves = self.env["account.move"].sudo().with_company(mandate.company_id)
        back = sum(amount for _name, amount in lines) < 0
        invoice = moves.create(
            {
                "move_type": "out_refund" if back else "out_invoice",
                "partner_id": mandate.client_id.id,
                "company_id": mandate.company_id.id,
                "currency_id": self.currency_id.id,
                "invoice_date": self.date_to,
                "ref": self.name,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "quantity": 1,
                            "price_unit": -amount if back else amount,
                            "tax_ids": [Command.set(mandate.tax_ids.ids)],
                            **({"account_id": mandate.account_id.id} if mandate.account_id else {}),
                        }
                    )
                    for name, amount in lines
                ],
            }
        )
        invoice.action_post()
        return invoice

    def _pay(self):
        """Out of trust: the net to the client, and what is withheld to the collector."""
        today = self.env["collection.case"]._today()
        journal = self.mandate_id.trust_journal_id
        self.env["collection.writeoff"]._check_lock(self.ledger_company_id, journal, today)
        kept = self.currency_id.round(self.collected - self.net)
        # sudo: readonly for people; the payments follow from the statement.
        self.sudo().write(
            {
                "payment_id": self._make_payment(self.client_id, self.net, today).id,
                "fee_payment_id": self._make_payment(self.company_id.partner_id, kept, today).id,
                "state": "paid",
            }
        )

    def _make_payment(self, partner, amount, on):
        # sudo: as above; the ledger of the client is another company.
        payments = self.env["account.payment"].sudo().with_company(self.ledger_company_id)
        if self.currency_id.compare_amounts(amount, 0) <= 0:
            return payments
        payment = payments.with_context(force_payment_move=True).create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": partner.id,
                "amount": amount,
                "currency_id": self.currency_id.id,
                "date": on,
                "journal_id": self.mandate_id.trust_journal_id.id,
                "memo": self.name,
            }
        )
        payment.action_post()
        return payment
