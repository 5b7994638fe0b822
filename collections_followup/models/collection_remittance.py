from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_amount

from ..tools.commission import commission, share
from ..words import day_text

STATES = [("draft", "Draft"), ("confirmed", "Invoiced"), ("paid", "Paid")]


class CollectionRemittance(models.Model):
    """The statement to a client: what came in by item, commission and costs, and what is paid.

    What came in is what payments have been matched with in the client's ledger and no statement
    has shown yet; money that was taken back since is taken off again.
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
    commission = fields.Monetary(readonly=True)
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

    @api.depends("collected", "commission", "cost_amount", "tax", "mandate_id.withheld")
    def _compute_net(self):
        for remittance in self:
            fee = remittance.commission + remittance.cost_amount + remittance.tax
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
            # sudo: readonly for people.
            remittance.sudo().write({"state": "confirmed", "invoice_id": invoice.id})

    def action_pay(self):
        """Pay the client out of the trust account, and the commission where it is withheld."""
        self.check_access("write")
        for remittance in self:
            if remittance.state != "confirmed":
                raise UserError(self.env._("Confirm the statement first."))
            remittance._pay()

    # === Reckoning === #
    def _reckon(self):
        """Lines and totals, as the books are now."""
        for remittance in self.sudo():  # sudo: totals are readonly for people
            mandate = remittance.mandate_id
            currency = remittance.currency_id
            exact = currency._collection_decimal
            unit = exact(currency.rounding)
            rows = remittance._get_collected()
            total = sum((exact(row["amount"]) for row in rows), exact(0))
            fee = commission(total, mandate._get_terms(), unit)
            parts = share(fee, [exact(row["amount"]) for row in rows], unit) if total else []
            for row, part in zip(rows, parts, strict=False):
                row["commission"] = float(part)
            remittance.write(
                {
                    "line_ids": [Command.clear(), *map(Command.create, rows)],
                    "collected": float(total),
                    "commission": float(fee),
                    "tax": remittance._get_tax(float(fee)),
                    "held": remittance._get_held(),
                }
            )

    def _get_tax(self, fee):
        total = 0.0
        for amount in (fee, self.cost_amount):
            taxes = self.mandate_id.tax_ids.compute_all(
                amount, currency=self.currency_id, partner=self.client_id
            )
            total += taxes["total_included"] - taxes["total_excluded"]
        return self.currency_id.round(total)

    def _get_collected(self):
        """What payments were matched with until the day, less what statements have shown; one
        query. Money that was taken back since gives a negative row.

        :return: list of values of lines
        """
        self.env["account.partial.reconcile"].flush_model()
        self.env["collection.remittance.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH now AS (
                    SELECT p.debit_move_id AS item, p.credit_move_id AS credit,
                           sum(p.amount) AS amount, max(p.max_date) AS date
                      FROM account_partial_reconcile p
                      JOIN account_move_line i ON i.id = p.debit_move_id
                      JOIN account_account a ON a.id = i.account_id
                      JOIN account_move_line c ON c.id = p.credit_move_id
                     WHERE i.company_id = %(ledger)s AND p.max_date <= %(on)s
                       AND a.account_type = 'asset_receivable'
                       AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL)
                     GROUP BY p.debit_move_id, p.credit_move_id
                ), shown AS (
                    SELECT l.move_line_id AS item, l.credit_line_id AS credit,
                           sum(l.amount) AS amount
                      FROM collection_remittance_line l
                      JOIN collection_remittance r ON r.id = l.remittance_id
                     WHERE r.mandate_id = %(mandate)s AND r.state <> 'draft'
                     GROUP BY l.move_line_id, l.credit_line_id
                )
                SELECT item, credit, COALESCE(n.date, %(on)s),
                       COALESCE(n.amount, 0) - COALESCE(s.amount, 0)
                  FROM now n FULL JOIN shown s USING (item, credit)
                 WHERE COALESCE(n.amount, 0) <> COALESCE(s.amount, 0)
                 ORDER BY 3, 1, 2
                """,
                ledger=self.ledger_company_id.id,
                mandate=self.mandate_id.id,
                on=self.date_to,
            )
        )
        return [
            {"move_line_id": item, "credit_line_id": credit, "date": date, "amount": amount}
            for item, credit, date, amount in rows
        ]

    def _get_held(self):
        """Money of debtors in trust that settles no item."""
        ((held,),) = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(-sum(l.amount_residual), 0)
                  FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                 WHERE l.company_id = %s AND a.account_type = 'asset_receivable'
                   AND l.parent_state = 'posted' AND l.amount_residual < 0 AND l.date <= %s
                   AND (l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL)
                """,
                self.ledger_company_id.id,
                self.date_to,
            )
        )
        return held

    # === Invoice and payments === #
    def _check(self):
        if not self.line_ids and not self.cost_amount:
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
                    "%(net)s would be paid to the client. Costs and money taken back are more than "
                    "what came in; wait for the next statement.",
                    net=format_amount(self.env, self.net, self.currency_id),
                )
            )

    def _make_invoice(self):
        """The commission, and costs, invoiced by the collector to the client."""
        mandate = self.mandate_id
        lines = [
            (self.env._("Commission, %(statement)s", statement=self.name), self.commission),
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
