from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_amount

from ..tools.plan_tracking import LineState
from ..words import day_text
from .collection_refusal import CollectionRefusal

STATES = [
    ("draft", "Draft"),
    ("active", "Active"),
    ("kept", "Kept"),
    ("broken", "Broken"),
    ("cancelled", "Cancelled"),
]


class CollectionAgreement(models.Model):
    """What a debtor has agreed to: a promise to pay, an instalment plan, or a settlement.

    While it is active it replaces the automatic steps for its items. Whether it is kept is read
    from the dates of real reconciliations, never from a click.
    """

    _name = "collection.agreement"
    _description = "Payment Agreement"
    _inherit = ["collection.case.request", "collection.case.record.items", "portal.mixin"]
    _order = "date desc, id desc"

    # === Fields === #
    name = fields.Char(compute="_compute_name")
    currency_id = fields.Many2one("res.currency", required=True)
    kind = fields.Selection(
        [("promise", "Promise to Pay"), ("plan", "Instalment Plan"), ("settlement", "Settlement")],
        required=True,
        default="promise",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", tracking=True, readonly=True, copy=False
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
        help="Day of the agreement. Payments from that day on count.",
    )
    move_line_ids = fields.Many2many(
        relation="collection_agreement_line_rel",
        column1="agreement_id",
        column2="move_line_id",
    )
    line_ids = fields.One2many("collection.agreement.line", "agreement_id", copy=True)
    amount_total = fields.Monetary(compute="_compute_amounts", store=True)
    amount_paid = fields.Monetary(compute="_compute_amounts", store=True)
    next_date = fields.Date(compute="_compute_amounts", store=True, index="btree_not_null")
    grace_days = fields.Integer(
        default=lambda self: self.env.company.collection_grace_days,
        help="Days after a date in which a payment is still on time.",
    )
    tolerance = fields.Monetary(help="A line may stay short of this much and still count as paid.")
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, index=True)
    date_ended = fields.Date(readonly=True, copy=False)
    note = fields.Text()

    _active_idx = models.Index("(company_id, next_date) WHERE state = 'active'")
    _check_forgiveness = models.Constraint(
        "CHECK(grace_days >= 0 AND tolerance >= 0)",
        "Days of grace and tolerance cannot be negative.",
    )

    # === Compute methods === #
    @api.depends("kind", "currency_id", "amount_total", "next_date")
    def _compute_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for agreement in self:
            if not agreement.currency_id:
                agreement.name = kinds.get(agreement.kind, "")
                continue
            amount = format_amount(self.env, agreement.amount_total, agreement.currency_id)
            day = agreement.next_date or agreement.date_ended or agreement.date
            kind = kinds.get(agreement.kind, "")
            agreement.name = f"{kind}: {amount}, {day_text(self.env, day)}"

    @api.depends("line_ids.amount", "line_ids.amount_paid", "line_ids.date", "line_ids.state")
    def _compute_amounts(self):
        for agreement in self:
            agreement.amount_total = sum(agreement.line_ids.mapped("amount"))
            agreement.amount_paid = sum(agreement.line_ids.mapped("amount_paid"))
            waiting = agreement.line_ids.filtered(lambda line: line.state == "pending")
            agreement.next_date = min(waiting.mapped("date"), default=False)

    # === Constraints === #
    @api.constrains("move_line_ids", "currency_id", "case_id")
    def _check_items(self):
        for agreement in self:
            for line in agreement.move_line_ids:
                if line.partner_id.commercial_partner_id != agreement.case_id.partner_id:
                    raise ValidationError(
                        self.env._(
                            "%(item)s is not owed by %(debtor)s.",
                            item=line.display_name,
                            debtor=agreement.case_id.display_name,
                        )
                    )
                if line.currency_id != agreement.currency_id:
                    raise ValidationError(
                        self.env._(
                            "%(item)s is not in %(currency)s. Make one agreement per currency.",
                            item=line.display_name,
                            currency=agreement.currency_id.name,
                        )
                    )

    @api.constrains("line_ids", "state", "kind")
    def _check_lines(self):
        for agreement in self.filtered(lambda agreement: agreement.state == "active"):
            if not agreement.line_ids:
                raise ValidationError(self.env._("An agreement needs an amount and a date."))
            if agreement.kind == "promise" and len(agreement.line_ids) > 1:
                raise ValidationError(
                    self.env._("A promise has one amount and one date. Make a plan instead.")
                )

    # === CRUD === #
    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda agreement: agreement.state != "draft"):
            raise UserError(
                self.env._("Agreements are history and are not deleted. Cancel it instead.")
            )

    # === Actions === #
    def action_activate(self):
        """The agreement holds from now on."""
        self.check_access("write")
        drafts = self.filtered(lambda agreement: agreement.state == "draft")
        for agreement in drafts:
            agreement._check_ready()
            agreement._check_overlap()
        drafts._before_active()
        drafts._update_state(("draft",), "active")
        drafts.case_id._review_now()

    def action_cancel(self):
        """The agreement no longer holds; the steps resume with the next run."""
        self.check_access("write")
        self._update_state(("draft", "active"), "cancelled")
        self.case_id._review_now()
        return

    # === State === #
    def _update_state(self, allowed, target, day=None):
        """Move agreements to ``target``; those in another state than ``allowed`` stay."""
        moving = self.filtered(lambda agreement: agreement.state in allowed)
        # sudo: readonly for people; whoever called has checked the right to.
        ended = target in ("kept", "broken", "cancelled")
        today = day or self.env["collection.case"]._today()
        moving.sudo().write({"state": target, "date_ended": today if ended else False})
        return moving

    def _check_ready(self):
        """Refuse, with the reason, what cannot hold yet. Hook: extensions add theirs."""
        self.ensure_one()

    def _before_active(self):
        """What happens with agreements that are about to hold. Hook."""

    def _check_overlap(self):
        """An item can be part of one active agreement only; a plan takes the place of promises."""
        self.ensure_one()
        # sudo: also agreements that a colleague made.
        other = self.sudo().search(
            [
                ("id", "!=", self.id),
                ("state", "=", "active"),
                ("move_line_ids", "in", self.move_line_ids.ids),
            ]
        )
        if self.kind != "promise":
            promises = other.filtered(lambda agreement: agreement.kind == "promise")
            promises._update_state(("active",), "cancelled")
            other -= promises
        if other:
            raise UserError(
                self.env._(
                    "Some of these items are already part of another agreement (%(agreement)s). "
                    "Cancel that one first.",
                    agreement=other[0].name,
                )
            )

    # === Business methods === #
    @api.model
    def _promise(self, case, amount, date, lines=None, note="", currency=None):
        """Record a promise to pay.

        :param float amount: in ``currency``; default: that of the company
        :param date date: the day by which the debtor wants to pay
        :param lines: items the promise is about; default: everything overdue in the currency
        :return: the active promise
        """
        currency = currency or case.currency_id
        today = case._today()
        if currency.compare_amounts(amount, 0) <= 0:
            raise CollectionRefusal(
                self.env._("A promise needs an amount above zero."), "amount_missing", "amount"
            )
        if date < today:
            raise CollectionRefusal(
                self.env._("A promise cannot be for a day in the past."), "date_past", "date"
            )
        self._check_promise(case, amount, date, currency)
        if lines is None:
            lines = case.move_line_ids.filtered(
                lambda line: (
                    line.currency_id == currency
                    and line.amount_residual_currency > 0
                    and (line.date_maturity or line.date) < today
                )
            )
        # sudo: a promise that a colleague noted is replaced too.
        self.sudo().search(
            [("state", "=", "active"), ("kind", "=", "promise"), ("case_id", "=", case.id)]
        ).filtered(lambda old: old.move_line_ids & lines).action_cancel()
        promise = self.create(
            {
                "case_id": case.id,
                "currency_id": currency.id,
                "kind": "promise",
                "date": today,
                "move_line_ids": [fields.Command.set(lines.ids)],
                "line_ids": [fields.Command.create({"date": date, "amount": amount})],
                "note": note,
            }
        )
        promise.action_activate()
        return promise

    @api.model
    def _check_promise(self, case, amount, date, currency):
        """Refuse slips of the keyboard: more than is owed, and days that are far away.

        What has not been invoiced yet may be promised with the rest.
        """
        company = case.company_id.sudo()  # sudo: settings
        months = company.collection_plan_max_months
        by_debtor = self.env.context.get("collection_by_debtor")
        supervisor = not by_debtor and (
            self.env.su or self.env.user.has_group("collections_followup.group_supervisor")
        )
        if months and date > fields.Date.add(case._today(), months=months) and not supervisor:
            raise CollectionRefusal(
                self.env._(
                    "%(date)s is more than %(months)s months away. Ask a supervisor to note this "
                    "promise.",
                    date=day_text(self.env, date),
                    months=months,
                ),
                "date_too_far",
                "date",
            )
        debts = case._get_debts().filtered(lambda line: line.currency_id == currency)
        charges = case.charge_ids.filtered(
            lambda charge: charge.state == "accrued" and charge.currency_id == currency
        )
        owed = sum(debts.mapped("amount_residual_currency")) + sum(charges.mapped("amount"))
        if currency.compare_amounts(amount, owed) > 0:
            raise CollectionRefusal(
                self.env._(
                    "%(amount)s is more than the %(owed)s that this debtor owes. Correct the "
                    "promise.",
                    amount=format_amount(self.env, amount, currency),
                    owed=format_amount(self.env, owed, currency),
                ),
                "amount_too_high",
                "amount",
            )

    @api.model
    def _get_planned_lines(self, line_ids):
        """Items of plans and settlements, which no other agreement can be about."""
        return self._get_agreed_lines(line_ids, ("plan", "settlement"))

    @api.model
    def _get_agreed_lines(self, line_ids, kinds=("promise", "plan", "settlement")):
        """Items that an active agreement takes out of the automatic steps; one query.

        What is left of a settlement that was kept is the discount: it waits to be written off and
        is never asked for again.

        :return: set of journal item ids
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.move_line_id FROM collection_agreement_line_rel r
                  JOIN collection_agreement a ON a.id = r.agreement_id
                 WHERE r.move_line_id = ANY(%s) AND a.kind = ANY(%s)
                   AND (a.state = 'active' OR a.state = 'kept' AND a.kind = 'settlement')
                """,
                list(line_ids),
                list(kinds),
            )
        )
        return {row[0] for row in rows}


#: States of a line as the pure tracking names them.
LINE_STATES = [
    (LineState.PENDING.value, "Open"),
    (LineState.KEPT.value, "Kept"),
    (LineState.PARTLY.value, "Partly Paid"),
    (LineState.BROKEN.value, "Broken"),
]
