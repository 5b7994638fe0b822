from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.tracing import needs_notice, notice_due, person_key
from .collection_address_change import ADDRESS

#: What a source may know of a debtor, and the contact takes over.
FOUND = (*ADDRESS, "phone", "email")
#: What people write on a lead before it is verified or found wrong.
EDITABLE = {*FOUND, "employer", "answer", "confidence", "cost"}
OPEN = {"asked", "new"}


class CollectionTraceLead(models.Model):
    """One source that was asked in a search, and what it said: with date, cost and confidence.

    A question the rules do not allow is kept as a refused row with its code. What may be asked is
    in ``collection_trace_lead_ask.py``.
    """

    _name = "collection.trace.lead"
    _description = "Source Asked in a Search"
    _order = "date desc, id desc"
    _check_company_auto = True

    # === Fields === #
    trace_id = fields.Many2one(
        "collection.trace", required=True, index=True, readonly=True, ondelete="cascade"
    )
    case_id = fields.Many2one(related="trace_id.case_id", store=True, index=True)
    partner_id = fields.Many2one(related="trace_id.partner_id", string="Debtor", store=True)
    company_id = fields.Many2one(related="trace_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    source_id = fields.Many2one("collection.trace.source", required=True, ondelete="restrict")
    third_party = fields.Boolean(related="source_id.third_party")
    may_say = fields.Text(related="source_id.may_say")
    channel = fields.Selection(
        [
            ("search", "Looked it up"),
            ("call", "Phone Call"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("visit", "Visit"),
        ],
        string="How",
        required=True,
        default="search",
    )
    person = fields.Char(string="Who Was Asked", help="Name of the person, neighbor or office.")
    person_key = fields.Char(compute="_compute_person_key", store=True)
    person_address = fields.Char(string="Number or Address of That Person")
    question = fields.Text(help="What was said or written. To others never a word of the debt.")
    again_reason = fields.Char(
        string="Asked Again Because",
        help="Only if the person asked for it, or the earlier answer was wrong or incomplete.",
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now, readonly=True)
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user, readonly=True)
    cost = fields.Monetary(compute="_compute_cost", store=True, readonly=False)
    confidence = fields.Integer(
        string="Confidence (%)", compute="_compute_confidence", store=True, readonly=False
    )
    state = fields.Selection(
        [
            ("refused", "Not Allowed"),
            ("asked", "Asked"),
            ("none", "Knew Nothing"),
            ("new", "To Check"),
            ("verified", "Verified"),
            ("wrong", "Wrong"),
        ],
        required=True,
        default="asked",
        readonly=True,
    )
    block_code = fields.Char(readonly=True)
    block_text = fields.Char(string="Why Not", readonly=True)

    # === Fields: what was found === #
    answer = fields.Text(help="What was said. Write nothing about health, beliefs or origin.")
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    state_id = fields.Many2one(
        "res.country.state", string="Province or State", domain="[('country_id', '=?', country_id)]"
    )
    country_id = fields.Many2one("res.country")
    phone = fields.Char()
    email = fields.Char()
    employer = fields.Char()
    found = fields.Char(string="What Was Found", compute="_compute_found")
    line_text = fields.Char(string="Found", compute="_compute_line_text")

    # === Fields: telling the person === #
    obtained_on = fields.Date(string="Obtained", readonly=True)
    notice_due = fields.Date(
        string="Tell the Person by",
        compute="_compute_notice_due",
        store=True,
        help="GDPR, Article 14: within a month, and with the first contact that uses the data.",
    )
    notice_date = fields.Date(string="Told On", readonly=True)

    _check_confidence = models.Constraint(
        "CHECK(confidence BETWEEN 0 AND 100)", "Confidence is a percentage from 0 to 100."
    )
    _check_cost = models.Constraint("CHECK(cost >= 0)", "A cost cannot be negative.")

    # === Compute methods === #
    @api.depends("person")
    def _compute_person_key(self):
        for lead in self:
            lead.person_key = person_key(lead.person or "") or False

    @api.depends("source_id")
    def _compute_cost(self):
        for lead in self:
            lead.cost = lead.source_id.cost

    @api.depends("source_id")
    def _compute_confidence(self):
        for lead in self:
            lead.confidence = lead.source_id.reliability

    @api.depends("source_id", "person")
    def _compute_display_name(self):
        for lead in self:
            lead.display_name = ", ".join(filter(None, (lead.source_id.name, lead.person)))

    @api.depends(*FOUND, "employer")
    def _compute_found(self):
        for lead in self:
            place = " ".join(filter(None, (lead.zip, lead.city)))
            parts = (
                lead.street,
                lead.street2,
                place,
                lead.country_id.name,
                lead.phone,
                lead.email,
                lead.employer,
            )
            lead.found = ", ".join(filter(None, parts))

    @api.depends("found", "block_text", "answer")
    def _compute_line_text(self):
        """What a list shows: what was found, why nobody was asked, or what was said."""
        for lead in self:
            lead.line_text = lead.found or lead.block_text or lead.answer

    @api.depends("obtained_on", "case_id", "partner_id.country_id", "partner_id.is_company")
    def _compute_notice_due(self):
        for lead in self:
            # sudo: whether a law applies must not depend on who may read the contact.
            debtor, company = lead.partner_id.sudo(), lead.company_id.sudo()
            countries = {company.country_id.code, debtor.country_id.code} - {False}
            due = lead.obtained_on and needs_notice(not debtor.is_company, countries)
            lead.notice_due = due and notice_due(lead.obtained_on)

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        traces = self.env["collection.trace"].browse({vals["trace_id"] for vals in vals_list})
        traces._check_open()
        leads = super().create([self._fix_values(vals) for vals in vals_list])
        leads._check_question()
        leads._ask_rules()
        leads._note_answers()
        return leads

    @api.model
    def _fix_values(self, vals):
        """What people cannot choose: when, who, and how it ended."""
        # Refused until the rules have been asked, so that it does not stand in its own way.
        fixed = {"state": "refused", "block_code": False}
        if not self.env.su:
            vals = {name: v for name, v in vals.items() if name not in ("date", "user_id")}
            fixed.update(notice_date=False, obtained_on=False)
        return {**vals, **fixed}

    def write(self, vals):
        if not self.env.su:
            closed = any(lead.state not in OPEN for lead in self)
            if set(vals) - EDITABLE or closed:
                raise UserError(
                    self.env._("What was asked and answered stays as it was. Ask again instead.")
                )
        result = super().write(vals)
        if set(vals) & {*FOUND, "employer", "answer"}:
            self._note_answers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # sudo: the scheduled cleaning, and nobody by hand.
        if not self.env.su:
            raise UserError(self.env._("Leads are kept as long as the company has set."))

    @api.constrains("email", "phone")
    def _check_found(self):
        Change = self.env["collection.address.change"]
        for lead in self:
            try:
                Change._check_values({"email": lead.email, "phone": lead.phone})
            except UserError as error:
                raise ValidationError(str(error)) from error

    # === Business methods === #
    def _note_answers(self):
        """An answer with something in it is a lead to check, obtained today."""
        today = self.env["collection.case"]._today()
        news = self.filtered(lambda lead: lead.state == "asked" and lead.found)
        # sudo: state and date are kept for people by what they enter.
        news.sudo().write({"state": "new", "obtained_on": today})
        news._watch_notice()

    def _get_key(self):
        """What two leads must have in common to confirm each other."""
        self.ensure_one()
        place = (self.zip or self.city or "", self.street or "")
        return tuple(part.lower() for part in place) if any(place) else self.phone or self.email

    def _get_values(self):
        """What was found, as a change of address takes it."""
        self.ensure_one()
        values = {name: self[name] for name in FOUND if self[name]}
        if set(values) & set(ADDRESS):
            # A new address replaces the old one as a whole.
            values.update({name: self[name] for name in ADDRESS if name != "country_id"})
        return {
            name: value.id if name in ("state_id", "country_id") and value else value
            for name, value in values.items()
        }
