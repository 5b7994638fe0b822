from odoo import api, fields, models
from odoo.tools import SQL


class CollectionCase(models.Model):
    """Cases on hold: set by a hold on the whole debtor, resumed when the last one ends."""

    _inherit = "collection.case"

    hold_ids = fields.One2many("collection.hold", "case_id", readonly=True)
    current_hold_ids = fields.Many2many("collection.hold", compute="_compute_current_hold_ids")
    hold_until = fields.Date(compute="_compute_current_hold_ids")

    @api.depends("hold_ids.date_from", "hold_ids.date_to")
    def _compute_current_hold_ids(self):
        for case in self:
            current = case.hold_ids.filtered("is_current")
            case.current_hold_ids = current
            ends = [hold.date_to for hold in current if not hold.move_ids]
            case.hold_until = max(ends) if ends and all(ends) else False

    # === Actions === #
    def action_hold(self):
        """Ask for reason and date, and hold these cases."""
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Put on Hold"),
            "res_model": "collection.hold.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_case_ids": self.ids},
        }

    def action_resume(self):
        """End every current hold on the debtors and go on with their cases."""
        self.current_hold_ids.filtered(lambda hold: not hold.move_ids).action_end()

    # === Business methods === #
    def _apply_holds(self):
        """Bring the state of these cases in line with their holds."""
        # sudo: the state follows the holds, whoever set them.
        self.sudo()._sync_holds(self._today(), SQL("k.id = ANY(%s)", list(self.ids)))

    @api.model
    def _sync_holds(self, on, scope):
        """Put cases on hold whose debtor is held on a day, and resume the others; one statement.

        :param SQL scope: which cases ``k`` to look at
        """
        self.flush_model()
        self.env["collection.hold"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE collection_case k
                   SET state = CASE WHEN held.held THEN 'on_hold' ELSE 'open' END,
                       next_review_date = LEAST(k.next_review_date, %(on)s)
                  FROM (
                      SELECT c.id, EXISTS (
                                 SELECT FROM collection_hold h
                                  WHERE h.case_id = c.id AND h.date_from <= %(on)s
                                    AND (h.date_to IS NULL OR h.date_to >= %(on)s)
                                    AND NOT EXISTS (SELECT FROM collection_hold_move_rel r
                                                     WHERE r.hold_id = h.id)) AS held
                        FROM collection_case c
                       WHERE c.state IN ('open', 'on_hold')
                  ) held
                 WHERE held.id = k.id AND %(scope)s AND k.state IN ('open', 'on_hold')
                   AND (k.state = 'on_hold') IS DISTINCT FROM held.held
             RETURNING k.id
                """,
                on=on,
                scope=scope,
            )
        )
        changed = self.browse(row[0] for row in rows)
        changed.invalidate_recordset(["state", "next_review_date"], flush=False)
        return changed
