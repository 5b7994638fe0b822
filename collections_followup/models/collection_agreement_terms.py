from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL, format_amount

from ..words import day_text

#: What both sides sign. It stays as it is once the debtor has signed or the agreement holds.
TERMS = {
    "kind",
    "currency_id",
    "date",
    "move_line_ids",
    "line_ids",
    "grace_days",
    "tolerance",
    "frequency",
    "business_day",
    "interest_rate",
    "amount_debt",
}
#: What only the methods of this model write, whatever somebody sends to the server.
KEPT = {
    "state",
    "date_ended",
    "payment_mark",
    "approval_state",
    "approved_by_id",
    "approved_on",
    "signature",
    "signed_by",
    "signed_on",
    "company_signature",
    "company_signed_by_id",
    "company_signed_on",
    "document_id",
    "interest_move_id",
    "writeoff_id",
    "access_token",
    "is_requested",
    "offered_on",
}


class CollectionAgreement(models.Model):
    """Terms of a plan or settlement: what they add up to, and that they stay as agreed."""

    _inherit = "collection.agreement"

    frequency = fields.Selection(
        [
            ("weekly", "Weekly"),
            ("fortnightly", "Every Two Weeks"),
            ("monthly", "Monthly"),
            ("quarterly", "Every Three Months"),
            ("custom", "Own Dates"),
        ],
        readonly=True,
    )
    business_day = fields.Selection(
        [
            ("keep", "Keep the Date"),
            ("following", "Next Business Day"),
            ("preceding", "Business Day Before"),
            ("modified following", "Next, in the Same Month"),
        ],
        string="On Weekends and Holidays",
        default="keep",
        readonly=True,
    )
    interest_rate = fields.Float(string="Interest a Year (%)", readonly=True)
    amount_debt = fields.Monetary(
        string="Debt Covered",
        compute="_compute_amount_debt",
        store=True,
        help="What was open on the items when the agreement was made.",
    )
    amount_interest = fields.Monetary(
        string="Interest", compute="_compute_amount_interest", store=True
    )
    amount_discount = fields.Monetary(
        string="Discount",
        compute="_compute_amount_interest",
        store=True,
        help="What is given up when the settlement is kept.",
    )
    discount_percent = fields.Float(string="Discount (%)", compute="_compute_discount_percent")
    amount_left = fields.Monetary(string="Still to Pay", compute="_compute_amount_left")
    payment_mark = fields.Integer(readonly=True, copy=False)
    is_frozen = fields.Boolean(compute="_compute_is_frozen")

    # === Compute methods === #
    @api.depends("move_line_ids")
    def _compute_amount_debt(self):
        """The debt of a draft; that of an agreement that holds stays as it was. The debit note of
        a plan's own interest is no part of it."""
        for agreement in self:
            if (agreement.state or "draft") == "draft":
                own = agreement.interest_move_id
                agreement.amount_debt = sum(
                    line.amount_residual_currency
                    for line in agreement.move_line_ids
                    if not own or line.move_id != own
                )
            else:
                agreement.amount_debt = agreement.amount_debt

    @api.depends("line_ids.interest", "line_ids.amount", "amount_debt", "kind")
    def _compute_amount_interest(self):
        for agreement in self:
            interest = sum(agreement.line_ids.mapped("interest"))
            asked = sum(agreement.line_ids.mapped("amount")) - interest
            agreement.amount_interest = interest
            agreement.amount_discount = (
                agreement.amount_debt - asked if agreement.kind == "settlement" else 0.0
            )

    @api.depends("amount_discount", "amount_debt")
    def _compute_discount_percent(self):
        for agreement in self:
            debt = agreement.amount_debt
            agreement.discount_percent = agreement.amount_discount / debt * 100 if debt else 0.0

    @api.depends("amount_total", "amount_paid")
    def _compute_amount_left(self):
        for agreement in self:
            agreement.amount_left = agreement.amount_total - agreement.amount_paid

    @api.depends("state", "signed_on")
    def _compute_is_frozen(self):
        for agreement in self:
            agreement.is_frozen = bool(
                agreement._origin and (agreement.state != "draft" or agreement.signed_on)
            )

    # === Constraints === #
    @api.constrains("line_ids", "move_line_ids", "state", "kind")
    def _check_sum(self):
        """A plan asks for exactly what is owed, a settlement for less."""
        for agreement in self.filtered(lambda agreement: agreement.state == "active"):
            agreement._check_adds_up()

    def _check_adds_up(self):
        self.ensure_one()
        if self.kind == "promise":
            return
        asked = self.currency_id.round(self.amount_total - self.amount_interest)
        order = self.currency_id.compare_amounts(asked, self.amount_debt)
        amounts = {
            "sum": format_amount(self.env, asked, self.currency_id),
            "debt": format_amount(self.env, self.amount_debt, self.currency_id),
        }
        if not self.move_line_ids:
            raise ValidationError(self.env._("Choose the items that the agreement is about."))
        if self.kind == "plan" and order:
            raise ValidationError(
                self.env._(
                    "The instalments add up to %(sum)s, but %(debt)s is owed. Correct the amounts.",
                    **amounts,
                )
            )
        if self.kind == "settlement" and order >= 0:
            raise ValidationError(
                self.env._(
                    "A settlement asks for less than what is owed: the payments add up to %(sum)s, "
                    "and %(debt)s is owed. Make a plan instead.",
                    **amounts,
                )
            )

    def _check_ready(self):
        today = self.env["collection.case"]._today()
        if not self.line_ids:
            raise UserError(self.env._("An agreement needs an amount and a date."))
        first = min(self.line_ids.mapped("date"))
        if first < today:
            raise UserError(
                self.env._(
                    "The first payment would be due on %(date)s, which is in the past. Make the "
                    "agreement again with later dates.",
                    date=day_text(self.env, first),
                )
            )
        self._check_adds_up()
        return super()._check_ready()

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            values = [(name, value) for vals in vals_list for name, value in vals.items()]
            self._refuse_kept({name for name, value in values if value and value != "draft"})
        agreements = super().create(vals_list)
        agreements._mark_payments()
        return agreements

    def write(self, vals):
        if not self.env.su:
            self._refuse_kept(set(vals))
        changed = not TERMS.isdisjoint(vals) and not self._adds_own_interest(vals)
        if changed:
            self._check_not_frozen()
        result = super().write(vals)
        if changed:
            self._terms_changed()
            if "move_line_ids" in vals:
                self._mark_payments()
        return result

    def _adds_own_interest(self, vals):
        """Whether the debit note of a plan's own interest becomes its item: it was agreed, and is
        the one item that comes later."""
        own = self.interest_move_id.line_ids.ids
        return set(vals) == {"move_line_ids"} and all(
            command[0] == Command.LINK and command[1] in own for command in vals["move_line_ids"]
        )

    @api.model
    def _refuse_kept(self, names):
        if names & KEPT:
            raise UserError(
                self.env._(
                    "State, approval and signatures of an agreement follow from what is done with "
                    "it. Use the buttons instead."
                )
            )

    def _check_not_frozen(self):
        """Refuse to change what has been agreed."""
        if self.filtered("is_frozen"):
            raise UserError(
                self.env._(
                    "The terms have been agreed and stay as they are. Cancel the agreement and "
                    "make a new one."
                )
            )

    def _terms_changed(self):
        """What was approved or signed by the company was something else. Hook."""

    def _mark_payments(self):
        """Payments matched before now have lowered the debt already, and do not count again."""
        drafts = self.filtered(lambda agreement: agreement.move_line_ids)
        if not drafts:
            return
        self.env["account.partial.reconcile"].flush_model()
        drafts.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.agreement_id, max(p.id) FROM collection_agreement_line_rel r
                  JOIN account_partial_reconcile p ON p.debit_move_id = r.move_line_id
                 WHERE r.agreement_id = ANY(%s) GROUP BY r.agreement_id
                """,
                list(drafts.ids),
            )
        )
        for agreement_id, mark in rows:
            # sudo: kept for people.
            drafts.browse(agreement_id).sudo().payment_mark = mark

    # === Business methods === #
    def _get_months(self):
        """Whole months from the day of the agreement to its last payment, begun ones included."""
        self.ensure_one()
        last = max(self.line_ids.mapped("date"), default=self.date)
        months = (last.year - self.date.year) * 12 + last.month - self.date.month
        return months + (last.day > self.date.day)

    def _get_items(self):
        """Items of the agreement in the order in which payments go to them: oldest first."""
        self.ensure_one()
        return self.move_line_ids.sorted(lambda line: (line.date_maturity or line.date, line.id))
