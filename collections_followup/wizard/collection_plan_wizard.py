from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.collection_handover import OUTSIDE
from ..tools.errors import ToolError

FREQUENCIES = [
    ("weekly", "Weekly"),
    ("fortnightly", "Every two weeks"),
    ("monthly", "Monthly"),
    ("quarterly", "Every three months"),
    ("custom", "Own dates"),
]


class CollectionPlanWizard(models.TransientModel):
    """Make an instalment plan or settlement while talking to the debtor.

    It shows at once which payments follow from what is said, what they cost, and whether the
    debtor can afford them. What the debtor tells about income stays in this dialog: it is not
    copied anywhere, and Odoo removes dialogs after a while.

    The arithmetic and what is shown are in ``collection_plan_wizard_preview.py``.
    """

    _name = "collection.plan.wizard"
    _description = "Plan or Settlement"
    _inherit = ["collection.items.wizard"]

    # === Fields: about what === #
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    currency_ids = fields.Many2many(
        "res.currency", string="Currencies", compute="_compute_open_line_ids"
    )
    amount_debt = fields.Monetary(string="Debt", compute="_compute_amount_debt")

    # === Fields: what is agreed === #
    kind = fields.Selection(
        [("plan", "Instalment plan"), ("settlement", "Settlement with a discount")],
        required=True,
        default="plan",
    )
    discount_percent = fields.Float(string="Discount (%)", default=5.0)
    amount_asked = fields.Monetary(string="To Pay", compute="_compute_amount_asked")
    down_amount = fields.Monetary(string="Down Payment")
    down_date = fields.Date(string="On")
    frequency = fields.Selection(FREQUENCIES, required=True, default="monthly")
    method = fields.Selection(
        [("count", "Number of payments"), ("amount", "Amount of each payment")],
        string="Set By",
        required=True,
        default="count",
    )
    count = fields.Integer(string="Payments", compute="_compute_count", store=True, readonly=False)
    amount_each = fields.Monetary(string="Each")
    date_first = fields.Date(
        string="First Payment", required=True, default=lambda self: self._default_date_first()
    )
    business_day = fields.Selection(
        lambda self: self.env["collection.agreement"]._fields["business_day"].selection,
        string="On Weekends and Holidays",
        required=True,
        default="following",
    )
    interest_rate = fields.Float(
        string="Interest a Year (%)",
        compute="_compute_interest_rate",
        store=True,
        readonly=False,
    )
    line_ids = fields.One2many("collection.plan.wizard.line", "wizard_id", string="Own Dates")
    note = fields.Text()

    # === Fields: what the debtor can afford === #
    income = fields.Monetary(string="Income a Month")
    commitments = fields.Monetary(
        string="Commitments a Month", help="Rent, food, other debts: everything that goes out."
    )
    reserve = fields.Monetary(string="Must Remain", help="For instance a legal minimum.")
    offer = fields.Monetary(string="Own Offer a Month")
    proposal = fields.Selection(
        [("weekly", "Weekly"), ("fortnightly", "Every two weeks"), ("monthly", "Monthly")],
        string="Take the Proposal",
        store=False,
    )

    # === Fields: what follows === #
    preview_html = fields.Html(compute="_compute_preview", sanitize=False)
    problem = fields.Char(compute="_compute_preview")
    needs_approval = fields.Boolean(compute="_compute_preview")

    # === Defaults and compute methods === #
    @api.model
    def _default_date_first(self):
        return fields.Date.add(self.env["collection.case"]._today(), days=14)

    @api.depends("case_id")
    def _compute_open_line_ids(self):
        for wizard in self:
            lines = wizard.case_id.move_line_ids.filtered(
                lambda line: line.amount_residual_currency > 0
            )
            wizard.open_line_ids = lines
            wizard.currency_ids = lines.currency_id

    @api.depends("case_id")
    def _compute_currency_id(self):
        """The currency in which most is overdue."""
        for wizard in self:
            sums = {}
            for line in wizard._get_overdue():
                sums[line.currency_id] = sums.get(line.currency_id, 0.0) + line.amount_residual
            currency = max(sums, key=sums.get) if sums else wizard.open_line_ids.currency_id[:1]
            wizard.currency_id = currency or wizard.case_id.currency_id

    @api.depends("case_id", "currency_id")
    def _compute_move_line_ids(self):
        """Everything overdue, except what another agreement covers or somebody else has."""
        for wizard in self:
            ids = wizard.open_line_ids._origin.ids
            agreed = self.env["collection.agreement"]._get_planned_lines(ids)
            agreed |= self.env["collection.handover"]._get_placed_lines(ids, OUTSIDE)
            lines = wizard._get_overdue() or wizard.open_line_ids
            wizard.move_line_ids = lines.filtered(
                lambda line, wizard=wizard, agreed=agreed: (
                    line.currency_id == wizard.currency_id and line._origin.id not in agreed
                )
            )

    @api.depends("move_line_ids")
    def _compute_amount_debt(self):
        for wizard in self:
            wizard.amount_debt = sum(wizard.move_line_ids.mapped("amount_residual_currency"))

    @api.depends("kind", "amount_debt", "discount_percent")
    def _compute_amount_asked(self):
        for wizard in self:
            asked = wizard.amount_debt
            if wizard.kind == "settlement":
                asked *= 1 - wizard.discount_percent / 100
            wizard.amount_asked = wizard.currency_id.round(asked) if wizard.currency_id else asked

    @api.depends("kind")
    def _compute_count(self):
        for wizard in self:
            wizard.count = 1 if wizard.kind == "settlement" else 6

    @api.depends("kind", "case_id")
    def _compute_interest_rate(self):
        for wizard in self:
            rate = wizard.company_id.sudo().collection_plan_rate  # sudo: a setting
            wizard.interest_rate = rate if wizard.kind == "plan" else 0.0

    @api.onchange("proposal")
    def _onchange_proposal(self):
        """Take over what the debtor can afford in this rhythm."""
        if not self.proposal:
            return
        able = self._get_capacity()
        found = able and self._get_proposals(able, (self.proposal,))
        if found:
            self.update(
                {
                    "kind": "plan",
                    "frequency": self.proposal,
                    "method": "count",
                    "count": sum(not line.is_down_payment for line in found[0].lines),
                }
            )

    @api.onchange("frequency")
    def _onchange_frequency(self):
        """Own dates begin with those of the rhythm before."""
        if self.frequency == "custom" and not self.line_ids and self.amount_asked:
            lines = self._try_lines("monthly")
            self.line_ids = [
                Command.create({"date": line.date, "amount": float(line.amount)}) for line in lines
            ]

    # === Actions === #
    def action_create_draft(self):
        """Make the draft and show it; it is sent, signed and activated from there."""
        self.ensure_one()
        agreement = self._create_agreement()
        # Whether the plan can be afforded has been decided: what it was decided by goes now.
        self.write({"income": 0.0, "commitments": 0.0, "reserve": 0.0, "offer": 0.0})
        if agreement.needs_approval:
            agreement.action_request_approval()
        return agreement.get_formview_action()

    # === Business methods === #
    def _get_overdue(self):
        today = self.env["collection.case"]._today()
        return self.open_line_ids.filtered(lambda line: (line.date_maturity or line.date) < today)

    def _create_agreement(self):
        """The draft with its lines.

        :return: collection.agreement
        """
        self.ensure_one()
        self.case_id.check_access("write")
        self._check_items()
        try:
            lines = self._get_lines()
        except ToolError as error:
            raise UserError(self._translate(error)) from error
        return self.env["collection.agreement"].create(self._prepare_agreement_vals(lines))

    def _prepare_agreement_vals(self, lines):
        return {
            "case_id": self.case_id.id,
            "currency_id": self.currency_id.id,
            "kind": self.kind,
            "date": self.env["collection.case"]._today(),
            "move_line_ids": [Command.set(self.move_line_ids._origin.ids)],
            "frequency": self.frequency,
            "business_day": self.business_day,
            "interest_rate": self.interest_rate if self.kind == "plan" else 0.0,
            "note": self.note,
            "line_ids": [
                Command.create(
                    {
                        "date": line.date,
                        "amount": float(line.amount),
                        "interest": float(line.interest),
                        "is_down_payment": line.is_down_payment,
                    }
                )
                for line in lines
            ],
        }

    def _check_items(self):
        """Refuse what could not become an agreement, before anything is lost."""
        if not self.move_line_ids:
            raise UserError(self.env._("Choose the items that the agreement is about."))
        foreign = self.move_line_ids._origin - self.open_line_ids._origin
        if foreign:
            raise UserError(
                self.env._(
                    "%(item)s is not an open item of %(debtor)s.",
                    item=foreign[0].display_name,
                    debtor=self.case_id.display_name,
                )
            )
        agreed = self.env["collection.agreement"]._get_planned_lines(self.move_line_ids._origin.ids)
        if agreed:
            taken = self.env["account.move.line"].browse(sorted(agreed)[:1])
            raise UserError(
                self.env._(
                    "%(item)s is part of another agreement already. Cancel that one first, or "
                    "leave the item out.",
                    item=taken.display_name,
                )
            )
        if self.kind == "settlement" and not 0 < self.discount_percent < 100:
            raise UserError(
                self.env._("The discount of a settlement lies between 0 and 100 percent.")
            )
