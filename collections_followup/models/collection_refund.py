from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount

from ..tools.bank_account import check_account

STATES = [
    ("requested", "Waiting for Approval"),
    ("approved", "Approved"),
    ("paid", "Paid"),
    ("refused", "Refused"),
]


class CollectionRefund(models.Model):
    """Money that goes back to a debtor: asked for, approved by somebody else, paid by Odoo."""

    _name = "collection.refund"
    _description = "Refund"
    _inherit = ["collection.case.request"]
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True, tracking=True)
    amount_credit = fields.Monetary(
        string="Credit Balance",
        compute="_compute_amount_credit",
        help="Payments on account and credit notes that settle nothing.",
    )
    amount_overdue = fields.Monetary(
        related="case_id.amount_overdue",
        currency_field="company_currency_id",
        string="Overdue All the Same",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    partner_bank_id = fields.Many2one(
        "res.partner.bank",
        string="To Account",
        ondelete="restrict",
        tracking=True,
        domain="[('partner_id.commercial_partner_id', '=', partner_id)]",
    )
    account_problem = fields.Char(compute="_compute_account_problem")
    state = fields.Selection(
        STATES, required=True, default="requested", readonly=True, tracking=True
    )
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users", string="Asked by", required=True, default=lambda self: self.env.user
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Date(readonly=True, copy=False)
    refused_reason = fields.Char(readonly=True, copy=False)
    dispute_id = fields.Many2one(
        "collection.dispute", index="btree_not_null", ondelete="set null", check_company=True
    )
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    _check_amount = models.Constraint("CHECK(amount > 0)", "A refund needs an amount above zero.")

    # === Compute methods === #
    @api.depends("partner_id", "amount", "currency_id")
    def _compute_name(self):
        for refund in self:
            amount = refund.currency_id and format_amount(
                self.env, refund.amount, refund.currency_id
            )
            refund.name = " – ".join(filter(None, (refund.partner_id.name, amount)))

    @api.depends("case_id", "currency_id")
    def _compute_amount_credit(self):
        for refund in self:
            refund.amount_credit = -sum(
                refund._get_credit_lines().mapped("amount_residual_currency")
            )

    @api.depends("partner_bank_id.acc_number", "partner_id.country_id")
    def _compute_account_problem(self):
        for refund in self:
            refund.account_problem = refund._get_account_problem()

    def _get_account_problem(self):
        """Why money cannot be sent to the account, or ``False``."""
        bank = self.partner_bank_id
        if not bank:
            return self.env._("Choose the bank account the money goes to.")
        if bank.partner_id.commercial_partner_id != self.partner_id:
            return self.env._("The account does not belong to the debtor.")
        country = bank.bank_id.country or self.partner_id.country_id
        sentences = {
            "iban_invalid": self.env._("The IBAN is not right: its check digits do not fit."),
            "iban_expected": self.env._(
                "Accounts in %(country)s have an IBAN. Ask the debtor for it.",
                country=country.name,
            ),
            "too_short": self.env._("This is not an account number."),
        }
        problem = check_account(bank.acc_number or "", country.code or "")
        return sentences.get(problem, False)

    # === Constraints === #
    @api.constrains("partner_bank_id", "case_id")
    def _check_bank(self):
        for refund in self.filtered("partner_bank_id"):
            if refund._get_account_problem():
                raise ValidationError(refund._get_account_problem())

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            fixed = {"state": "requested", "user_id": self.env.uid, "approved_by_id": False}
            vals_list = [{**vals, **fixed} for vals in vals_list]
        if any(vals.get("amount", 0.0) <= 0 for vals in vals_list):
            raise UserError(self.env._("A refund needs an amount above zero."))
        refunds = super().create(vals_list)
        for refund in refunds:
            refund._check_credit()
        refunds._ask_for_approval()
        return refunds

    def write(self, vals):
        decided = {"state", "approved_by_id", "approved_on", "payment_id", "user_id"} & set(vals)
        settled = self.filtered(lambda refund: refund.state != "requested")
        fixed = {"amount", "currency_id", "partner_bank_id", "case_id"} & set(vals)
        if not self.env.su and (decided or (settled and fixed)):
            raise UserError(
                self.env._(
                    "What was decided about a refund stays. Refuse it, and ask for another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Refunds are history. Refuse it instead."))

    # === Actions === #
    def action_approve(self):
        """Somebody else than the person who asked lets the money go."""
        for refund in self.filtered(lambda refund: refund.state == "requested"):
            refund._check_approver()
            refund._check_ready()
            # sudo: readonly for people; the right has been checked.
            refund.sudo().write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_on": self.env["collection.case"]._today(),
                }
            )
            refund.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_refuse(self):
        """The money stays on account."""
        self._check_supervisor()
        waiting = self.filtered(lambda refund: refund.state in ("requested", "approved"))
        # sudo: readonly for people; the right has been checked.
        waiting.sudo().write({"state": "refused"})
        waiting.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def action_pay(self):
        """Pay by Odoo: an outbound payment, matched with the credits."""
        self.check_access("write")
        for refund in self:
            if refund.state != "approved":
                raise UserError(self.env._("A supervisor approves the refund first."))
            refund._check_ready()
            refund._pay()
        return self.payment_id[:1].get_formview_action()

    # === Checks === #
    def _check_supervisor(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("Only a supervisor decides about refunds."))

    def _check_approver(self):
        self._check_supervisor()
        if self.user_id == self.env.user and not self.env.su:
            raise UserError(
                self.env._("Somebody else than the person who asked approves a refund.")
            )

    def _check_ready(self):
        problem = self._get_account_problem()
        if problem:
            raise UserError(problem)
        self._check_credit()

    def _check_credit(self):
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(self.env._("A refund needs an amount above zero."))
        if self.currency_id.compare_amounts(self.amount, self.amount_credit) > 0:
            raise UserError(
                self.env._(
                    "%(debtor)s has a credit of %(credit)s only, so %(amount)s cannot be refunded.",
                    debtor=self.partner_id.name,
                    credit=format_amount(self.env, self.amount_credit, self.currency_id),
                    amount=format_amount(self.env, self.amount, self.currency_id),
                )
            )

    # === Business methods === #
    def _get_credit_lines(self):
        """Open credits in the currency, oldest first."""
        return self.case_id.move_line_ids.filtered(
            lambda line: line.amount_residual < 0 and line.currency_id == self.currency_id
        )

    def _ask_for_approval(self):
        for refund in self.sudo():  # sudo: activities are given to the supervisor by anybody
            approver = self.env["collection.charge"]._get_approver(refund.company_id)
            refund.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Approve a refund: %(refund)s", refund=refund.name),
                user_id=approver.id,
            )

    def _pay(self):
        """The outbound payment, given to the oldest credits first."""
        left, allocation = self.amount, []
        for line in self._get_credit_lines():
            part = min(left, -line.amount_residual_currency)
            if self.currency_id.compare_amounts(part, 0) > 0:
                allocation.append((line.id, part))
                left = self.currency_id.round(left - part)
        today = self.env["collection.case"]._today()
        journal = self._get_journal()
        self.env["collection.writeoff"]._check_lock(self.company_id, journal, today)
        # sudo: the approval is the right to pay; the entry follows from it.
        register = self.env["account.payment.register"].sudo().with_company(self.company_id)
        register = register.with_context(
            active_model="account.move.line",
            active_ids=[line_id for line_id, _part in allocation],
            collection_allocation=allocation,
            force_payment_move=True,
        ).create(
            {
                "payment_date": today,
                "journal_id": journal.id,
                "currency_id": self.currency_id.id,
                "amount": self.amount,
                "communication": self.env._("Refund: %(reason)s", reason=self.reason),
                "partner_bank_id": self.partner_bank_id.id,
                "group_payment": True,
                "payment_difference_handling": "open",
                "installments_mode": "full",
            }
        )
        payment = register._create_payments()
        self.sudo().write({"payment_id": payment.id, "state": "paid"})  # sudo: as above
        self._finish(payment)

    def _finish(self, payment):
        """The case and the dispute hear of it."""
        text = self.env._(
            "Refunded: %(refund)s to %(account)s, payment %(payment)s, approved by %(who)s",
            refund=self.name,
            account=self.partner_bank_id.display_name,
            payment=payment.name,
            who=self.approved_by_id.name,
        )
        # sudo: the history is written whoever pays.
        self.case_id.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)
        self.case_id._review_now()
        self.dispute_id._settle_by("refund")

    def _get_journal(self):
        return self._get_journal_of(self.company_id)

    @api.model
    def _get_journal_of(self, company):
        """The bank journal of a company."""
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        if not journal:
            raise UserError(self.env._("There is no bank journal to pay from. Make one first."))
        return journal
