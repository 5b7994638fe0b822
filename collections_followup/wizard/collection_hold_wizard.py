from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionHoldWizard(models.TransientModel):
    """Put one or many debtors, or some invoices of one, on hold."""

    _name = "collection.hold.wizard"
    _description = "Put on Hold"

    case_ids = fields.Many2many("collection.case", required=True, string="Cases")
    case_count = fields.Integer(compute="_compute_case_count")
    debtor_id = fields.Many2one("res.partner", compute="_compute_case_count")
    company_id = fields.Many2one("res.company", compute="_compute_case_count")
    move_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        domain="[('commercial_partner_id', '=', debtor_id), ('company_id', '=', company_id), "
        "('state', '=', 'posted'), ('payment_state', 'not in', ('paid', 'reversed'))]",
        help="Empty: everything the debtor owes.",
    )
    reason_id = fields.Many2one("collection.hold.reason", required=True)
    banner = fields.Text(related="reason_id.banner")
    date_to = fields.Date(string="Until")
    note = fields.Text()

    @api.depends("case_ids")
    def _compute_case_count(self):
        for wizard in self:
            wizard.case_count = len(wizard.case_ids)
            single = wizard.case_ids if len(wizard.case_ids) == 1 else wizard.case_ids.browse()
            wizard.debtor_id = single.partner_id
            wizard.company_id = single.company_id

    @api.onchange("reason_id")
    def _onchange_reason_id(self):
        days = self.reason_id.default_days
        if days:
            self.date_to = fields.Date.add(self.env["collection.case"]._today(), days=days)

    def action_apply(self):
        """Set the holds."""
        self.ensure_one()
        today = self.env["collection.case"]._today()
        if self.date_to and self.date_to < today:
            raise UserError(self.env._("A hold cannot end before today."))
        self.env["collection.hold"].create(
            [
                {
                    "case_id": case.id,
                    "move_ids": [fields.Command.set(self.move_ids.ids if self.debtor_id else [])],
                    "reason_id": self.reason_id.id,
                    "date_from": today,
                    "date_to": self.date_to,
                    "note": self.note,
                }
                for case in self.case_ids
            ]
        )
        return {"type": "ir.actions.act_window_close"}
