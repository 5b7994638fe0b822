from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.tracing import combine_confidence

REASONS = [
    ("returned", "Letter came back"),
    ("moved", "Moved away"),
    ("wrong_number", "Number is not the debtor's"),
    ("bounced", "E-mail came back"),
    ("no_answer", "Answers nothing"),
    ("other", "Another reason"),
]
#: Reasons that say that the postal address is wrong.
WRONG_ADDRESS = {"returned", "moved"}
#: What a letter is addressed to.
WRITTEN = ("street", "street2", "zip", "city")
ACTIVITY = "collections_followup.activity_type_trace"
EDITABLE = {"reason", "stops_letters", "result", "user_id"}


class CollectionTrace(models.Model):
    """A search for a debtor who cannot be reached: why, who was asked, what was found, and what
    it cost. While it lasts, no letters go to an address that is known to be wrong."""

    _name = "collection.trace"
    _description = "Tracing"
    _inherit = ["collection.case.request"]
    _order = "date_start desc, id desc"

    # === Fields === #
    name = fields.Char(compute="_compute_name")
    reason = fields.Selection(REASONS, required=True, default="returned", tracking=True)
    stops_letters = fields.Boolean(
        string="The address is wrong",
        compute="_compute_stops_letters",
        store=True,
        readonly=False,
        help="No letters are sent while the search lasts. Other channels go on as the rules say.",
    )
    wrong_address = fields.Char(
        string="Last Known Address",
        readonly=True,
        copy=False,
        help="Where the debtor was sought in vain: no letters are sent there while it is wrong.",
    )
    state = fields.Selection(
        [
            ("open", "Searching"),
            ("found", "Found"),
            ("not_found", "Not Found"),
            ("cancelled", "Given Up"),
        ],
        required=True,
        default="open",
        readonly=True,
        tracking=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users", string="Searched by", required=True, default=lambda self: self.env.user
    )
    date_start = fields.Date(
        string="Since",
        required=True,
        readonly=True,
        default=lambda self: self.env["collection.case"]._today(),
    )
    date_end = fields.Date(string="Ended", readonly=True, copy=False)
    lead_ids = fields.One2many("collection.trace.lead", "trace_id", string="Sources Asked")
    lead_count = fields.Integer(compute="_compute_figures", store=True)
    confidence = fields.Integer(
        string="Confidence (%)",
        compute="_compute_figures",
        store=True,
        help="How sure the best address or number is: that of the verified lead, or what the open "
        "leads that agree are sure of together.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    cost = fields.Monetary(compute="_compute_figures", store=True)
    result = fields.Text(help="What came out, for whoever looks next time.")

    _one_open = models.UniqueIndex(
        "(case_id) WHERE state = 'open'", "This debtor is being searched for already."
    )

    # === Compute methods === #
    @api.depends("partner_id", "date_start")
    def _compute_name(self):
        for trace in self:
            trace.name = self.env._("Search for %(debtor)s", debtor=trace.partner_id.name or "?")

    @api.depends("reason")
    def _compute_stops_letters(self):
        for trace in self:
            trace.stops_letters = trace.reason in WRONG_ADDRESS

    @api.depends("lead_ids.state", "lead_ids.confidence", "lead_ids.cost")
    def _compute_figures(self):
        for trace in self:
            leads = trace.lead_ids
            trace.lead_count = len(leads)
            trace.cost = sum(leads.mapped("cost"))
            verified = leads.filtered(lambda lead: lead.state == "verified")
            trace.confidence = max(verified.mapped("confidence"), default=0) or max(
                (
                    combine_confidence(group.mapped("confidence"))
                    for group in leads.filtered(lambda lead: lead.state == "new")
                    .grouped(lambda lead: lead._get_key())
                    .values()
                ),
                default=0,
            )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        cases = self.env["collection.case"].browse({vals["case_id"] for vals in vals_list})
        cases.check_access("write")
        # sudo: also a search that a colleague has begun.
        known = self.sudo().search([("case_id", "in", cases.ids), ("state", "=", "open")], limit=1)
        if known:
            raise UserError(
                self.env._(
                    "%(debtor)s is being searched for already, by %(who)s.",
                    debtor=known.partner_id.name,
                    who=known.user_id.name,
                )
            )
        return super().create([self._note_address(vals) for vals in vals_list])

    @api.model
    def _note_address(self, vals):
        # sudo: the address of the debtor of a case that may be written.
        partner = self.env["collection.case"].browse(vals["case_id"]).sudo().partner_id
        written = ", ".join(filter(None, (partner[name] for name in WRITTEN)))
        return {**vals, "wrong_address": written}

    def write(self, vals):
        own = {name for name in vals if name in self._fields} - {"lead_ids"}
        if not self.env.su:
            touched = {n for n in own if not n.startswith(("message_", "activity_"))}
            if touched - EDITABLE:
                raise UserError(self.env._("End the search with one of its buttons."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        # sudo: the scheduled cleaning, and nobody by hand.
        if not self.env.su:
            raise UserError(self.env._("Searches are kept as long as the company has set."))

    # === Actions === #
    def action_ask(self):
        """Ask a source: the dialog says what may be said."""
        self.ensure_one()
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask a Source"),
            "res_model": "collection.trace.lead",
            "view_mode": "form",
            "views": [
                (
                    self.env.ref("collections_followup.collection_trace_lead_view_form_ask").id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_trace_id": self.id},
        }

    def action_not_found(self):
        """Nothing came out; somebody decides how the case goes on."""
        self._check_open()
        if not all((trace.result or "").strip() for trace in self):
            raise UserError(self.env._("Write down what was tried, then end the search."))
        self._end("not_found")

    def action_cancel(self):
        """The search is not needed any more; letters go out again."""
        self._check_open()
        self._end("cancelled")

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.get_formview_action()

    # === Business methods === #
    def _check_open(self):
        self.check_access("write")
        if any(trace.state != "open" for trace in self):
            raise UserError(self.env._("This search has ended. Begin another one on the case."))

    def _end(self, state):
        """The case goes on, and the activity to find the debtor is done."""
        # sudo: readonly for people; the right was checked by the caller.
        traces_sudo = self.sudo()
        traces_sudo.write({"state": state, "date_end": self.env["collection.case"]._today()})
        labels = dict(self._fields["state"]._description_selection(self.env))
        for trace in traces_sudo:
            trace.case_id._message_log(
                body=self.env._(
                    "Search for the debtor: %(result)s. %(note)s",
                    result=labels[state],
                    note=trace.result or "",
                ),
                author_id=self.env.user.partner_id.id,
            )
        traces_sudo.case_id.activity_unlink([ACTIVITY])
        traces_sudo.case_id._review_now()
