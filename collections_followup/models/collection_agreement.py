from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_amount, format_date

from ..tools.installments import PlanLine
from ..tools.interest import Payment
from ..tools.plan_tracking import LineState, Terms, track

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
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    # === Fields === #
    name = fields.Char(compute="_compute_name")
    case_id = fields.Many2one(
        "collection.case", required=True, index=True, ondelete="restrict", check_company=True
    )
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, string="Debtor")
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    kind = fields.Selection(
        [("promise", "Promise to Pay"), ("plan", "Instalment Plan"), ("settlement", "Settlement")],
        required=True,
        default="promise",
    )
    state = fields.Selection(STATES, required=True, default="draft", tracking=True, readonly=True)
    date = fields.Date(
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
        help="Day of the agreement. Payments from that day on count.",
    )
    move_line_ids = fields.Many2many(
        "account.move.line",
        "collection_agreement_line_rel",
        "agreement_id",
        "move_line_id",
        string="Items",
        check_company=True,
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
    date_ended = fields.Date(readonly=True)
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
            agreement.name = f"{kind}: {amount}, {format_date(self.env, day)}"

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
        for agreement in self:
            agreement._check_overlap()
        self._update_state(("draft",), "active")
        self.case_id._review_now()

    def action_cancel(self):
        """The agreement no longer holds; the steps resume with the next run."""
        self.check_access("write")
        self._update_state(("draft", "active"), "cancelled")
        self.case_id._review_now()

    # === State === #
    def _update_state(self, allowed, target, day=None):
        """Move agreements to ``target``; those in another state than ``allowed`` stay."""
        moving = self.filtered(lambda agreement: agreement.state in allowed)
        # sudo: readonly for people; whoever called has checked the right to.
        ended = target in ("kept", "broken", "cancelled")
        today = day or self.env["collection.case"]._today()
        moving.sudo().write({"state": target, "date_ended": today if ended else False})
        return moving

    def _check_overlap(self):
        """An item can be part of one active agreement only."""
        self.ensure_one()
        # sudo: also agreements that a colleague made.
        other = self.sudo().search(
            [
                ("id", "!=", self.id),
                ("state", "=", "active"),
                ("move_line_ids", "in", self.move_line_ids.ids),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "Some of these items are already part of another agreement (%(agreement)s). "
                    "Cancel that one first.",
                    agreement=other.name,
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
            raise UserError(self.env._("A promise needs an amount above zero."))
        if date < today:
            raise UserError(self.env._("A promise cannot be for a day in the past."))
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
    def _get_agreed_lines(self, line_ids):
        """Items that an active agreement takes out of the automatic steps; one query.

        :return: set of journal item ids
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT r.move_line_id FROM collection_agreement_line_rel r
                  JOIN collection_agreement a ON a.id = r.agreement_id
                 WHERE r.move_line_id = ANY(%s) AND a.state = 'active'
                """,
                list(line_ids),
            )
        )
        return {row[0] for row in rows}

    @api.model
    def _follow_up(self, on, companies=None):
        """Read from the books what became of active agreements, and end those kept or broken.

        :return: agreements that ended
        """
        domain = [("state", "=", "active")]
        if companies is not None:
            domain.append(("company_id", "in", companies.ids))
        agreements = self.sudo().search(domain)  # sudo: also those of other collectors
        payments = agreements._get_payments()
        ended = self.browse()
        for agreement in agreements:
            status = agreement._track(payments.get(agreement.id, []), on)
            if status.state != "active":
                ended |= agreement._update_state(("active",), str(status.state), on)
        ended.case_id._review_now(on)
        ended.filtered(lambda agreement: agreement.state == "broken")._tell_collector()
        return ended

    def _tell_collector(self):
        """One activity per broken agreement, so that somebody calls."""
        engine = self.env["collection.engine"]
        for agreement in self:
            agreement.case_id.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_call",
                summary=self.env._("Broken: %(agreement)s", agreement=agreement.name),
                user_id=(agreement.user_id or engine._get_responsible(agreement.case_id)).id,
            )

    def _track(self, payments, on):
        """Compare the lines with payments and write what was paid on each.

        :rtype: odoo.addons.collections_followup.tools.plan_tracking.PlanStatus
        """
        self.ensure_one()
        exact = self.currency_id._collection_decimal
        lines = self.line_ids.sorted(lambda line: (line.date, line.id))
        plan = [
            PlanLine(number, line.date, exact(line.amount), exact(line.amount))
            for number, line in enumerate(lines, 1)
        ]
        status = track(plan, payments, on, Terms(self.grace_days, exact(self.tolerance)))
        for line, found in zip(lines, status.lines, strict=True):
            line._set_status(found)
        return status

    def _get_payments(self):
        """Money that came on the items of these agreements from their day on; one query.

        :return: {agreement id: list of Payment}, in the currency of the agreement
        """
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT a.id, p.max_date, p.debit_amount_currency::text
                  FROM collection_agreement a
                  JOIN collection_agreement_line_rel r ON r.agreement_id = a.id
                  JOIN account_partial_reconcile p ON p.debit_move_id = r.move_line_id
                  JOIN account_move_line c ON c.id = p.credit_move_id
                 WHERE a.id = ANY(%s) AND p.max_date >= a.date
                 ORDER BY p.max_date, p.id
                """,
                list(self.ids),
            )
        )
        result = {}
        for agreement_id, day, amount in rows:
            result.setdefault(agreement_id, []).append(Payment(day, Decimal(amount)))
        return result


#: States of a line as the pure tracking names them.
LINE_STATES = [
    (LineState.PENDING.value, "Open"),
    (LineState.KEPT.value, "Kept"),
    (LineState.PARTLY.value, "Partly Paid"),
    (LineState.BROKEN.value, "Broken"),
]
