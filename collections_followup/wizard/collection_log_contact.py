from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.res_partner import ROLES

#: Minutes above which a dialog was left open rather than a call held.
LONGEST_CALL = 120


class CollectionLogContact(models.TransientModel):
    """How a contact went: the outcome decides what is asked next, and what follows.

    What each outcome asks and does is in ``collection_log_contact_steps.py``.
    """

    _name = "collection.log.contact"
    _description = "Log Contact"

    # === Fields: the contact === #
    case_id = fields.Many2one("collection.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    debtor_id = fields.Many2one(related="case_id.partner_id")
    channel = fields.Selection(
        selection=lambda self: self.env["collection.channel"]._get_channels(),
        required=True,
        default="call",
    )
    direction = fields.Selection(
        [("out", "We contacted the debtor"), ("in", "The debtor contacted us")],
        required=True,
        default="out",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Spoke With",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', debtor_id)]",
    )
    address = fields.Char(
        string="Number or Address", compute="_compute_address", store=True, readonly=False
    )
    purpose = fields.Selection(
        selection=lambda self: self.env["collection.contact.log"]._fields["purpose"].selection,
        help="After a wish for silence only these are allowed. Kept in the log.",
    )
    started_at = fields.Datetime(required=True, default=fields.Datetime.now)
    outcome_id = fields.Many2one(
        "collection.contact.outcome",
        domain="[('used_on', 'in', channel == 'visit' and ['any', 'visit'] or ['any', 'call'])]",
    )
    next_step = fields.Selection(related="outcome_id.next_step")
    right_party = fields.Boolean(
        string="Right Person",
        compute="_compute_right_party",
        store=True,
        readonly=False,
        help="The debtor, or somebody entitled to speak for the debtor.",
    )
    delay_reason_id = fields.Many2one("collection.delay.reason", string="Why Late")
    duration = fields.Float(string="Minutes", help="Empty: the time this dialog was open.")
    note = fields.Text()

    # === Fields: may we? === #
    verdict_level = fields.Selection(
        [("ok", "Allowed"), ("warn", "Warning"), ("block", "Not allowed")],
        compute="_compute_verdict",
    )
    verdict_code = fields.Char(compute="_compute_verdict")
    verdict_reason = fields.Char(compute="_compute_verdict")
    verdict_source = fields.Char(compute="_compute_verdict")
    verdict_earliest = fields.Char(compute="_compute_verdict")
    may_override = fields.Boolean(compute="_compute_verdict")
    override_reason = fields.Char(string="Contact All the Same Because")

    # === Fields: what to look at while talking === #
    script_html = fields.Html(compute="_compute_script_html", sanitize=False)
    banner_html = fields.Html(related="case_id.banner_html", sanitize=False)

    # === Defaults === #
    @api.model
    def default_get(self, fields):
        """The outcome may be chosen beforehand, by its code in the context."""
        values = super().default_get(fields)
        code = self.env.context.get("collection_outcome")
        if code and "outcome_id" in fields:
            outcomes = self.env["collection.contact.outcome"]
            values["outcome_id"] = outcomes.search([("code", "=", code)], limit=1).id
        return values

    # === Compute methods === #
    @api.depends("case_id", "channel")
    def _compute_partner_id(self):
        for wizard in self:
            case, channel = wizard.case_id, wizard.channel
            if channel in ("call", "email", "sms", "letter"):
                person = case and (case._get_lawyer() or case._get_contact_person(channel))
            else:
                person = case.partner_id
            wizard.partner_id = person

    @api.depends("partner_id", "channel")
    def _compute_address(self):
        for wizard in self:
            partner = wizard.partner_id
            if wizard.channel == "email":
                wizard.address = partner.email
            elif wizard.channel in ("letter", "visit"):
                wizard.address = partner.contact_address_inline
            else:
                wizard.address = partner.phone

    @api.depends("outcome_id")
    def _compute_right_party(self):
        for wizard in self:
            wizard.right_party = wizard.outcome_id.right_party

    @api.depends("case_id", "channel", "direction", "address", "purpose")
    def _compute_verdict(self):
        supervisor = self.env.user.has_group("collections_followup.group_supervisor")
        for wizard in self:
            verdict = wizard._get_verdict()
            wizard.verdict_level = verdict.level if verdict else "ok"
            wizard.verdict_code = verdict.code if verdict else False
            wizard.verdict_reason = verdict.reason if verdict else False
            wizard.verdict_source = verdict.source if verdict else False
            wizard.verdict_earliest = verdict.earliest if verdict else False
            wizard.may_override = supervisor and wizard.verdict_level == "block"

    def _get_verdict(self):
        """What stands against the contact; who is called by the debtor may always answer."""
        self.ensure_one()
        if not self.case_id or self.direction == "in":
            return None
        return self.case_id._get_contact_verdict(
            self.channel,
            self.started_at,
            self._get_plain_address(),
            role=ROLES.get(self.partner_id.type, "consumer"),
            purpose=self.purpose or "",
        )

    def _get_plain_address(self):
        """Number or address as channels write it, so that the log can be searched by it."""
        if not self.address or self.channel not in ("call", "sms", "email"):
            return self.address
        return self.env["collection.wish"]._normalize_address(self.address, self.partner_id)

    @api.depends("case_id", "channel")
    def _compute_script_html(self):
        for wizard in self:
            wizard.script_html = wizard.case_id._get_script(wizard.channel)

    # === Actions === #
    def action_save(self):
        """Log the contact, with all that follows from its outcome."""
        self._save()
        return {"type": "ir.actions.act_window_close"}

    def action_save_next(self):
        """The same, and on to the next case of the work list."""
        case = self.case_id
        self._save()
        following = case._get_next_case()
        return {
            "type": "ir.actions.client",
            "tag": "collections_followup.next_case",
            "params": {"case": case.id, "fallback": following.id},
        }

    # === Business methods === #
    def _save(self):
        self.ensure_one()
        if not self.outcome_id:
            raise UserError(self.env._("Choose how the contact went."))
        self.case_id.check_access("write")
        override = self._check_verdict()
        self._check_step()
        log = self.case_id._log_contact(self.outcome_id, {**self._prepare_log_vals(), **override})
        self._do_step(log)
        return log

    def _check_verdict(self):
        """Refuse what the rules forbid, unless a supervisor gives a reason.

        :return: values of the log row that say who set a rule aside, and why
        """
        verdict = self._get_verdict()
        if not verdict or verdict.level != "block":
            return {}
        if not self.may_override:
            raise UserError(
                self.env._(
                    "This contact is not allowed now: %(reason)s %(rule)s\n"
                    "A supervisor can allow it, with a reason.",
                    reason=verdict.reason,
                    rule=verdict.source,
                )
            )
        if not (self.override_reason or "").strip():
            raise UserError(self.env._("Say why this contact is made although it is not allowed."))
        return {
            "override_reason": self.override_reason,
            "override_user_id": self.env.uid,
            "block_code": verdict.code,
        }

    def _prepare_log_vals(self):
        return {
            "channel": self.channel,
            "direction": self.direction,
            "moment": self.started_at,
            "partner_id": self.partner_id.id,
            "address": self._get_plain_address(),
            "purpose": self.purpose,
            "right_party": self.right_party,
            "delay_reason_id": self.delay_reason_id.id,
            "duration": self.duration or self._get_elapsed_minutes(),
            "note": self.note,
        }

    def _get_elapsed_minutes(self):
        elapsed = (fields.Datetime.now() - self.started_at) / timedelta(minutes=1)
        return round(elapsed, 1) if 0 <= elapsed <= LONGEST_CALL else 0
