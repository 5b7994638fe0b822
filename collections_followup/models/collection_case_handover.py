from odoo import fields, models

from ..words import day_text
from .collection_case_verdict import ContactVerdict
from .collection_handover import OUTSIDE


class CollectionCase(models.Model):
    """Cases somebody else has, and what that means for us."""

    _inherit = "collection.case"

    handover_ids = fields.One2many("collection.handover", "case_id", readonly=True)
    handover_count = fields.Integer(string="Handovers", compute="_compute_handover_count")
    has_placed_file = fields.Boolean(compute="_compute_handover_count")

    def _compute_handover_count(self):
        counts = self._count_by_debtor("collection.handover", [])
        placed = self._count_by_debtor("collection.handover", [("state", "=", "placed")])
        for case in self:
            case.has_placed_file = bool(placed.get((case.partner_id.id, case.company_id.id)))
            case.handover_count = counts.get((case.partner_id.id, case.company_id.id), 0)

    # === Actions === #
    def action_hand_over(self):
        """Prepare a file for somebody else."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "collection.handover",
            "view_mode": "form",
            "context": {"default_case_id": self.id},
        }

    def action_recall_file(self):
        """Recall what somebody else has of this case."""
        self.ensure_one()
        placed = self.handover_ids.filtered(lambda handover: handover.state == "placed")
        if len(placed) == 1:
            return placed.action_recall()
        action = self.action_view_handovers()
        return {**action, "domain": [("id", "in", placed.ids)]}

    def action_view_handovers(self):
        action = self._view_records("collection.handover", self.env._("Handovers"))
        return {**action, "domain": [("debtor_id", "=", self.partner_id.id)]}

    # === Seams === #
    def _get_hold_verdict(self, role="consumer", purpose=""):
        """Whoever has the file speaks with the debtor, and nobody else."""
        held = super()._get_hold_verdict(role, purpose)
        placed = self._get_placed().filtered(lambda handover: handover.kind in OUTSIDE)
        if held or not placed:
            return held
        reason = self.env._(
            "%(whom)s has had this file since %(day)s, and speaks with the debtor.",
            whom=placed[0]._get_holder(),
            day=day_text(self.env, placed[0].date_placed),
        )
        return ContactVerdict("block", "handed_over", reason)

    def _get_placed(self):
        """Files of this case, with everything in them, that somebody else has."""
        if self.state != "handed_over":
            return self.env["collection.handover"]
        # sudo: that somebody else has it binds everybody.
        return self.sudo().handover_ids.filtered(
            lambda handover: handover.state == "placed" and handover.scope == "all"
        )

    def _get_warnings(self):
        return super()._get_warnings() + self._get_handover_warnings()

    def _get_handover_warnings(self):
        self.ensure_one()
        result = []
        # sudo: as above.
        for handover in self.sudo().handover_ids.filtered(lambda h: h.state == "placed"):
            items = ", ".join(handover.move_line_ids.move_id.mapped("name"))
            result.append(
                {
                    "level": "danger" if handover.scope == "all" else "warning",
                    "title": self.env._("With %(whom)s", whom=handover._get_holder()),
                    "text": self.env._(
                        "%(file)s, since %(day)s: %(items)s",
                        file=handover.name,
                        day=day_text(self.env, handover.date_placed),
                        items=self.env._("everything") if handover.scope == "all" else items,
                    ),
                    "until": False,
                }
            )
        if self.limitation_date:
            barred = self.limitation_date < self._today()
            day = day_text(self.env, self.limitation_date)
            text = (
                self.env._("It could be enforced until %(day)s. See the page Law.", day=day)
                if barred
                else self.env._("The last day is %(day)s. See the page Law.", day=day)
            )
            title = (
                self.env._("Something is barred by limitation")
                if barred
                else self.env._("Enforceable for a short time only")
            )
            level = "danger" if barred else "warning"
            result.append({"level": level, "title": title, "text": text, "until": False})
        return result

    def _absorb(self, others):
        """Files of joined cases go along."""
        result = super()._absorb(others)
        # sudo: history is kept by the follow-up.
        handovers = self.env["collection.handover"].sudo().search([("case_id", "in", others.ids)])
        self.env.cr.execute(
            "UPDATE collection_handover SET case_id = %s WHERE id = ANY(%s)",
            [self.id, list(handovers.ids)],
        )
        handovers.invalidate_recordset(["case_id"], flush=False)
        return result
