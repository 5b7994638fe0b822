from odoo import fields, models
from odoo.tools import SQL

from ..models.collection_handover import STATES
from ..models.collection_handover_requirement import KINDS


class CollectionHandoverResult(models.Model):
    """What agencies, lawyers and others have achieved: one row a file that was placed."""

    _name = "collection.handover.result"
    _description = "Performance of Agencies"
    _auto = False
    _order = "date_placed desc, id desc"
    _rec_name = "handover_id"

    handover_id = fields.Many2one("collection.handover", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Handed To", readonly=True)
    debtor_id = fields.Many2one("res.partner", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    state = fields.Selection(STATES, readonly=True)
    date_placed = fields.Date(readonly=True)
    days = fields.Integer(
        aggregator="avg", readonly=True, help="From placing to the end, or to today."
    )
    amount_placed = fields.Monetary(readonly=True)
    recovered_us = fields.Monetary(string="Paid to Us", readonly=True)
    recovered_them = fields.Monetary(string="Paid to Them", readonly=True)
    recovered = fields.Monetary(readonly=True)
    cost = fields.Monetary(string="Costs", readonly=True)
    net = fields.Monetary(
        string="Net Result", readonly=True, help="Recovered, less costs and commission."
    )
    not_remitted = fields.Monetary(readonly=True)
    recovery_rate = fields.Float(
        string="Recovered (%)",
        aggregator="avg",
        readonly=True,
        help="Of what was placed. In totals, the average over the files.",
    )

    @property
    def _table_query(self):
        Handover = self.env["collection.handover"]
        for model in (
            "collection.handover",
            "collection.handover.cost",
            "collection.handover.receipt",
            "collection.charge",
        ):
            self.env[model].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        today = self.env["collection.case"]._today()
        return SQL(
            """
            SELECT f.*, f.recovered_us + f.recovered_them AS recovered,
                   f.recovered_us + f.recovered_them - f.cost
                   - GREATEST(0, f.fixed - f.booked
                     + CASE WHEN f.recovered_us + f.recovered_them > 0
                            THEN LEAST(GREATEST(f.base * f.percent / 100, f.minimum),
                                       f.recovered_us + f.recovered_them)
                            ELSE 0 END)
                   AS net,
                   CASE WHEN f.amount_placed > 0
                        THEN 100.0 * (f.recovered_us + f.recovered_them) / f.amount_placed
                   END AS recovery_rate
              FROM (SELECT h.id, h.id AS handover_id, h.company_id, h.partner_id, h.debtor_id,
                           h.kind, h.state, h.date_placed,
                           COALESCE(h.date_ended, %(today)s) - h.date_placed AS days,
                           COALESCE(h.amount_placed, 0) AS amount_placed,
                           COALESCE(h.cost, 0) AS cost,
                           COALESCE(h.commission_percent, 0) AS percent,
                           COALESCE(h.commission_minimum, 0) AS minimum,
                           COALESCE(h.commission_fixed, 0) AS fixed,
                           CASE WHEN h.commission_basis = 'principal'
                                THEN COALESCE(us.principal, 0)
                                     + COALESCE(them.amount - them.other, 0)
                                ELSE COALESCE(us.amount, 0) + COALESCE(them.amount, 0)
                           END AS base,
                           COALESCE((SELECT sum(b.amount) FROM collection_handover_cost b
                                      WHERE b.handover_id = h.id AND b.kind = 'commission'), 0)
                           AS booked,
                           COALESCE(us.amount, 0) AS recovered_us,
                           COALESCE(them.amount, 0) AS recovered_them,
                           COALESCE(them.waiting, 0) AS not_remitted
                      FROM collection_handover h
                      LEFT JOIN LATERAL (
                          SELECT sum(p.amount) AS amount,
                                 sum(p.amount) FILTER (WHERE %(principal)s) AS principal
                            FROM collection_handover_line_rel r
                            JOIN account_partial_reconcile p ON p.debit_move_id = r.move_line_id
                            JOIN account_move_line c ON c.id = p.credit_move_id
                           WHERE r.handover_id = h.id AND %(paid)s) us ON TRUE
                      LEFT JOIN LATERAL (
                          SELECT sum(q.amount_company) AS amount,
                                 sum(COALESCE(q.other_company, 0)) AS other,
                                 sum(q.amount_company) FILTER (WHERE q.state = 'with_them')
                                 AS waiting
                            FROM collection_handover_receipt q
                           WHERE q.handover_id = h.id) them ON TRUE
                     WHERE h.date_placed IS NOT NULL) f
            """,
            today=today,
            paid=Handover._paid_to_us_condition(),
            principal=Handover._principal_condition(),
        )

    def action_open_handover(self):
        self.ensure_one()
        return self.handover_id.get_formview_action()
