from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..tools.commission import Terms, Tier

STATES = [("draft", "Draft"), ("active", "Active"), ("ended", "Ended")]
#: What a commission is a percentage of.
BASES = [("all", "All Money Collected"), ("principal", "Recovered Principal Only")]
#: What was agreed, and does not change while debts are collected by it.
FIXED = {"client_id", "ledger_company_id", "company_id", "currency_id"}


class CollectionMandate(models.Model):
    """The contract by which debts of somebody else are collected.

    They are not assets of the collector, so they are booked in a company of their own, the
    client's ledger: Odoo keeps its entries, cases and runs apart from all others.
    """

    _name = "collection.mandate"
    _description = "Mandate of a Client"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"

    # === Fields === #
    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        string="Collector",
        required=True,
        index=True,
        default=lambda self: self.env.company._collection_own()[:1],
        help="The company that works for the client and invoices the commission.",
    )
    client_id = fields.Many2one(
        "res.partner", string="Creditor", required=True, index=True, tracking=True
    )
    ledger_company_id = fields.Many2one(
        "res.company",
        string="Client's Ledger",
        required=True,
        index=True,
        help="A company of its own in which nothing but this client's debts and money is booked. "
        "Texts to debtors give its name: call it as you introduce yourselves to them.",
    )
    currency_id = fields.Many2one(related="ledger_company_id.currency_id")
    reference = fields.Char(string="Contract No.", tracking=True)
    date_from = fields.Date(string="From", required=True, tracking=True)
    date_to = fields.Date(string="Until", tracking=True)
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, copy=False
    )
    country_ids = fields.Many2many(
        "res.country", string="Territory", help="Empty: wherever the debtors are."
    )
    tier_ids = fields.One2many("collection.mandate.tier", "mandate_id", string="Commission")
    commission_basis = fields.Selection(
        BASES,
        string="Commission On",
        required=True,
        default="all",
        tracking=True,
        help="Interest and fees that you invoiced to the debtors are not principal.",
    )
    fixed_fee = fields.Monetary(
        string="Fixed Fee per Case", tracking=True, help="Once for each debtor, without tax."
    )
    fixed_on = fields.Selection(
        [("placed", "Each Debtor Placed"), ("collected", "Each Debtor Who Paid")],
        string="Fixed Fee For",
        required=True,
        default="placed",
    )
    minimum = fields.Monetary(
        string="Minimum Commission", help="For each statement in which anything came in."
    )
    withheld = fields.Boolean(
        string="Commission Is Withheld",
        default=True,
        help="It is kept from what is paid to the client; otherwise the client pays the invoice.",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes on Commission",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
        help="Empty: without tax. A tax that is included in the price is taken out of the "
        "commission; any other comes on top.",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Income Account",
        domain="[('account_type', 'in', ('income', 'income_other')),"
        " ('company_ids', 'in', company_id)]",
        help="Empty: that of the sales journal.",
    )
    trust_journal_id = fields.Many2one(
        "account.journal",
        string="Trust Account",
        domain="[('type', '=', 'bank'), ('company_id', '=', ledger_company_id)]",
        help="The bank account on which debtors pay and from which the client is paid.",
    )
    end_reason = fields.Char(readonly=True, copy=False, tracking=True)
    remittance_ids = fields.One2many("collection.remittance", "mandate_id", readonly=True)
    remittance_count = fields.Integer(compute="_compute_remittance_count")
    note = fields.Html(string="Terms")

    _unique_ledger = models.UniqueIndex(
        "(ledger_company_id) WHERE state <> 'ended'",
        "This company is the ledger of another mandate already. Each client has its own.",
    )
    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "The mandate ends before it begins."
    )
    _check_minimum = models.Constraint(
        "CHECK(COALESCE(minimum, 0) >= 0 AND COALESCE(fixed_fee, 0) >= 0)",
        "Minimum commission and fixed fee cannot be negative.",
    )

    # === Compute methods === #
    @api.depends("client_id.name", "reference")
    def _compute_name(self):
        for mandate in self:
            mandate.name = " – ".join(filter(None, (mandate.client_id.name, mandate.reference)))

    def _compute_remittance_count(self):
        counts = dict(
            self.env["collection.remittance"]._read_group(
                [("mandate_id", "in", self.ids)], ["mandate_id"], ["__count"]
            )
        )
        for mandate in self:
            mandate.remittance_count = counts.get(mandate, 0)

    # === Constraints === #
    @api.constrains("company_id", "ledger_company_id")
    def _check_ledger(self):
        for mandate in self:
            if mandate.company_id == mandate.ledger_company_id:
                raise ValidationError(
                    self.env._("The client's ledger is another company than the collector's own.")
                )
            # sudo: whose debts a company books does not depend on who asks.
            if mandate.company_id.sudo().collection_party == "third":
                raise ValidationError(
                    self.env._("The collector is an own company, not the ledger of a client.")
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [{**vals, "state": "draft"} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and "state" in vals:
            raise UserError(self.env._("Use the buttons “Activate” and “End”."))
        if FIXED & set(vals) and any(mandate.state != "draft" for mandate in self):
            raise UserError(
                self.env._("Client and ledger of a mandate in use stay. End it and make another.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(mandate.state != "draft" for mandate in self):
            raise UserError(self.env._("A mandate that was in use is history. End it instead."))

    # === Actions === #
    def action_activate(self):
        """From now on the company is the client's ledger, and rules for collectors bind."""
        self._check_manager()
        for mandate in self.filtered(lambda mandate: mandate.state == "draft"):
            mandate._check_ready()
            # sudo: what the company collects follows from the mandate; the right was checked.
            mandate.sudo().state = "active"
            mandate.ledger_company_id.sudo().write(
                {"collection_party": "third", "collection_mandate_id": mandate.id}
            )

    def action_end(self):
        """The client takes its debts back: cases are closed, and nobody writes any more."""
        self._check_manager()
        reason = self.env.context.get("collection_reason") or self.env._("The mandate has ended.")
        for mandate in self.filtered(lambda mandate: mandate.state == "active"):
            # sudo: as above; cases are closed by what ends their mandate.
            mandate.sudo().write({"state": "ended", "end_reason": reason})
            cases = self.env["collection.case"].sudo()
            cases = cases.search(
                [("company_id", "=", mandate.ledger_company_id.id), ("state", "!=", "closed")]
            )
            cases._return_to_client(reason)

    def action_remittance(self):
        """A statement of what came in since the last one."""
        self.ensure_one()
        remittance = self.env["collection.remittance"].create({"mandate_id": self.id})
        return remittance.get_formview_action()

    def action_view_remittances(self):
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_remittance_action"
        )
        return {**action, "domain": [("mandate_id", "=", self.id)]}

    def action_place(self):
        """Read a file of debts that the client places."""
        self.ensure_one()
        return self.env["collection.case"]._open_dialog(
            "collection.placement.wizard",
            self.env._("Place Debts of %(client)s", client=self.client_id.name),
            {"default_mandate_id": self.id, "dialog_size": "large"},
        )

    # === Checks === #
    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_manager"):
            raise AccessError(self.env._("A manager activates and ends mandates."))

    def _check_ready(self):
        if not self.tier_ids:
            raise UserError(self.env._("Enter the commission first; 0 % where none was agreed."))
        if not self.trust_journal_id:
            raise UserError(self.env._("Choose the trust account that debtors pay to."))
        own = self.ledger_company_id.sudo()  # sudo: whether anything else is booked there
        if own.collection_mandate_id and own.collection_mandate_id.client_id != self.client_id:
            raise UserError(
                self.env._(
                    "%(ledger)s holds the money of %(client)s. Each client has its own ledger.",
                    ledger=own.name,
                    client=own.collection_mandate_id.client_id.name,
                )
            )

    # === Business methods === #
    def _get_terms(self):
        """:rtype: odoo.addons.collections_followup.tools.commission.Terms"""
        exact = self.currency_id._collection_decimal
        tiers = tuple(
            Tier(exact(tier.above), Decimal(repr(tier.percent))) for tier in self.tier_ids
        )
        return Terms(tiers, exact(self.minimum), self.commission_basis, exact(self.fixed_fee))

    def _get_objection(self, on, country=None):
        """Why no debt of this mandate may be collected on a day.

        :param country: where the debtor is
        :return: a code of compliance, or an empty string
        """
        if self.state == "draft" or on < self.date_from:
            return "mandate_not_begun"
        if self.state == "ended" or (self.date_to and on > self.date_to):
            return "mandate_ended"
        if self.country_ids and country not in self.country_ids:
            return "mandate_territory"
        return ""

    @api.model
    def _get_domain_in_force(self, on):
        ends = Domain("date_to", "=", False) | Domain("date_to", ">=", on)
        return Domain("state", "=", "active") & Domain("date_from", "<=", on) & ends
