from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

SUPERVISOR = "collections_followup.group_supervisor"
ACTIVITY = "collections_followup.activity_type_approve"


class CollectionAgreement(models.Model):
    """Approval of what goes beyond the limits that collectors have."""

    _inherit = "collection.agreement"

    approval_state = fields.Selection(
        [
            ("none", "Not Asked For"),
            ("waiting", "Waiting for Approval"),
            ("approved", "Approved"),
            ("refused", "Not Approved"),
        ],
        string="Approval",
        required=True,
        default="none",
        readonly=True,
        copy=False,
        tracking=True,
    )
    approval_reasons = fields.Text(
        string="Needs Approval Because", compute="_compute_approval_reasons"
    )
    needs_approval = fields.Boolean(compute="_compute_approval_reasons")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)

    # === Compute methods === #
    @api.depends(
        "kind", "date", "line_ids.date", "amount_debt", "amount_discount", "approval_state", "state"
    )
    def _compute_approval_reasons(self):
        for agreement in self:
            reasons = agreement._get_approval_reasons() if agreement.state == "draft" else []
            agreement.approval_reasons = "\n".join(reasons)
            agreement.needs_approval = bool(reasons) and agreement.approval_state != "approved"

    def _get_approval_reasons(self):
        """What goes beyond the limits of the company, as sentences. Hook."""
        self.ensure_one()
        if self.kind == "promise" or not self.case_id:
            return []
        company_sudo = self.case_id.company_id.sudo()  # limits are settings
        reasons = []
        limit = company_sudo.collection_plan_max_months
        if (months := self._get_months()) > limit:
            reasons.append(
                self.env._(
                    "It takes %(months)s months; collectors grant at most %(limit)s.",
                    months=months,
                    limit=limit,
                )
            )
        amount = self._in_company_currency(self.amount_debt)
        limit, currency = company_sudo.collection_plan_max_amount, company_sudo.currency_id
        if currency.compare_amounts(amount, limit) > 0:
            reasons.append(
                self.env._(
                    "It is about %(amount)s; collectors agree about at most %(limit)s.",
                    amount=format_amount(self.env, amount, currency),
                    limit=format_amount(self.env, limit, currency),
                )
            )
        limit = company_sudo.collection_settlement_max_discount
        if self.kind == "settlement" and self.discount_percent > limit + 1e-6:
            reasons.append(
                self.env._(
                    "The discount is %(percent).1f %%; collectors grant at most %(limit).1f %%.",
                    percent=self.discount_percent,
                    limit=limit,
                )
            )
        return reasons

    def _in_company_currency(self, amount):
        company = self.case_id.company_id
        if self.currency_id == company.currency_id or not self.currency_id:
            return amount
        return self.currency_id._convert(amount, company.currency_id, company, self.date)

    # === Checks === #
    def _check_ready(self):
        result = super()._check_ready()
        if self.needs_approval:
            raise UserError(
                self.env._(
                    "This agreement goes beyond your limits and must be approved by a supervisor "
                    "first.\n%(reasons)s",
                    reasons=self.approval_reasons,
                )
            )
        return result

    def _check_may_approve(self):
        if not self.env.user.has_group(SUPERVISOR):
            raise AccessError(self.env._("Only a supervisor may approve agreements."))
        self.check_access("write")

    def _terms_changed(self):
        # sudo: approval is kept by this model; what was approved were other terms.
        decided = self.sudo().filtered(lambda agreement: agreement.approval_state != "none")
        decided._close_approval({"approval_state": "none"})
        return super()._terms_changed()

    # === Actions === #
    def action_request_approval(self):
        """Ask the supervisors of the company: one activity each, and no mail."""
        self.check_access("write")
        for agreement in self.filtered(lambda agreement: agreement.state == "draft"):
            agreement._check_adds_up()
            if not agreement.needs_approval:
                raise UserError(self.env._("This agreement needs no approval."))
        # sudo: approval is kept by this model.
        self.sudo().write({"approval_state": "waiting"})
        self._ask_supervisors()

    def action_approve(self):
        """The supervisor agrees; who and when is kept."""
        self._check_may_approve()
        for agreement in self:
            if agreement.state != "draft" or agreement.approval_state == "approved":
                raise UserError(self.env._("This agreement does not wait for approval."))
            agreement._check_adds_up()
        self._close_approval(
            {
                "approval_state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
            }
        )

    def action_refuse(self):
        """Ask for the reason for not approving."""
        self._check_may_approve()
        return self._ask_reason("refuse", self.env._("Do Not Approve"))

    def _refuse(self, reason):
        self._check_may_approve()
        self._close_approval({"approval_state": "refused", "approved_by_id": self.env.uid})
        for agreement in self:
            agreement._message_log(body=self.env._("Not approved: %(reason)s", reason=reason))

    # === Helpers === #
    def _close_approval(self, values):
        """Decide, and take the question off the desks of all supervisors."""
        if values["approval_state"] == "none":
            values = {**values, "approved_by_id": False, "approved_on": False}
        # sudo: kept for people; also activities of colleagues end.
        self.sudo().write(values)
        self.sudo().activity_unlink([ACTIVITY])

    def _ask_supervisors(self):
        activity_type = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id(self._name)
        today = self.env["collection.case"]._today()
        # sudo: activities for colleagues, on agreements that may be written.
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": agreement.id,
                    "activity_type_id": activity_type.id,
                    "summary": agreement.name,
                    "note": agreement.approval_reasons,
                    "date_deadline": today,
                    "user_id": user.id,
                    "automated": True,
                }
                for agreement in self
                for user in agreement._get_approvers()
            ]
        )

    def _get_approvers(self):
        """Supervisors of the company, without the one who asks."""
        # sudo: collectors may not read who has which role.
        group = self.env.ref(SUPERVISOR).sudo()
        company = self.company_id
        return group.all_user_ids.filtered(
            lambda user: (
                user.active
                and company in user.company_ids
                and user != self.env.user
                and user._is_internal()
            )
        )

    def _ask_reason(self, what, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "collection.agreement.reason",
            "view_mode": "form",
            "target": "new",
            "context": {"default_agreement_ids": self.ids, "default_what": what},
        }
