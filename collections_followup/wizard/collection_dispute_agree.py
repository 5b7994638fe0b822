from odoo import fields, models
from odoo.exceptions import UserError


class CollectionDisputeAgree(models.TransientModel):
    """Which agreement settles a dispute."""

    _name = "collection.dispute.agree"
    _description = "Resolve a Dispute by Agreement"

    dispute_id = fields.Many2one("collection.dispute", required=True)
    case_id = fields.Many2one(related="dispute_id.case_id")
    agreement_id = fields.Many2one(
        "collection.agreement",
        required=True,
        domain="[('case_id', '=', case_id), ('state', 'in', ('active', 'kept'))]",
    )

    def action_apply(self):
        """Link the agreement and end the dispute."""
        self.ensure_one()
        self.dispute_id._check_open()
        if self.agreement_id.case_id != self.case_id or self.agreement_id.state not in (
            "active",
            "kept",
        ):
            raise UserError(self.env._("Choose an agreement of this debtor that holds."))
        # sudo: readonly for people; the right to has been checked.
        self.dispute_id.sudo().agreement_id = self.agreement_id
        self.dispute_id._settle_by("agreement")
        return {"type": "ir.actions.act_window_close"}
