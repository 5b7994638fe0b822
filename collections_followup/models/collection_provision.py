from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..words import day_text

STATES = [
    ("draft", "Proposal"),
    ("entry", "Draft Entry"),
    ("posted", "Posted"),
    ("cancel", "Cancelled"),
]
STATE_OF_MOVE = {"draft": "entry", "posted": "posted", "cancel": "cancel"}
#: What the proposal rests on; it stays once there is an entry.
TERMS = {"company_id", "date", "method", "cohort_from", "cohort_to", "factor", "rate_ids"}


class CollectionProvision(models.Model):
    """Expected credit loss on a day (IFRS 9, simplified approach): open amounts by age, a loss rate
    for each age, and one draft entry for what is missing in the allowance account.

    The figures are in ``collection_provision_figures.py``, the entry in
    ``collection_provision_entry.py``.
    """

    _name = "collection.provision"
    _description = "Provision for Bad Debts"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    date = fields.Date(
        string="As Of",
        required=True,
        default=lambda self: self.env["collection.case"]._today(),
        tracking=True,
    )
    method = fields.Selection(
        [("given", "Given Rates"), ("history", "Own History")],
        string="Rates",
        required=True,
        default="given",
        tracking=True,
    )
    cohort_from = fields.Date(
        string="Invoiced From",
        default=lambda self: fields.Date.add(self._default_cohort_to(), days=1, years=-1),
        help="Of which invoices the history is read.",
    )
    cohort_to = fields.Date(string="Invoiced Until", default=lambda self: self._default_cohort_to())
    factor = fields.Float(
        string="Outlook",
        default=1.0,
        digits=(6, 4),
        help="Forward-looking factor (IFRS 9 5.5.17 c): 1.1 expects a tenth more losses than the "
        "past had. Rates stay at 100 % at most.",
    )
    rate_ids = fields.One2many(
        "collection.provision.rate",
        "provision_id",
        copy=True,
        default=lambda self: [
            Command.create(vals) for vals in self._get_rate_vals(self.env.company)
        ],
    )
    line_ids = fields.One2many("collection.provision.line", "provision_id", readonly=True)
    amount_gross = fields.Monetary(string="Receivables", compute="_compute_amounts", store=True)
    amount_loss = fields.Monetary(
        string="Expected Loss", compute="_compute_amounts", store=True, tracking=True
    )
    amount_ledger = fields.Monetary(
        string="Receivable Accounts", readonly=True, help="Their balance on the day."
    )
    amount_credit = fields.Monetary(
        string="Debtors in Credit", readonly=True, help="What is owed to debtors, not by them."
    )
    amount_booked = fields.Monetary(
        string="Provided So Far", readonly=True, help="Credit balance of the allowance account."
    )
    amount_change = fields.Monetary(
        string="To Post",
        compute="_compute_amounts",
        store=True,
        help="Expense when positive, released when negative.",
    )
    previous_id = fields.Many2one("collection.provision", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    # Not a column: posting any document would have to look for a provision of it.
    state = fields.Selection(
        STATES,
        compute="_compute_state",
        search="_search_state",
        compute_sudo=True,  # whoever may see the provision may see how far it is
    )
    note = fields.Text()

    _check_factor = models.Constraint(
        "CHECK(factor > 0 AND factor <= 10)", "The outlook lies above 0 and is 10 at most."
    )

    # === Compute methods === #
    @api.depends("company_id", "date")
    def _compute_name(self):
        for provision in self:
            day = provision.date and day_text(self.env, provision.date)
            provision.name = self.env._("Provision %(day)s", day=day or "")

    @api.depends("move_id.state")
    def _compute_state(self):
        for provision in self:
            provision.state = STATE_OF_MOVE.get(provision.move_id.state, "draft")

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        states = [move for move, own in STATE_OF_MOVE.items() if own in value]
        found = Domain("move_id.state", "in", states)
        return found | Domain("move_id", "=", False) if "draft" in value else found

    @api.depends("line_ids.gross", "line_ids.loss", "amount_booked")
    def _compute_amounts(self):
        for provision in self:
            provision.amount_gross = sum(provision.line_ids.mapped("gross"))
            provision.amount_loss = sum(provision.line_ids.mapped("loss"))
            change = provision.amount_loss - provision.amount_booked
            provision.amount_change = provision.currency_id.round(change)

    # === Constraints === #
    @api.constrains("date")
    def _check_date(self):
        today = self.env["collection.case"]._today()
        if any(provision.date > today for provision in self):
            raise ValidationError(self.env._("A provision cannot be dated in the future."))

    @api.constrains("rate_ids", "company_id")
    def _check_rates(self):
        """Each age of the company has one rate."""
        for provision in self:
            labels = provision.company_id._get_ageing_labels()
            found = sorted(provision.rate_ids.mapped("bucket"))
            if found != list(range(len(labels))):
                missing = [label for n, label in enumerate(labels) if n not in found]
                raise ValidationError(
                    self.env._(
                        "Each age needs one loss rate. Missing: %(missing)s.",
                        missing=", ".join(missing) or self.env._("none, but one is there twice"),
                    )
                )

    @api.constrains("method", "cohort_from", "cohort_to", "date", "company_id")
    def _check_cohort(self):
        for provision in self.filtered(lambda provision: provision.method == "history"):
            start, end = provision.cohort_from, provision.cohort_to
            if not start or not end or start > end:
                raise ValidationError(
                    self.env._("Say of which invoices the history is read: from a day to a day.")
                )
            oldest = provision.company_id._get_ageing_limits()[-1]
            if fields.Date.add(end, days=oldest) >= provision.date:
                raise ValidationError(
                    self.env._(
                        "The invoices of the history must be older: those until %(end)s have not "
                        "had %(days)s days in which they could have been paid.",
                        end=day_text(self.env, end),
                        days=oldest,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("rate_ids"):
                company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
                vals["rate_ids"] = [Command.create(v) for v in self._get_rate_vals(company)]
        return super().create(vals_list)

    def write(self, vals):
        if TERMS & set(vals) and any(provision.move_id for provision in self):
            raise UserError(
                self.env._(
                    "There is an entry of this provision already. Delete the draft entry first, or "
                    "make another provision."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_entry(self):
        if self.move_id:
            raise UserError(
                self.env._("A provision with an entry stays. Delete the draft entry first.")
            )

    # === Actions === #
    def action_propose(self):
        """Work out the proposal as of the day."""
        self._check_manager()
        for provision in self:
            if provision.move_id:
                raise UserError(self.env._("There is an entry of this provision already."))
            provision._propose()

    def action_open_move(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    # === Business methods === #
    @api.model
    def _default_cohort_to(self):
        """A year of history that ended a year ago."""
        today = self.env["collection.case"]._today()
        return fields.Date.end_of(fields.Date.add(today, months=-13), "month")

    @api.model
    def _get_rate_vals(self, company):
        """The matrix to begin with: that of the last provision of the company."""
        last = self.search([("company_id", "=", company.id)], limit=1)
        rates = {rate.bucket: rate.rate for rate in last.rate_ids}
        return [
            {"bucket": number, "name": label, "rate": rates.get(number, 0.0)}
            for number, label in enumerate(company._get_ageing_labels())
        ]

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_manager"):
            raise AccessError(self.env._("Only a manager makes provisions."))
