from odoo import api, fields, models
from odoo.exceptions import UserError

from ..words import day_text

#: Days a debtor who "has paid" is left alone, and a promise is proposed for.
WAIT_DAYS = 7


class CollectionLogContact(models.TransientModel):
    """What each outcome asks for, and what it does: one ``_step_…`` per step."""

    _inherit = "collection.log.contact"

    # === Promise === #
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False
    )
    promise_amount = fields.Monetary(
        string="Promises to Pay", compute="_compute_promise", store=True, readonly=False
    )
    promise_date = fields.Date(
        string="By", compute="_compute_promise_date", store=True, readonly=False
    )
    # === Dispute === #
    dispute_kind = fields.Selection(
        selection=lambda self: self.env["collection.dispute"]._fields["kind"].selection,
        string="Kind",
        default="dispute",
    )
    dispute_reason_id = fields.Many2one("collection.dispute.reason", string="What Is Wrong")
    dispute_line_ids = fields.Many2many(
        "account.move.line",
        string="Which Items",
        compute="_compute_dispute_line_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', open_line_ids)]",
    )
    open_line_ids = fields.Many2many("account.move.line", compute="_compute_open_line_ids")
    dispute_amount = fields.Monetary(
        string="Disputed",
        compute="_compute_dispute_amount",
        store=True,
        readonly=False,
        help="Less than the items: the rest stays due.",
    )
    # === Call back, refer, number === #
    call_back_at = fields.Datetime()
    refer_name = fields.Char(string="Name")
    refer_function = fields.Char(string="Position")
    refer_phone = fields.Char(string="Phone")
    refer_email = fields.Char(string="E-mail")
    remove_number = fields.Boolean(string="Remove the number from the contact", default=True)
    # === Paid, hold === #
    paid_on = fields.Date(default=lambda self: self._today())
    paid_by = fields.Selection(
        [
            ("transfer", "Bank transfer"),
            ("direct_debit", "Direct debit"),
            ("card", "Card or online"),
            ("cheque", "Cheque"),
            ("cash", "Cash"),
            ("other", "Other"),
        ],
        string="How",
        default="transfer",
    )
    hold_reason_id = fields.Many2one(
        "collection.hold.reason", compute="_compute_hold", store=True, readonly=False
    )
    hold_until = fields.Date(
        string="Wait Until", compute="_compute_hold", store=True, readonly=False
    )

    # === Compute methods === #
    @api.model
    def _today(self):
        return self.env["collection.case"]._today()

    @api.depends("case_id")
    def _compute_open_line_ids(self):
        for wizard in self:
            wizard.open_line_ids = wizard.case_id._get_debts()

    @api.depends("case_id")
    def _compute_currency_id(self):
        """The currency with the largest overdue amount, that of the company first."""
        for wizard in self:
            balances = wizard.case_id.currency_summary or []
            owed = [balance["currency_id"] for balance in balances if balance["overdue"] > 0]
            own = wizard.case_id.currency_id
            wizard.currency_id = own if not owed or own.id in owed else owed[0]

    @api.depends("case_id", "currency_id")
    def _compute_promise(self):
        for wizard in self:
            overdue = {
                balance["currency_id"]: balance["overdue"]
                for balance in wizard.case_id.currency_summary or []
            }
            wizard.promise_amount = overdue.get(wizard.currency_id.id, 0)

    @api.depends("case_id")
    def _compute_promise_date(self):
        for wizard in self:
            day = fields.Date.add(self._today(), days=WAIT_DAYS)
            # Banks do not pay at the weekend.
            wizard.promise_date = fields.Date.add(day, days={5: 2, 6: 1}.get(day.weekday(), 0))

    @api.depends("case_id", "currency_id")
    def _compute_dispute_line_ids(self):
        today = self._today()
        for wizard in self:
            wizard.dispute_line_ids = wizard.open_line_ids.filtered(
                lambda line, wizard=wizard: (
                    line.currency_id == wizard.currency_id
                    and (line.date_maturity or line.date) <= today
                )
            )

    @api.depends("dispute_line_ids")
    def _compute_dispute_amount(self):
        for wizard in self:
            wizard.dispute_amount = sum(wizard.dispute_line_ids.mapped("amount_residual_currency"))

    @api.depends("outcome_id")
    def _compute_hold(self):
        for wizard in self:
            code = {"paid": "payment_announced", "hold": "hardship"}.get(wizard.next_step)
            reason = self.env["collection.hold.reason"].search([("code", "=", code)], limit=1)
            wizard.hold_reason_id = reason
            wizard.hold_until = reason and fields.Date.add(
                self._today(), days=reason.default_days or WAIT_DAYS
            )

    # === What must be answered === #
    def _check_step(self):
        """Refuse to save what would have no effect."""
        missing = {
            "promise": not (self.promise_date and self.promise_amount > 0)
            and self.env._("An amount and a date belong to a promise."),
            "dispute": not self.dispute_line_ids
            and self.env._("Choose the items that the debtor objects to."),
            "refer": not (self.refer_name and (self.refer_phone or self.refer_email))
            and self.env._("Whom does the debtor refer to? A name and a number or an address."),
            "hold": not self.hold_reason_id and self.env._("Why does this case have to wait?"),
        }
        problem = missing.get(self.next_step)
        if self.outcome_id.code == "call_back" and not self.call_back_at:
            problem = self.env._("When does the debtor want to be called?")
        if self.call_back_at and self.call_back_at <= self.started_at:
            problem = self.env._("The time to call back has passed already.")
        if problem:
            raise UserError(problem)

    def _prepare_log_vals(self):
        values = super()._prepare_log_vals()
        if self.next_step == "call_back":
            values["call_back_at"] = self.call_back_at
        return values

    # === What follows === #
    def _do_step(self, log):
        method = getattr(self, f"_step_{self.next_step}", None)
        if method:
            method(log)

    def _again_on(self, day):
        """Out of the work list until then."""
        # sudo: the date is kept for people by what they log.
        self.case_id.sudo().next_work_date = day

    def _step_promise(self, log):
        self.env["collection.agreement"]._promise(
            self.case_id,
            self.promise_amount,
            self.promise_date,
            note=self.note or "",
            currency=self.currency_id,
        )
        self._again_on(fields.Date.add(self.promise_date, days=1))

    def _step_dispute(self, log):
        for lines in self.dispute_line_ids.grouped("currency_id").values():
            whole = len(self.dispute_line_ids.currency_id) == 1
            self.env["collection.dispute"]._open(
                self.case_id,
                self.dispute_kind,
                lines,
                amount=self.dispute_amount if whole else 0.0,
                reason=self.dispute_reason_id,
                note=self.note or "",
            )

    def _step_wrong_number(self, log):
        """The number reaches somebody else: nobody calls it again, and somebody finds another."""
        number = self.address
        if self.remove_number and number and self.channel in ("call", "sms"):
            # sudo: collectors may not edit contacts, but a wrong number must not be called again.
            partner_sudo = self.partner_id.sudo()
            if self._get_plain_address() in (partner_sudo.phone, partner_sudo.phone_sanitized):
                partner_sudo.phone = False
                partner_sudo.message_post(
                    body=self.env._(
                        "Collections: the number %(number)s is not this contact's and was removed.",
                        number=number,
                    )
                )
        self.case_id.with_context(mail_activity_quick_update=True).activity_schedule(
            "collections_followup.activity_type_trace",
            note=self.env._(
                "%(number)s is wrong. Find out how to reach the debtor.", number=number
            ),
            user_id=self.env.uid,
        )

    def _step_refer(self, log):
        """Another person is responsible: a contact for collections, called from now on."""
        # sudo: collectors may not create contacts in general; this one belongs to their debtor.
        self.env["res.partner"].sudo().create(
            {
                "name": self.refer_name,
                "parent_id": self.case_id.partner_id.id,
                "type": "collections",
                "function": self.refer_function,
                "phone": self.refer_phone,
                "email": self.refer_email,
            }
        )
        # The call is still to be made, to the right person.
        self._again_on(self._today())

    def _step_paid(self, log):
        means = dict(self._fields["paid_by"]._description_selection(self.env))
        note = self.env._(
            "Says it was paid on %(date)s by %(means)s.",
            date=day_text(self.env, self.paid_on) if self.paid_on else "?",
            means=means.get(self.paid_by, "?"),
        )
        self._hold(" ".join(filter(None, (note, self.note))))

    def _step_hold(self, log):
        self._hold(self.note or "")

    def _hold(self, note):
        if self.hold_until and self.hold_until < self._today():
            raise UserError(self.env._("A hold cannot end before today."))
        self.env["collection.hold"].create(
            {
                "case_id": self.case_id.id,
                "reason_id": self.hold_reason_id.id,
                "date_to": self.hold_until,
                "note": note,
            }
        )
        if self.hold_until:
            self._again_on(fields.Date.add(self.hold_until, days=1))
