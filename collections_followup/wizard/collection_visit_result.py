from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionVisitResult(models.TransientModel):
    """How a visit went, on a screen for a phone: a contact with cash, a photo and a signature.

    What the outcome asks and does is that of any contact.
    """

    _name = "collection.visit.result"
    _description = "Result of a Visit"
    _inherit = ["collection.log.contact"]

    visit_id = fields.Many2one("collection.visit", required=True, readonly=True)
    cash_amount = fields.Monetary(string="Cash Taken")
    cash_held = fields.Monetary(
        string="You Hold", compute="_compute_cash_held", currency_field="company_currency_id"
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Own Currency")
    left_notice = fields.Boolean(
        string="Notice left in a sealed envelope",
        help="Neutral and closed, so that nobody else sees what it is about. Nothing is fixed to a "
        "door and nothing is told to neighbours.",
    )
    photo = fields.Binary()
    signature = fields.Binary()

    # === Compute methods === #
    @api.depends("case_id")
    def _compute_cash_held(self):
        for wizard in self:
            held = self.env["account.payment"]._get_cash_held(self.env.user, wizard.company_id)
            own = wizard.company_id.currency_id
            wizard.cash_held = sum(
                payment.currency_id._convert(payment.amount, own, wizard.company_id, payment.date)
                for payment in held
            )

    # === Actions === #
    def action_save(self):
        """End the visit; where cash was taken, the receipt is printed."""
        self._save()
        if self.visit_id.payment_id:
            action = self.visit_id.action_receipt()
            return {**action, "close_on_report_download": True}
        return {"type": "ir.actions.act_window_close"}

    # === Business methods === #
    def _save(self):
        self.ensure_one()
        self._check_visit()
        log = super()._save()
        payment = self._take_cash()
        visit = self.visit_id
        visit._set_done(
            {
                "result": self._get_result(payment),
                "log_id": log.id,
                "payment_id": payment.id,
                "left_notice": self.left_notice,
                "signature": self.signature,
            }
        )
        self._keep_photo()
        return log

    def _check_visit(self):
        """Refuse, before anything is written, what cannot be right."""
        visit = self.visit_id
        visit.check_access("write")
        if visit.case_id != self.case_id:
            raise UserError(self.env._("The visit belongs to another debtor."))
        # Two phones, or the phone and the desk: the first result counts.
        visit.sudo().lock_for_update()
        if visit.state != "planned":
            raise UserError(self.env._("The result of this visit has been entered already."))
        if self.started_at > fields.Datetime.now():
            raise UserError(self.env._("The visit cannot have been in the future."))
        if self.cash_amount < 0:
            raise UserError(self.env._("Enter the cash that was taken as a positive amount."))
        if self.cash_amount and not self.outcome_id:
            # Who pays at the door has been talked with; nothing more has to be asked.
            self.outcome_id = self.env.ref("collections_followup.outcome_informed")
        if self.left_notice and self.right_party:
            raise UserError(
                self.env._("A notice is left where the debtor was not met; otherwise hand it over.")
            )

    def _take_cash(self):
        """Receive the cash by Odoo's payment, over what is overdue, oldest first."""
        payments = self.env["account.payment"]
        if not self.cash_amount:
            return payments
        wizard = self.env["collection.payment.wizard"].with_context(collection_visit=True)
        return wizard.create(
            {
                "case_id": self.case_id.id,
                "currency_id": self.currency_id.id,
                "amount": self.cash_amount,
                "taken_on_visit": True,
                "excess_handling": "keep",
            }
        )._post_payment()

    def _get_result(self, payment):
        outcome = self.outcome_id
        if payment:
            return "paid"
        if outcome.next_step == "promise":
            return "promise"
        if outcome.next_step in ("wrong_number", "trace"):
            return "moved"
        if self.right_party:
            return "met"
        return "other" if outcome.effect in ("wrong_person", "conversation") else "absent"

    def _keep_photo(self):
        if not self.photo:
            return
        # sudo: kept with the visit, which the user may write.
        self.env["ir.attachment"].sudo().create(
            {
                "name": self.env._("Photo of %(visit)s", visit=self.visit_id.name),
                "datas": self.photo,
                "res_model": "collection.visit",
                "res_id": self.visit_id.id,
            }
        )
