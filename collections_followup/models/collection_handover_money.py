from odoo import api, fields, models
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
    net = fields.Monetary(
        string="Net Result", compute="_compute_net", help="Recovered, less costs and commission."
    )

    # === Compute methods === #
    @api.depends("cost_ids.amount", "legal_step_ids.cost")
    def _compute_cost(self):
        for handover in self:
            handover.cost = sum(handover.cost_ids.mapped("amount")) + sum(
                handover.legal_step_ids.mapped("cost")
            )

    @api.depends("receipt_ids.amount", "receipt_ids.state")
    def _compute_money(self):
        paid = self._get_paid_to_us()
        for handover in self:
            them = sum(handover.receipt_ids.mapped("amount_company"))
            waiting = handover.receipt_ids.filtered(lambda receipt: receipt.state == "with_them")
            handover.recovered_us = paid.get(handover._origin.id, 0.0)
            handover.recovered_them = them
            handover.recovered = handover.recovered_us + them
            handover.not_remitted = sum(waiting.mapped("amount_company"))

    @api.depends("cost", "recovered", "commission_due")
    def _compute_net(self):
        for handover in self:
            handover.net = handover.recovered - handover.cost - handover.commission_due

    def _get_paid_to_us(self, *, principal=False):
        """Payments matched with the items while the file was placed, without those that were
        remitted; one query.

        :param bool principal: without what paid interest and fees that were invoiced
        :return: {handover id: amount in the company's currency}
        """
        for model in (
            "collection.charge",
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
                 WHERE h.id = ANY(%s) AND %s AND %s
                 GROUP BY h.id
                """,
                list(self._origin.ids),
                self._paid_to_us_condition(),
                self._principal_condition() if principal else SQL("TRUE"),
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

    @api.model
    def _principal_condition(self):
        """What makes an item ``r.move_line_id`` principal: no interest or fee invoiced."""
        return SQL(
            """
            NOT EXISTS (SELECT FROM account_move_line i
                          JOIN collection_charge g ON g.move_id = i.move_id
                         WHERE i.id = r.move_line_id)
            """
        )
