from odoo import api, fields, models
from odoo.exceptions import UserError

ACTIVITY = "collections_followup.activity_type_discount"


class CollectionAgreement(models.Model):
    """The discount of a settlement.

    Nothing is posted when a settlement is made: until it has been kept the full debt stands in
    the books, so one that is broken falls back to it by itself. When it is kept, what is left of
    its items is the discount. Supervisors are asked to give it up; it is posted by a write-off,
    within the limits of the person who does it.
    """

    _inherit = "collection.agreement"

    discount_open = fields.Monetary(
        string="Discount to Write Off", compute="_compute_discount_open"
    )
    writeoff_id = fields.Many2one(
        "collection.writeoff", string="Write-off of the Discount", readonly=True, copy=False
    )

    @api.depends("state", "kind", "move_line_ids.amount_residual_currency")
    def _compute_discount_open(self):
        for agreement in self:
            kept = agreement.kind == "settlement" and agreement.state == "kept"
            items = agreement.move_line_ids if kept else agreement.move_line_ids.browse()
            agreement.discount_open = sum(items.mapped("amount_residual_currency"))

    # === Actions === #
    def action_write_off_discount(self):
        """Ask to give up what the settlement forgives."""
        self.ensure_one()
        if not self.discount_open:
            raise UserError(self.env._("There is no discount left to write off."))
        items = self.move_line_ids.filtered(lambda line: not line.reconciled)
        reason = self.env.ref("collections_followup.writeoff_reason_settlement")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write Off the Discount"),
            "res_model": "collection.writeoff.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_case_id": self.case_id.id,
                "default_move_line_ids": [fields.Command.set(items.ids)],
                "default_reason_id": reason.id,
                "default_note": self.name,
            },
        }

    # === Business methods === #
    def _log_end(self):
        self.filtered("discount_open")._propose_write_off()
        return super()._log_end()

    def _propose_write_off(self):
        """Supervisors are asked to post the discount; one insert for all settlements."""
        if not self:
            return
        # Odoo names each activity after its record, one by one: they are read before, together.
        self.mapped("display_name")
        activity_type = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": agreement.id,
                    "activity_type_id": activity_type.id,
                    "summary": agreement.name,
                    "date_deadline": agreement.date_ended,
                    "user_id": user.id,
                    "automated": True,
                }
                for agreement in self
                for user in agreement._get_approvers()
            ]
        )
