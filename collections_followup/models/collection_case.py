from stdnum import iso11649

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mail import plaintext2html

from ..tools.identifiers import make_creditor_reference

STATES = [
    ("open", "Open"),
    ("on_hold", "On Hold"),
    ("handed_over", "Handed Over"),
    ("closed", "Closed"),
]


#: What people may change on a case; everything else is written by the engine.
EDITABLE_FIELDS = {"user_id", "active"}
#: Fields of the chatter and the activities begin so.
CHATTER = ("message", "activity", "website", "rating", "my")


class CollectionCase(models.Model):
    """Everything one debtor owes to one company, and what is done about it.

    Figures (``amount_open`` and so on) and the stage are written by the engine and by
    :meth:`_refresh`, in bulk; see ``collection_case_balance.py``.
    """

    _name = "collection.case"
    _description = "Collection Case"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "amount_overdue desc, id"
    _rec_names_search = ["partner_id", "reference"]
    _check_company_auto = True
    _mail_post_access = "read"

    # === Fields: identity === #
    partner_id = fields.Many2one(
        "res.partner",
        string="Debtor",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(
        "res.currency", related="company_id.currency_id", string="Company Currency"
    )
    reference = fields.Char(
        string="Payment Reference",
        compute="_compute_reference",
        search="_search_reference",
        help="ISO 11649 creditor reference of the case, printed on every letter. A payment that "
        "quotes it is recognised as this debtor's.",
    )
    state = fields.Selection(STATES, required=True, default="open", tracking=True, readonly=True)
    date_opened = fields.Date(readonly=True)
    date_closed = fields.Date(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
    )
    active = fields.Boolean(default=True)

    # === Fields: ladder === #
    policy_id = fields.Many2one("collection.policy", readonly=True)
    stage_id = fields.Many2one(
        "collection.stage", readonly=True, group_expand="_group_expand_stage"
    )
    stage_since = fields.Date(string="In Stage Since", readonly=True)
    next_review_date = fields.Date(
        readonly=True, help="The next nightly run that looks at this case again."
    )
    reviewed_on = fields.Date(readonly=True, help="The last run that looked at this case.")
    no_contact_code = fields.Char(readonly=True)
    no_contact_reason = fields.Char(
        string="Why Not Now", readonly=True, help="Why nothing was sent by the last run."
    )
    error_text = fields.Text(string="Last Error", readonly=True)
    error_date = fields.Datetime(readonly=True)

    # === Fields: figures === #
    amount_open = fields.Monetary(
        readonly=True, help="Balance of the receivable accounts, in the company's currency."
    )
    amount_overdue = fields.Monetary(
        readonly=True,
        help="Past its due date and not covered by credits, in the company's currency.",
    )
    amount_credit = fields.Monetary(
        string="Unapplied Credits",
        readonly=True,
        help="Payments on account and credit notes that have not been matched with invoices.",
    )
    oldest_due_date = fields.Date(readonly=True)
    open_item_count = fields.Integer(string="Open Items", readonly=True)
    days_overdue = fields.Integer(compute="_compute_days_overdue", search="_search_days_overdue")
    score = fields.Float(readonly=True, help="The higher, the sooner somebody should call.")

    # === Fields: related records === #
    item_ids = fields.One2many("collection.item", "case_id", readonly=True)
    log_ids = fields.One2many("collection.contact.log", "case_id", readonly=True)
    log_count = fields.Integer(compute="_compute_log_count")
    move_line_ids = fields.Many2many(
        "account.move.line", compute="_compute_move_line_ids", string="Open Journal Items"
    )
    currency_summary = fields.Json(compute="_compute_currency_summary")
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)
    last_contact_date = fields.Date(compute="_compute_last_contact_date")
    partner_phone = fields.Char(related="partner_id.phone")
    partner_email = fields.Char(related="partner_id.email")

    _unique_open = models.UniqueIndex(
        "(partner_id, company_id) WHERE state <> 'closed'",
        "This debtor already has a case in this company.",
    )
    _review_idx = models.Index("(company_id, next_review_date) WHERE state = 'open'")
    _overdue_idx = models.Index("(amount_overdue DESC, id)")
    _score_idx = models.Index("(score DESC, id)")

    # === Compute methods === #
    @api.depends("partner_id")
    def _compute_display_name(self):
        for case in self:
            case.display_name = case.partner_id.display_name or self.env._("New case")

    def _compute_reference(self):
        for case in self:
            case.reference = (
                make_creditor_reference(f"{case._origin.id:08d}") if case._origin else False
            )

    def _search_reference(self, operator, value):
        if operator not in ("in", "=", "ilike", "=ilike", "like"):
            return NotImplemented
        values = [value] if isinstance(value, str) else value
        ids = [case_id for text in values if (case_id := self._id_of_reference(text))]
        return [("id", "in", ids)]

    @api.depends("oldest_due_date")
    @api.depends_context("collection_on")
    def _compute_days_overdue(self):
        today = self._today()
        for case in self:
            due = case.oldest_due_date
            case.days_overdue = max(0, (today - due).days) if due else 0

    def _search_days_overdue(self, operator, value):
        if operator not in ("<", "<=", ">", ">=") or not isinstance(value, int):
            return NotImplemented
        # More days overdue means an earlier date: the comparison turns round.
        mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}[operator]
        limit = fields.Date.subtract(self._today(), days=value)
        domain = Domain("oldest_due_date", mirrored, limit)
        if mirrored in (">", ">="):
            domain |= Domain("oldest_due_date", "=", False)
        return domain

    def _compute_log_count(self):
        counts = dict(
            self.env["collection.contact.log"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.log_count = counts.get(case, 0)

    def _compute_last_contact_date(self):
        dates = dict(
            self.env["collection.contact.log"]._read_group(
                [("case_id", "in", self.ids), ("state", "in", ("sent", "done"))],
                ["case_id"],
                ["date:max"],
            )
        )
        for case in self:
            case.last_contact_date = dates.get(case)

    def _compute_move_line_ids(self):
        lines = self._get_open_lines()
        for case in self:
            case.move_line_ids = lines.get(case.id, self.env["account.move.line"])

    def _compute_currency_summary(self):
        for case in self:
            case.currency_summary = self.env["collection.engine"]._get_balances(case)

    def _compute_explanation(self):
        for case in self:
            case.explanation = self.env["collection.engine"]._explain(case)._to_html()

    @api.model
    def _group_expand_stage(self, stages, domain):
        """Show the whole ladder of the policies in sight, empty stages included."""
        return stages.policy_id.stage_ids or stages.search([])

    # === CRUD === #
    def write(self, vals):
        own = {name for name in vals if name in self._fields and name.split("_")[0] not in CHATTER}
        if not self.env.su and own - self._get_editable_fields():
            raise UserError(
                self.env._(
                    "Stage, state and figures of a case are kept by the follow-up run and cannot "
                    "be changed by hand."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_contacted(self):
        if self.log_ids:
            raise UserError(
                self.env._(
                    "Cases with contacts cannot be deleted, because the contact log must be kept. "
                    "They close by themselves when everything is paid."
                )
            )

    # === Actions === #
    def action_explain(self):
        """Why this stage, what comes next and when, and why not now.

        :return: a list of plain sentences, in the user's language
        :rtype: list[str]
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["collection.engine"]._explain(self).sentences

    def action_open_partner(self):
        self.ensure_one()
        return self.partner_id.get_formview_action()

    def action_view_open_items(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_open_item_action"
        )
        return {**action, "domain": [("id", "in", self.move_line_ids.ids)]}

    def action_view_logs(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_contact_log_action"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {"create": False}}

    def action_refresh(self):
        """Bring the figures up to date and let the next run look at the case again."""
        self.check_access("write")
        self._refresh(self.partner_id, on=self._today(), companies=self.company_id)
        self._review_now()

    # === Business methods === #
    @api.model
    def _today(self):
        """The day of the user, or the one an entry point has put into the context."""
        return self.env.context.get("collection_on") or fields.Date.context_today(self)

    @api.model
    def _get_editable_fields(self):
        """Fields people may write; a hook for extensions that add their own."""
        return EDITABLE_FIELDS

    @api.model
    def _id_of_reference(self, text):
        """Identifier of the case that a creditor reference names, or ``None``."""
        compact = iso11649.compact(text or "")
        if not iso11649.is_valid(compact):
            return None
        digits = compact[4:].lstrip("0")
        return int(digits) if digits.isdigit() else None

    def _review_now(self, on=None):
        """Let the next run look at these cases, because something about them has changed."""
        # sudo: the date is readonly for people; what they did elsewhere moves it.
        self.sudo().write({"next_review_date": on or self._today()})

    def _set_state(self, allowed, target, values=None):
        """Move cases to ``target``; those in another state than ``allowed`` stay.

        :return: the cases that are in ``target`` because of this call
        """
        moving = self.filtered(lambda case: case.state in allowed)
        moving.write({"state": target, **(values or {})})
        return moving

    def _ask_to_mend(self, code, detail=""):
        """One activity for a person to mend what kept a contact from being made."""
        self.ensure_one()
        activity_type = self.env.ref("collections_followup.activity_type_mend")
        if activity_type in self.activity_ids.activity_type_id:
            return
        note = " ".join(filter(None, (self.env["collection.compliance"]._sentence(code), detail)))
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "collections_followup.activity_type_mend",
            note=plaintext2html(note),
            user_id=self.env["collection.engine"]._get_responsible(self).id,
        )
