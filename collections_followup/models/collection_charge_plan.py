from odoo import api, fields, models
from odoo.tools import SQL


class CollectionCharge(models.Model):
    """Interest agreed in an instalment plan is listed with the other charges.

    Its days bear no late interest as well, also when the plan is broken: nobody pays twice for
    the same days.
    """

    _inherit = "collection.charge"

    kind = fields.Selection(
        selection_add=[("plan_interest", "Interest of a Plan"), ("other",)],
        ondelete={"plan_interest": "set default"},
    )

    @api.model
    def _load_agreed_days(self, items, on):
        return super()._load_agreed_days(items, on) + self._load_plan_days(items)

    @api.model
    def _load_plan_days(self, items):
        """Days that the invoiced interest of a plan pays for.

        They end with the last instalment whose interest has not been credited.

        :return: [(line id, (first day, last day))]
        """
        Agreement = self.env["collection.agreement"].sudo()  # also those of other collectors
        if not Agreement.search_count([("interest_move_id", "!=", False)], limit=1):
            return []
        return self._spans(
            [item.id for item in items],
            SQL(
                """
                SELECT r.move_line_id, g.date + 1, max(p.date)
                  FROM collection_agreement g
                  JOIN account_move n ON n.id = g.interest_move_id AND n.state = 'posted'
                  JOIN collection_agreement_line_rel r ON r.agreement_id = g.id
                  JOIN LATERAL (
                       SELECT o.date, sum(o.interest) OVER (ORDER BY o.date, o.id) AS so_far
                         FROM collection_agreement_line o
                        WHERE o.agreement_id = g.id) p ON TRUE
                 WHERE r.move_line_id = ANY(%s)
                   AND p.so_far <= n.amount_total - COALESCE((
                       SELECT sum(c.amount_total) FROM account_move c
                        WHERE c.reversed_entry_id = n.id AND c.state = 'posted'), 0)
                 GROUP BY g.id, r.move_line_id
                """,
                [item.id for item in items],
            ),
        )
