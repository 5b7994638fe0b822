from odoo import fields, models
from odoo.exceptions import UserError


class CollectionHandoverReason(models.TransientModel):
    """Why a file goes without documents, comes back, or is closed."""

    _name = "collection.handover.reason"
    _description = "Reason about a Handover"

    handover_id = fields.Many2one("collection.handover", required=True, readonly=True)
    step = fields.Selection(
        [("override", "Without Documents"), ("recall", "Recall"), ("close", "Close")],
        required=True,
        readonly=True,
    )
    missing_text = fields.Char(related="handover_id.missing_text")
    reason = fields.Char()

    def action_apply(self):
        self.ensure_one()
        self.handover_id._check_role("supervisor")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why, in a few words."))
        if self.step == "override":
            # sudo: readonly for people; the right has been checked.
            self.handover_id.sudo().write(
                {"override_reason": self.reason, "override_by_id": self.env.uid}
            )
        else:
            target = "recalled" if self.step == "recall" else "closed"
            self.handover_id._end(target, self.reason)
        return {"type": "ir.actions.act_window_close"}
