from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ("planned", "Planned"),
    ("sent", "On Its Way"),
    ("done", "Arrived"),
    ("blocked", "Refused"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
#: What people may still write on a row of the engine. Its progress is written by what causes it
#: (a release, a delivery, a payment), through the methods below.
HAND_FIELDS = {"note"}
#: What makes a row one of the engine's: nobody plans or releases a contact by adding a row.
MACHINE_FIELDS = {"action_id", "occurrence", "run_id", "released", "message_id", "activity_id"}
#: What people log has happened already.
HAND_STATES = ("done", "failed")


class CollectionContactLog(models.Model):
    """One contact or attempt, made or refused, by the engine or by a person.

    Rows are added and make progress; they are never deleted and what they say is never changed.
    A row of the engine is also the notice itself: mail, letter and SMS texts are rendered on it.
    """

    _name = "collection.contact.log"
    _description = "Collection Contact"
    _order = "date desc, id desc"
    _rec_name = "case_id"
    _check_company_auto = True

    # === Fields === #
    case_id = fields.Many2one(
        "collection.case", required=True, index=True, ondelete="restrict", check_company=True
    )
    debtor_id = fields.Many2one(
        related="case_id.partner_id", store=True, index=True, string="Debtor"
    )
    company_id = fields.Many2one("res.company", required=True)
    channel = fields.Selection(selection="_selection_channel", required=True)
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming")], required=True, default="out"
    )
    state = fields.Selection(STATES, required=True, default="done")
    block_code = fields.Char(index="btree_not_null", help="Code of the refusal or failure.")
    block_reason = fields.Char(compute="_compute_block_reason")
    date = fields.Date(required=True, index=True, default=lambda self: self._today())
    moment = fields.Datetime(
        index="btree_not_null",
        default=lambda self: fields.Datetime.now(),
        help="When it happened, for the contact rules and for statistics by the hour.",
    )
    outcome_id = fields.Many2one(
        "collection.contact.outcome", ondelete="restrict", index="btree_not_null"
    )
    delay_reason_id = fields.Many2one(
        "collection.delay.reason", ondelete="restrict", index="btree_not_null"
    )
    right_party = fields.Boolean(help="The debtor, or somebody entitled to speak for the debtor.")
    duration = fields.Float(help="Minutes.")
    call_back_at = fields.Datetime(index="btree_not_null")
    date_done = fields.Datetime(string="Arrived On")
    user_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, index="btree_not_null"
    )
    partner_id = fields.Many2one("res.partner", string="Contacted Person", ondelete="set null")
    address = fields.Char(help="The e-mail address or number that was used.")
    stage_id = fields.Many2one("collection.stage", ondelete="restrict")
    action_id = fields.Many2one("collection.action", ondelete="restrict")
    occurrence = fields.Integer(help="Which attempt of this action this is.")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    amount = fields.Monetary(help="What was asked for, in the currency of the debt.")
    move_line_ids = fields.Many2many(
        "account.move.line",
        "collection_contact_log_line_rel",
        "log_id",
        "line_id",
        string="Items",
    )
    released = fields.Boolean(help="A person, or an automatic policy, has let this contact go.")
    not_before = fields.Datetime(help="The first moment at which the contact rules allow it.")
    run_id = fields.Many2one("collection.run", index="btree_not_null", ondelete="set null")
    message_id = fields.Many2one("mail.message", index="btree_not_null", ondelete="set null")
    activity_id = fields.Many2one("mail.activity", index="btree_not_null", ondelete="set null")
    printed_on = fields.Datetime(readonly=True)
    note = fields.Text()

    # What the notices show
    reference = fields.Char(related="case_id.reference")
    days_overdue = fields.Integer(compute="_compute_days_overdue")
    notice_preview = fields.Html(compute="_compute_notice_preview", sanitize=False)

    _occurrence_unique = models.UniqueIndex(
        "(case_id, action_id, currency_id, occurrence) WHERE action_id IS NOT NULL",
        "This contact has already been planned.",
    )
    _released_idx = models.Index("(company_id, id) WHERE state = 'planned' AND released")

    # === Compute methods === #
    @api.model
    def _selection_channel(self):
        return self.env["collection.channel"]._get_channels()

    @api.model
    def _today(self):
        return self.env["collection.case"]._today()

    @api.depends("block_code")
    def _compute_block_reason(self):
        reasons = self.env["collection.compliance"]._get_reasons()
        for log in self:
            log.block_reason = reasons.get(log.block_code, log.block_code) if log.block_code else ""

    @api.depends("move_line_ids", "date")
    def _compute_days_overdue(self):
        for log in self:
            dues = [d for d in log.move_line_ids.mapped("date_maturity") if d]
            log.days_overdue = max(0, (log.date - min(dues)).days) if dues else 0

    def _compute_notice_preview(self):
        """The text that was sent, or the one that would be."""
        for log in self:
            # sudo: whoever may read the entry may read its text.
            log.notice_preview = log.sudo().message_id.body or log._render_preview()

    @api.depends("case_id", "channel", "date")
    def _compute_display_name(self):
        labels = dict(self._selection_channel())
        for log in self:
            log.display_name = f"{log.case_id.display_name} – {labels.get(log.channel, '')}"

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            not MACHINE_FIELDS.isdisjoint(name for name, value in vals.items() if value)
            or vals.get("state", "done") not in HAND_STATES
            for vals in vals_list
        ):
            raise UserError(
                self.env._(
                    "Contacts are planned and released by the follow-up run. Log only what has "
                    "happened."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and set(vals) - HAND_FIELDS:
            raise UserError(
                self.env._(
                    "The contact log is append-only: add a new entry instead of changing this one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Entries of the contact log cannot be deleted."))

    # === Actions === #
    def action_release(self):
        """Make those of these contacts that are planned; the rest are left as they are."""
        self._check_may_release()
        planned = self.filtered(lambda log: log.state == "planned" and log.run_id)
        if not planned:
            raise UserError(self.env._("None of these contacts is waiting for release."))
        for run, logs in planned.grouped("run_id").items():
            run._release(logs)

    def action_cancel(self):
        """Do not make these planned contacts; the next run proposes them again."""
        self._check_may_release()
        self._set_cancelled("not_released")

    def action_mark_arrived(self):
        """A person says that the letter was posted or the debtor was reached."""
        self.check_access("write")
        self.filtered(lambda log: log.state != "planned")._set_done()

    def action_mark_failed(self):
        """A person says that the letter came back or nobody answered."""
        self.check_access("write")
        self.filtered(lambda log: log.state != "planned")._set_failed("returned")

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.get_formview_action()

    def _check_may_release(self):
        if not self.env.user.has_group("collections_followup.group_supervisor"):
            raise UserError(self.env._("Only a supervisor may release or cancel planned contacts."))

    # === Texts === #
    def _get_mail_template(self):
        """The text of an e-mail or letter. Hook: contacts without an action have another."""
        # sudo: templates belong to the administrator; whoever may read the row may read its text.
        return self.action_id.sudo().mail_template_id

    def _get_sms_template(self):
        """The text of an SMS. Hook: contacts without an action have another."""
        # sudo: as above.
        return self.action_id.sudo().sms_template_id

    # === State === #
    def _update_state(self, allowed, target, values=None):
        """Move rows to ``target``; those in another state than ``allowed`` are left alone.

        :return: the rows that moved
        """
        moving = self.filtered(lambda log: log.state in allowed)
        # sudo: progress is written by whoever caused it (a mail server's answer, a payment, a
        # collector), also on rows that this user may only read.
        moving.sudo().write({"state": target, **(values or {})})
        return moving

    def _set_sent(self):
        values = {"block_code": False, "moment": fields.Datetime.now(), "not_before": False}
        return self._update_state(("planned",), "sent", values)

    def _set_blocked(self, code, note=False):
        blocked = self._update_state(("planned",), "blocked", {"block_code": code, "note": note})
        self.env["collection.engine"]._review_again(blocked)
        return blocked

    def _set_cancelled(self, code=False):
        cancelled = self._update_state(("planned",), "cancelled", {"block_code": code})
        self.env["collection.engine"]._review_again(cancelled)
        return cancelled

    def _set_done(self):
        """The contact arrived: its items have been reached in their stage."""
        done = self._update_state(
            ("planned", "sent", "failed"),
            "done",
            {"date_done": fields.Datetime.now(), "block_code": False},
        )
        self.env["collection.engine"]._mark_reached(done)
        return done

    def _set_failed(self, code):
        """The contact did not arrive: its items have not been reached after all."""
        failed = self._update_state(("planned", "sent", "done"), "failed", {"block_code": code})
        self.env["collection.engine"]._unmark_reached(failed)
        return failed

    def _renumber_for(self, case):
        """Give attempts the next free numbers of another case, which takes them over."""
        highest = {}
        for action, currency, number in self._read_group(
            [("case_id", "=", case.id)], ["action_id", "currency_id"], ["occurrence:max"]
        ):
            highest[action, currency] = number
        for log in self.filtered("action_id").sorted("id"):
            key = (log.action_id, log.currency_id)
            highest[key] = highest.get(key, 0) + 1
            log.occurrence = highest[key]
