from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount

from ..words import day_text

STATES = [
    ("draft", "Waiting for Approval"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("expired", "Expired"),
]
#: What was asked for, which stays when it has been decided.
TERMS = {"partner_id", "company_id", "amount", "date_from", "date_to", "reason"}
#: What only the decision writes.
DECIDED = {"state", "requested_by", "approved_by", "approved_on"}


class CollectionCreditLimit(models.Model):
    """A limit above the debtor's own, until a day: asked for, approved by somebody else, and over
    by itself."""

    _name = "collection.credit.limit"
    _description = "Temporary Credit Limit"
    _inherit = ["collection.credit.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"

    name = fields.Char(compute="_compute_name")
    amount = fields.Monetary(
        string="Limit", required=True, tracking=True, help="The whole limit, not what is added."
    )
    limit_base = fields.Monetary(string="Own Limit", compute="_compute_figures")
    exposure = fields.Monetary(compute="_compute_figures")
    overdue = fields.Monetary(compute="_compute_figures")
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env["collection.case"]._today()
    )
    date_to = fields.Date(string="Until", required=True, help="The last day of the limit.")
    reason = fields.Char(required=True)
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    requested_by = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    approved_by = fields.Many2one("res.users", string="Decided by", readonly=True, copy=False)
    approved_on = fields.Date(string="Decided On", readonly=True, copy=False)
    is_current = fields.Boolean(compute="_compute_is_current")

    _check_amount = models.Constraint("CHECK(amount > 0)", "A limit needs an amount above zero.")
    _check_dates = models.Constraint(
        "CHECK(date_to >= date_from)", "A limit cannot end before it begins."
    )
    _current_idx = models.Index("(partner_id, company_id, date_to) WHERE state = 'approved'")

    # === Compute methods === #
    @api.depends("partner_id", "amount", "currency_id", "date_to")
    def _compute_name(self):
        for limit in self:
            amount = limit.currency_id and format_amount(self.env, limit.amount, limit.currency_id)
            day = limit.date_to and day_text(self.env, limit.date_to)
            limit.name = ", ".join(filter(None, (limit.partner_id.name, amount, day)))

    @api.depends("partner_id", "company_id")
    def _compute_figures(self):
        # sudo: the figures of the debtor whose limit is asked for.
        rows = self.env["collection.exposure"].sudo()._of(self.partner_id, self.company_id)
        for limit in self:
            row = rows.get((limit.partner_id.commercial_partner_id, limit.company_id))
            own = limit.partner_id.sudo().with_company(limit.company_id).credit_limit
            limit.limit_base = row.limit_base if row else own
            limit.exposure = row.exposure if row else 0.0
            limit.overdue = row.overdue if row else 0.0

    @api.depends("state", "date_from", "date_to")
    def _compute_is_current(self):
        today = self.env["collection.case"]._today()
        for limit in self:
            limit.is_current = (
                limit.state == "approved" and limit.date_from <= today <= limit.date_to
            )

    # === Constraints === #
    @api.constrains("amount", "partner_id", "company_id")
    def _check_raises(self):
        for limit in self:
            if limit.limit_base <= 0:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s has no credit limit, so there is nothing to raise. Set the "
                        "limit on the contact first.",
                        debtor=limit.partner_id.name,
                    )
                )
            if limit.currency_id.compare_amounts(limit.amount, limit.limit_base) <= 0:
                raise ValidationError(
                    self.env._(
                        "The limit of %(debtor)s is %(limit)s already. A temporary limit is "
                        "higher; enter the whole limit, not what is added.",
                        debtor=limit.partner_id.name,
                        limit=format_amount(self.env, limit.limit_base, limit.currency_id),
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        today = self.env["collection.case"]._today()
        if not self.env.su:
            fixed = {"state": "draft", "requested_by": self.env.uid, "approved_by": False}
            vals_list = [{**vals, **fixed} for vals in vals_list]
        limits = super().create(vals_list)
        if not self.env.su and any(limit.date_to < today for limit in limits):
            raise UserError(
                self.env._("The temporary limit has ended already. Choose a later day.")
            )
        limits._ask_for_approval()
        return limits

    def write(self, vals):
        settled = self.filtered(lambda limit: limit.state != "draft")
        if not self.env.su and (DECIDED & set(vals) or (settled and TERMS & set(vals))):
            raise UserError(
                self.env._("What was decided about a limit stays. End it, and ask for another one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Limits are history. Refuse or end it instead."))

    # === Actions === #
    def action_approve(self):
        """Somebody else than the person who asked raises the limit until the day."""
        today = self.env["collection.case"]._today()
        for limit in self.filtered(lambda limit: limit.state == "draft"):
            limit._check_approver()
            if limit.date_to < today:
                raise UserError(
                    self.env._(
                        "%(limit)s has ended before it was approved. Refuse it, and ask for "
                        "another one.",
                        limit=limit.name,
                    )
                )
            limit._decide("approved", today)
            limit._log_on_case(
                self.env._(
                    "Temporary credit limit approved: %(limit)s, %(reason)s",
                    limit=limit.name,
                    reason=limit.reason,
                )
            )

    def action_refuse(self):
        """The debtor's own limit stays."""
        self._check_supervisor()
        today = self.env["collection.case"]._today()
        self.filtered(lambda limit: limit.state == "draft")._decide("refused", today)

    def action_end(self):
        """From now on the debtor's own limit counts again."""
        self._check_supervisor()
        # sudo: decided things are readonly for people; the right has been checked.
        self.filtered(lambda limit: limit.state == "approved").sudo().write({"state": "expired"})

    # === Checks === #
    def _check_supervisor(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor decides about credit limits."))

    def _check_approver(self):
        self._check_supervisor()
        if self.env.su:
            return
        if self.requested_by == self.env.user:
            raise UserError(self.env._("Somebody else than the person who asked approves a limit."))
        most = self.company_id.sudo().collection_credit_limit_supervisor  # sudo: a setting
        manager = self.env.user.has_group("collections_followup.group_manager")
        if not manager and self.currency_id.compare_amounts(self.amount, most) > 0:
            raise AccessError(
                self.env._(
                    "Supervisors approve limits up to %(most)s, and this is %(amount)s. Ask a "
                    "manager.",
                    most=format_amount(self.env, most, self.currency_id),
                    amount=format_amount(self.env, self.amount, self.currency_id),
                )
            )

    # === Business methods === #
    def _decide(self, state, on):
        # sudo: readonly for people; the right has been checked.
        self.sudo().write({"state": state, "approved_by": self.env.uid, "approved_on": on})
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _ask_for_approval(self):
        for limit in self.sudo():  # sudo: activities are given to the supervisor by anybody
            if limit.state != "draft":
                continue
            approver = self.env["collection.charge"]._get_approver(limit.company_id)
            limit.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Approve a credit limit: %(limit)s", limit=limit.name),
                user_id=approver.id,
            )

    @api.model
    def _expire(self, on, companies):
        """Limits whose last day is over, in one statement; nothing depends on when this runs.

        :return: the limits that are over
        """
        ended = self.search(
            [
                ("state", "in", ("draft", "approved")),
                ("date_to", "<", on),
                ("company_id", "in", companies.ids),
            ]
        )
        ended.with_context(tracking_disable=True).write({"state": "expired"})
        ended.activity_unlink(["mail.mail_activity_data_todo"])
        return ended

    @api.model
    def _get_current(self, debtor, company):
        """The highest temporary limit in force today."""
        today = self.env["collection.case"]._today()
        return self.search(
            [
                ("partner_id", "=", debtor.id),
                ("company_id", "=", company.id),
                ("state", "=", "approved"),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ],
            order="amount desc, date_to desc",
            limit=1,
        )
