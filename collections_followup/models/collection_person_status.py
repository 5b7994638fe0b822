from odoo import api, fields, models
from odoo.exceptions import UserError

from ..words import day_text

KINDS = [
    ("deceased", "Deceased"),
    ("insolvency", "Insolvency"),
    ("minor", "Minor"),
    ("ward", "Under Guardianship"),
]
#: Kind → type of the contact who speaks for the debtor.
SPEAKERS = {
    "deceased": "executor",
    "insolvency": "administrator",
    "minor": "guardian",
    "ward": "guardian",
}
#: Kinds that put the whole case on hold; for the others the guardian is contacted instead.
HELD = ("deceased", "insolvency")
#: What is said first where a person has several.
GRAVITY = {"deceased": 0, "insolvency": 1, "ward": 2, "minor": 3}
CLAIM = "collections_followup.activity_type_claim"
HEARING = "collections_followup.activity_type_hearing"
#: Days before the last day to register a claim on which somebody must do it.
EARLY = 7
EDITABLE = {
    "date_event",
    "told_by",
    "representative_id",
    "court",
    "file_number",
    "proceeding",
    "claim_deadline",
    "claim_registered_on",
    "claim_amount",
    "claim_result",
    "claim_admitted",
    "hearing_date",
    "date_of_age",
    "end_reason",
}


class CollectionPersonStatus(models.Model):
    """The debtor has died, is insolvent, under age or under guardianship: since when, who speaks
    for the debtor now, and what must be done by when. Contacts with the debtor stop; who speaks
    for the debtor may be contacted."""

    _name = "collection.person.status"
    _description = "Status of a Person"
    _inherit = ["collection.case.request"]
    _order = "date_known desc, id desc"

    # === Fields === #
    kind = fields.Selection(KINDS, required=True, readonly=True, tracking=True)
    date_event = fields.Date(
        string="Since", help="Day of death, of the opening of proceedings, of the court's order."
    )
    date_known = fields.Date(
        required=True, readonly=True, default=lambda self: self.env["collection.case"]._today()
    )
    told_by = fields.Char(string="Told by", help="Who said so, or which paper shows it.")
    user_id = fields.Many2one(
        "res.users", string="Entered by", default=lambda self: self.env.user, readonly=True
    )
    representative_id = fields.Many2one(
        "res.partner",
        string="Who Speaks for the Debtor",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', partner_id)]",
        tracking=True,
        help="Executor or administrator of the estate, insolvency administrator, parent or "
        "guardian: a contact of the debtor of that type.",
    )
    court = fields.Char()
    file_number = fields.Char(string="Number of the File")
    hold_id = fields.Many2one(
        "collection.hold", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(
        [("current", "Current"), ("ended", "Ended")],
        required=True,
        default="current",
        readonly=True,
        tracking=True,
    )
    date_end = fields.Date(readonly=True)
    end_reason = fields.Char(string="Ended Because")

    # === Fields: insolvency === #
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    proceeding = fields.Selection(
        [
            ("bankruptcy", "Bankruptcy"),
            ("reorganisation", "Reorganization"),
            ("consumer", "Consumer Insolvency"),
            ("composition", "Composition"),
            ("other", "Other"),
        ],
        string="Proceedings",
    )
    claim_deadline = fields.Date(string="Register the Claim by")
    claim_registered_on = fields.Date(string="Claim Registered", tracking=True)
    claim_amount = fields.Monetary(
        string="Claim", compute="_compute_claim_amount", store=True, readonly=False
    )
    claim_result = fields.Selection(
        [("admitted", "Admitted"), ("partly", "Partly Admitted"), ("contested", "Contested")],
        string="Decision",
        tracking=True,
    )
    claim_admitted = fields.Monetary(string="Admitted Amount")
    claim_state = fields.Selection(
        [("due", "To Register"), ("late", "Too Late"), ("registered", "Registered")],
        compute="_compute_claim_state",
    )
    hearing_date = fields.Date(string="Hearing")
    date_of_age = fields.Date(string="Of Age On", help="The guardian is contacted until then.")

    _one_current = models.UniqueIndex(
        "(case_id, kind) WHERE state = 'current'", "This has been recorded already."
    )
    _debtor_idx = models.Index("(partner_id, kind) WHERE state = 'current'")

    # === Compute methods === #
    @api.depends("partner_id", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for status in self:
            status.display_name = f"{status.partner_id.name or ''}: {labels.get(status.kind, '')}"

    @api.depends("kind", "case_id")
    def _compute_claim_amount(self):
        for status in self:
            status.claim_amount = status.kind == "insolvency" and status.case_id.amount_open

    @api.depends("claim_deadline", "claim_registered_on", "kind")
    def _compute_claim_state(self):
        today = self.env["collection.case"]._today()
        for status in self:
            last = status.claim_deadline
            state = "late" if last and last < today else "due"
            state = "registered" if status.claim_registered_on else state
            status.claim_state = status.kind == "insolvency" and state

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        cases = self.env["collection.case"].browse({vals["case_id"] for vals in vals_list})
        cases.check_access("write")
        if not self.env.su:
            fixed = {"state": "current", "user_id": self.env.uid, "hold_id": False}
            vals_list = [{**vals, **fixed} for vals in vals_list]
        # sudo: also what a colleague has recorded.
        known = self.sudo().search([("case_id", "in", cases.ids), ("state", "=", "current")])
        for vals in vals_list:
            if (vals["case_id"], vals["kind"]) in {(s.case_id.id, s.kind) for s in known}:
                raise UserError(self.env._("This has been recorded on the case already."))
        statuses = super().create(vals_list)
        statuses._check_days()
        statuses._hold()
        statuses._watch()
        statuses._tell_cases()
        return statuses

    def write(self, vals):
        chatter = {name for name in vals if name.startswith(("message_", "activity_"))}
        if not self.env.su and (
            set(vals) - EDITABLE - chatter or any(status.state != "current" for status in self)
        ):
            raise UserError(self.env._("What was recorded stays. End it, and record it anew."))
        result = super().write(vals)
        if set(vals) & EDITABLE:
            self._check_days()
        if set(vals) & {"claim_deadline", "claim_registered_on", "hearing_date"}:
            self._watch()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # sudo: the scheduled cleaning, and nobody by hand.
        if not self.env.su:
            raise UserError(self.env._("What was recorded about a person is not deleted by hand."))

    def _check_days(self):
        today = self.env["collection.case"]._today()
        for status in self:
            if status.date_event and status.date_event > today:
                raise UserError(self.env._("The day since when it is so cannot lie ahead."))
            registered = status.claim_registered_on
            if registered and registered > today:
                raise UserError(self.env._("A claim cannot have been registered in the future."))

    # === Actions === #
    def action_end(self):
        """It is not so any more, or never was: the hold ends and the case goes on."""
        self.check_access("write")
        current = self.filtered(lambda status: status.state == "current")
        if not all((status.end_reason or "").strip() for status in current):
            raise UserError(self.env._("Write down why it has ended, then end it."))
        current.hold_id.action_end()
        # sudo: readonly for people; the right has been checked.
        current.sudo().write({"state": "ended", "date_end": self.env["collection.case"]._today()})
        current.case_id._review_now()

    def action_registered(self):
        """The claim was registered today."""
        self.check_access("write")
        self.filtered(lambda status: status.kind == "insolvency").write(
            {"claim_registered_on": self.env["collection.case"]._today()}
        )

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.get_formview_action()

    # === What follows === #
    def _hold(self):
        """No contacts with the dead and the insolvent, and no interest since the day it is so."""
        today = self.env["collection.case"]._today()
        reasons = self.env["collection.hold.reason"].search([("code", "in", HELD)])
        by_code = {reason.code: reason for reason in reasons}
        for status in self.filtered(lambda status: status.kind in by_code):
            reason = by_code[status.kind]
            same = status.case_id.current_hold_ids.filtered(
                lambda hold, reason=reason: hold.reason_id == reason and not hold.move_ids
            )
            hold = same[:1] or self.env["collection.hold"].create(
                {
                    "case_id": status.case_id.id,
                    "reason_id": reason.id,
                    "date_from": min(status.date_event or today, today),
                    "note": status.told_by,
                }
            )
            status.sudo().hold_id = hold  # sudo: readonly for people

    def _watch(self):
        """Activities before the claim must be registered, and for the hearing."""
        for status in self.filtered(lambda status: status.kind == "insolvency"):
            status_sudo = status.sudo()  # sudo: the activities are kept by the record
            status_sudo.activity_unlink([CLAIM, HEARING])
            if status.state != "current":
                continue
            if not status.claim_registered_on:
                day = status.claim_deadline and fields.Date.subtract(
                    status.claim_deadline, days=EARLY
                )
                status_sudo._remind(CLAIM, day or self.env["collection.case"]._today())
            if status.hearing_date:
                status_sudo._remind(HEARING, status.hearing_date)

    def _remind(self, kind, day):
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            kind,
            date_deadline=day,
            user_id=self.env["collection.engine"]._get_responsible(self.case_id).id,
        )

    def _tell_cases(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for status in self:
            # sudo: the history of a case is written whoever records.
            status.case_id.sudo()._message_log(
                body=self.env._(
                    "%(status)s since %(date)s. %(told)s",
                    status=labels[status.kind],
                    date=day_text(self.env, status.date_event or status.date_known),
                    told=status.told_by or "",
                ),
                author_id=self.env.user.partner_id.id,
            )
        self.case_id._review_now()
