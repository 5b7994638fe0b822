from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL


class CollectionHandover(models.Model):
    """What a file costs, what came of it, and where it was paid."""

    _inherit = "collection.handover"

    cost_ids = fields.One2many("collection.handover.cost", "handover_id")
    receipt_ids = fields.One2many("collection.handover.receipt", "handover_id")
    cost = fields.Monetary(
        string="Costs",
        compute="_compute_cost",
        store=True,
        help="Costs and commission that were entered, and what the steps of the law cost.",
    )
    recovered_us = fields.Monetary(
        string="Paid to Us",
        compute="_compute_money",
        help="Payments of these items while the file was placed.",
    )
    recovered_them = fields.Monetary(string="Paid to Them", compute="_compute_money")
    recovered = fields.Monetary(compute="_compute_money")
    not_remitted = fields.Monetary(
        compute="_compute_money",
        help="What they have received and not passed on yet.",
    )
    commission_due = fields.Monetary(
        string="Commission Not Booked",
        compute="_compute_money",
        help="By the agreed percentage of all that was recovered, less what was entered.",
    )
    net = fields.Monetary(
        string="Net Result", compute="_compute_money", help="Recovered, less costs and commission."
    )

    # === Compute methods === #
    @api.depends("cost_ids.amount", "legal_step_ids.cost")
    def _compute_cost(self):
        for handover in self:
            handover.cost = sum(handover.cost_ids.mapped("amount")) + sum(
                handover.legal_step_ids.mapped("cost")
            )

    @api.depends("cost", "commission_percent", "receipt_ids.amount", "receipt_ids.state")
    def _compute_money(self):
        paid = self._get_paid_to_us()
        for handover in self:
            them = sum(handover.receipt_ids.mapped("amount_company"))
            waiting = handover.receipt_ids.filtered(lambda receipt: receipt.state == "with_them")
            handover.recovered_us = paid.get(handover._origin.id, 0.0)
            handover.recovered_them = them
            handover.recovered = handover.recovered_us + them
            handover.not_remitted = sum(waiting.mapped("amount_company"))
            booked = handover.cost_ids.filtered(lambda cost: cost.kind == "commission")
            due = handover.recovered * handover.commission_percent / 100
            currency = handover.currency_id or self.env.company.currency_id
            handover.commission_due = max(0.0, currency.round(due - sum(booked.mapped("amount"))))
            handover.net = handover.recovered - handover.cost - handover.commission_due

    def _get_paid_to_us(self):
        """Payments matched with the items while the file was placed, without those that were
        remitted; one query.

        :return: {handover id: amount in the company's currency}
        """
        for model in (
            "collection.handover",
            "collection.handover.receipt",
            "account.partial.reconcile",
        ):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT h.id, sum(p.amount)
                  FROM collection_handover h
                  JOIN collection_handover_line_rel r ON r.handover_id = h.id
                  JOIN account_partial_reconcile p ON p.debit_move_id = r.move_line_id
                  JOIN account_move_line c ON c.id = p.credit_move_id
                 WHERE h.id = ANY(%s) AND %s
                 GROUP BY h.id
                """,
                list(self._origin.ids),
                self._paid_to_us_condition(),
            )
        )
        return dict(rows)

    @api.model
    def _paid_to_us_condition(self):
        """What makes a partial ``p`` with a credit ``c`` money of a file ``h`` paid to us."""
        return SQL(
            """
            (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL)
            AND c.date >= h.date_placed AND (h.date_ended IS NULL OR c.date <= h.date_ended)
            AND NOT EXISTS (SELECT FROM collection_handover_receipt q
                             WHERE q.handover_id = h.id AND q.payment_id = c.payment_id)
            """
        )

    # === Actions === #
    def action_book_commission(self):
        """Enter the commission that has become due as a cost."""
        self._check_role("supervisor")
        for handover in self:
            if handover.currency_id.is_zero(handover.commission_due):
                raise UserError(self.env._("No commission is due that has not been entered yet."))
            handover.cost_ids = [
                Command.create(
                    {
                        "kind": "commission",
                        "name": self.env._(
                            "Commission of %(percent)g %%", percent=handover.commission_percent
                        ),
                        "amount": handover.commission_due,
                    }
                )
            ]

    def action_make_bill(self):
        """A draft vendor bill over the costs that are on none yet."""
        self.ensure_one()
        self._check_role("supervisor")
        costs = self.cost_ids.filtered(lambda cost: not cost.bill_id)
        if not costs:
            raise UserError(self.env._("All costs are on a vendor bill already."))
        if not self.partner_id:
            raise UserError(self.env._("Choose who gets the file: the bill is theirs."))
        # sudo: the supervisor prepares it; the books are accounting's, who post the draft.
        Move = self.env["account.move"].sudo().with_company(self.company_id)
        bill = Move.create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner_id.id,
                "invoice_date": self.env["collection.case"]._today(),
                "ref": self.reference or self.name,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"{cost.name or cost._get_kind()} – {self.name}",
                            "quantity": 1,
                            "price_unit": cost.amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for cost in costs
                ],
            }
        )
        costs.bill_id = bill
        self._tell_case(self.env._("Costs of %(file)s are on a draft vendor bill.", file=self.name))
        return bill.get_formview_action()
