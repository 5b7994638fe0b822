from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.route import make_place

STATES = [("planned", "Planned"), ("done", "Done"), ("cancelled", "Cancelled")]
RESULTS = [
    ("paid", "Money taken"),
    ("goods", "Goods taken back"),
    ("promise", "Promise to pay"),
    ("met", "Met the debtor"),
    ("other", "Met somebody else"),
    ("absent", "Nobody there"),
    ("moved", "Not the debtor's address"),
]
#: What is written by the dialog of the result, never by hand.
RESULT_FIELDS = {"state", "result", "log_id", "payment_id", "signature", "left_notice"}
#: What makes another appointment of it.
APPOINTMENT_FIELDS = {"start", "duration", "user_id", "address_id"}


class CollectionVisit(models.Model):
    """A visit to a debtor: planned within the contact rules, in the visitor's calendar, and ended
    by its result, which is a contact like any other."""

    _name = "collection.visit"
    _description = "Visit"
    _inherit = ["collection.case.record"]
    _order = "start desc, sequence, id"

    # === Fields: the appointment === #
    name = fields.Char(compute="_compute_name")
    route_id = fields.Many2one(
        "collection.visit.route", index="btree_not_null", ondelete="set null", check_company=True
    )
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        string="Visitor",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
    )
    start = fields.Datetime(string="When", required=True)
    date = fields.Date(compute="_compute_date", store=True, index=True)
    duration = fields.Integer(string="Minutes", default=30)
    calendar_event_id = fields.Many2one(
        "calendar.event", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    address_id = fields.Many2one(
        "res.partner",
        required=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', partner_id)]",
        compute="_compute_address_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    address_text = fields.Char(string="Where", compute="_compute_address_text", compute_sudo=True)
    phone = fields.Char(related="address_id.phone")
    has_place = fields.Boolean(compute="_compute_has_place")
    distance = fields.Float(
        string="Kilometres", digits=(8, 1), readonly=True, help="From the stop before."
    )
    task = fields.Text(help="What is to be done there: ask for cash, look at the goods, hand over.")

    # === Fields: the debt === #
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_overdue = fields.Monetary(related="case_id.amount_overdue")
    days_overdue = fields.Integer(related="case_id.days_overdue")
    problem = fields.Char(
        string="Not Allowed Because",
        compute="_compute_problem",
        help="What the contact rules and the books say against the visit now.",
    )

    # === Fields: the result === #
    state = fields.Selection(STATES, required=True, default="planned", readonly=True, copy=False)
    result = fields.Selection(RESULTS, readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)
    log_id = fields.Many2one(
        "collection.contact.log",
        string="Contact",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    outcome_id = fields.Many2one(related="log_id.outcome_id")
    note = fields.Text(related="log_id.note")
    payment_id = fields.Many2one(
        "account.payment",
        string="Cash Taken",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    payment_amount = fields.Monetary(
        related="payment_id.amount", currency_field="payment_currency_id", string="Cash"
    )
    payment_currency_id = fields.Many2one(
        related="payment_id.currency_id", string="Currency of the Cash"
    )
    left_notice = fields.Boolean(string="Sealed Notice Left", readonly=True, copy=False)
    signature = fields.Binary(readonly=True, copy=False, attachment=True)
    photo_ids = fields.Many2many(
        "ir.attachment", string="Photos", compute="_compute_photo_ids", compute_sudo=True
    )

    _unique_planned = models.UniqueIndex(
        "(case_id, date) WHERE state = 'planned'",
        "A visit to this debtor is planned for that day already.",
    )
    _check_duration = models.Constraint(
        "CHECK(duration BETWEEN 1 AND 600)", "A visit takes between one minute and ten hours."
    )

    # === Compute methods === #
    @api.depends("partner_id", "start")
    def _compute_name(self):
        for visit in self:
            visit.name = self.env._("Visit %(debtor)s", debtor=visit.partner_id.name or "")

    @api.depends("name")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = visit.name

    @api.depends("start", "user_id")
    def _compute_date(self):
        """The day where the visitor is."""
        for visit in self:
            if visit.start:
                there = visit.with_context(tz=visit.user_id.tz or self.env.user.tz)
                visit.date = fields.Datetime.context_timestamp(there, visit.start).date()
            else:
                visit.date = False

    @api.depends("case_id")
    def _compute_address_id(self):
        for visit in self:
            visit.address_id = visit.address_id or visit.case_id.partner_id

    @api.depends("address_id")
    def _compute_address_text(self):
        for visit in self:
            visit.address_text = self._get_one_line(visit.address_id)

    @api.depends("address_id.partner_latitude", "address_id.partner_longitude")
    def _compute_has_place(self):
        for visit in self:
            visit.has_place = bool(visit._get_place())

    def _get_place(self):
        """Where it is, or ``None`` while nobody has entered coordinates."""
        # sudo: the visitor has to get there, whoever may edit the contact.
        address = self.address_id.sudo()
        return make_place(address.partner_latitude, address.partner_longitude)

    def _compute_photo_ids(self):
        photos = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("res_field", "=", False)]
        )
        for visit in self:
            visit.photo_ids = photos.filtered(lambda photo, visit=visit: photo.res_id == visit.id)

    @api.depends("case_id", "start", "state", "address_id")
    def _compute_problem(self):
        planned = self.filtered(lambda visit: visit.state == "planned" and visit.start)
        (self - planned).problem = False
        for visit in planned:
            problems = visit.case_id._get_visit_problems(visit.start, visit.user_id)
            visit.problem = problems.get(visit.case_id.id, ("", False))[1]

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [
                {name: value for name, value in vals.items() if name not in RESULT_FIELDS}
                for vals in vals_list
            ]
        visits = super().create(vals_list)
        visits._check_may_plan()
        visits._check_rules()
        visits._make_events()
        return visits

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        result = super().write(vals)
        if not APPOINTMENT_FIELDS.isdisjoint(vals):
            planned = self.filtered(lambda visit: visit.state == "planned")
            planned._check_may_plan()
            planned._check_rules()
            planned._update_events()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Visits are history. Cancel the visit instead."))

    # === Checks === #
    def _check_write(self, vals):
        if not RESULT_FIELDS.isdisjoint(vals):
            raise UserError(self.env._("Enter how the visit went with the button “Result”."))
        if "case_id" in vals or any(visit.state != "planned" for visit in self):
            raise UserError(self.env._("What has been visited or cancelled stays as it is."))

    def _check_may_plan(self):
        """Collectors plan their own visits, supervisors everybody's."""
        if self.env.su or self.env.user.has_group("collections_followup.group_supervisor"):
            return
        if self.user_id - self.env.user:
            raise AccessError(self.env._("A supervisor plans visits for others."))

    def _check_rules(self):
        """A visit that must not be made is refused when it is planned."""
        for (start, user), visits in self.grouped(lambda v: (v.start, v.user_id)).items():
            problems = visits.case_id._get_visit_problems(start, user)
            for visit in visits:
                _code, sentence = problems.get(visit.case_id.id, ("", ""))
                if sentence:
                    raise UserError(
                        self.env._(
                            "%(debtor)s cannot be visited then. %(reason)s",
                            debtor=visit.partner_id.name,
                            reason=sentence,
                        )
                    )

    # === Actions === #
    def action_result(self):
        """How the visit went, on a screen for a phone."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "planned":
            raise UserError(self.env._("The visit has ended. Plan another one."))
        return self.case_id._open_dialog(
            "collection.visit.result",
            self.name,
            {
                "default_case_id": self.case_id.id,
                "default_visit_id": self.id,
                "default_channel": "visit",
                "dialog_size": "medium",
            },
        )

    def action_cancel(self):
        """The visit is not made; the calendar is free again."""
        self.check_access("write")
        self.filtered(lambda visit: visit.state == "planned")._set_cancelled(
            self.env.context.get("collection_reason") or ""
        )

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.get_formview_action()

    def action_receipt(self):
        """The receipt for the cash."""
        self.ensure_one()
        return self.payment_id.action_collection_receipt()

    # === State === #
    def _update_state(self, allowed, target, values=None):
        """Move visits to ``target``; those in another state than ``allowed`` are left alone."""
        moving = self.filtered(lambda visit: visit.state in allowed)
        # sudo: state and result are readonly for people; the dialogs write them.
        moving.sudo().write({"state": target, **(values or {})})
        return moving

    def _set_done(self, values):
        return self._update_state(("planned",), "done", values)

    def _set_cancelled(self, reason):
        cancelled = self._update_state(("planned",), "cancelled", {"cancel_reason": reason})
        # sudo: the appointment was made with the visit and goes with it.
        cancelled.sudo().calendar_event_id.with_context(collection_visit=True).active = False
        for visit in cancelled:
            text = self.env._("%(visit)s is cancelled. %(reason)s", visit=visit.name, reason=reason)
            visit.case_id._message_log(body=text)
        return cancelled

    # === Calendar === #
    def _prepare_event_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "start": self.start,
            "stop": self.start + timedelta(minutes=self.duration),
            "user_id": self.user_id.id,
            "location": self.address_text,
            "partner_ids": [fields.Command.set(self.user_id.partner_id.ids)],
        }

    def _events(self):
        # sudo: a supervisor plans in the calendars of others; nobody is sent an invitation.
        return (
            self.env["calendar.event"]
            .sudo()
            .with_context(
                collection_visit=True,
                no_mail_to_attendees=True,
                mail_notrack=True,
                mail_create_nolog=True,
            )
        )

    def _make_events(self):
        model_id = self.env["ir.model"]._get_id("collection.case")
        planned = self.filtered(lambda visit: not visit.calendar_event_id)
        events = self._events().create(
            [
                {
                    **visit._prepare_event_vals(),
                    "privacy": "confidential",
                    "res_model_id": model_id,
                    "res_id": visit.case_id.id,
                }
                for visit in planned
            ]
        )
        for visit, event in zip(planned, events, strict=True):
            # sudo: readonly for people.
            visit.sudo().calendar_event_id = event

    def _update_events(self):
        for visit in self.filtered("calendar_event_id"):
            event = self._events().browse(visit.calendar_event_id.id)
            event.write(visit._prepare_event_vals())
