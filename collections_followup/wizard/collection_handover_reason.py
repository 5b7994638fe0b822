from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.collection_handover import OUTSIDE


class CollectionHandoverReason(models.TransientModel):
    """Why files go without documents, come back, or are closed."""

    _name = "collection.handover.reason"
    _description = "Reason about a Handover"

    handover_ids = fields.Many2many("collection.handover", string="Files", readonly=True)
    handover_id = fields.Many2one("collection.handover", compute="_compute_handover_id")
    step = fields.Selection(
        [("override", "Without Documents"), ("recall", "Recall"), ("close", "Close")],
        required=True,
        readonly=True,
    )
    missing_text = fields.Char(related="handover_id.missing_text")
    may_choose = fields.Boolean(compute="_compute_handover_id")
    part = fields.Selection(
        [("all", "The Whole File"), ("items", "Only These Items")],
        string="What Comes Back",
        required=True,
        default="all",
    )
    open_line_ids = fields.Many2many("account.move.line", compute="_compute_handover_id")
    move_line_ids = fields.Many2many(
        "account.move.line",
        "collection_handover_reason_line_rel",
        string="Items",
        domain="[('id', 'in', open_line_ids)]",
    )
    reason = fields.Char()

    @api.depends("handover_ids", "step")
    def _compute_handover_id(self):
        for wizard in self:
            file = wizard.handover_ids if len(wizard.handover_ids) == 1 else False
            wizard.handover_id = file
            wizard.open_line_ids = file and file.move_line_ids.filtered(
                lambda line: not line.reconciled
            )
            wizard.may_choose = bool(
                wizard.step == "recall"
                and file
                and file.kind in OUTSIDE
                and len(wizard.open_line_ids) > 1
            )

    def action_apply(self):
        self.ensure_one()
        handovers = self.handover_ids
        handovers._check_role("supervisor")
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why, in a few words."))
        if self.step == "override":
            # sudo: readonly for people; the right has been checked.
            handovers.sudo().write({"override_reason": reason, "override_by_id": self.env.uid})
        elif self.step == "recall" and self.may_choose and self.part == "items":
            handovers._recall_items(self.move_line_ids._origin, reason)
        else:
            handovers._end("recalled" if self.step == "recall" else "closed", reason)
        return {"type": "ir.actions.act_window_close"}
