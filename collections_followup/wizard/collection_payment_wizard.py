from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..models.res_company_money import LAW_NAMES
from ..tools.errors import ToolError
from ..tools.item_imputation import LAWS
from ..words import day_text


class CollectionPaymentWizard(models.TransientModel):
    """One payment over chosen items: what each item gets is shown before anything is posted.

    Who gets what is decided by the law (see ``tools/item_imputation.py``), after what the debtor
    has said. The payment itself is Odoo's own; see ``collection_payment_wizard_post.py``.
    """

    _name = "collection.payment.wizard"
    _description = "Register a Payment"
    _inherit = ["collection.case.wizard"]

    # === Fields: the payment === #
    currency_ids = fields.Many2many(
        "res.currency", string="Currencies", compute="_compute_currency_ids"
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', currency_ids)]",
    )
    amount = fields.Monetary(
        string="Received", compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    taken_on_visit = fields.Boolean(
        string="Cash Taken on a Visit", help="The visit is noted in the contacts of the case."
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Received on",
        required=True,
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
    )
    memo = fields.Char(string="Reference", help="What the debtor or the bank wrote.")

    # === Fields: what it settles === #
    law = fields.Selection(
        LAW_NAMES,
        string="Order of Payments",
        required=True,
        compute="_compute_law",
        store=True,
        readonly=False,
        precompute=True,
    )
    principal_first = fields.Boolean(
        help="As agreed with the debtor: interest and costs come last."
    )
    line_ids = fields.One2many(
        "collection.payment.wizard.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    total = fields.Monetary(string="Chosen Items", compute="_compute_totals")
    excess = fields.Monetary(string="More Than the Items", compute="_compute_totals")
    excess_handling = fields.Selection(
        [("keep", "Keep it on account"), ("refund", "Ask for a refund")], string="With the Rest"
    )

    # === Fields: warnings and receipt === #
    warning_html = fields.Html(compute="_compute_warning_html", sanitize=False)
    on_account = fields.Boolean(compute="_compute_warning_html")
    amount_accrued = fields.Monetary(
        string="Charges Not Invoiced",
        compute="_compute_amount_accrued",
        help="Interest and costs that have not been invoiced; a payment cannot settle them yet.",
    )
    reservation = fields.Boolean(
        string="Reservation of Interest",
        compute="_compute_reservation",
        store=True,
        readonly=False,
        help="The receipt says that interest and costs stay due. In some countries taking the "
        "principal without saying so gives the interest up.",
    )

    # === Compute methods === #
    @api.depends("case_id")
    def _compute_currency_ids(self):
        for wizard in self:
            currencies = wizard.case_id._get_debts().currency_id
            wizard.currency_ids = currencies or wizard.case_id.currency_id

    @api.depends("case_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.currency_ids[:1]._origin

    @api.depends("case_id", "currency_id")
    def _compute_amount(self):
        """Everything that is open, until somebody says what was received."""
        for wizard in self:
            debts = wizard.case_id._get_debts().filtered(
                lambda line, wizard=wizard: line.currency_id == wizard.currency_id
            )
            wizard.amount = sum(debts.mapped("amount_residual_currency"))

    @api.depends("case_id", "taken_on_visit")
    def _compute_journal_id(self):
        Journal = self.env["account.journal"]
        for wizard in self:
            journals = Journal.search(
                [("company_id", "=", wizard.company_id.id), ("type", "in", ("bank", "cash"))]
            )
            kind = "cash" if wizard.taken_on_visit else "bank"
            wanted = journals.filtered(lambda journal, kind=kind: journal.type == kind)
            if wizard.taken_on_visit:
                wanted = wizard.company_id.collection_visit_journal_id or wanted
            wizard.journal_id = (wanted or journals)[:1]

    @api.depends("case_id")
    def _compute_law(self):
        for wizard in self:
            wizard.law = wizard.company_id and wizard.company_id._get_imputation_law()

    @api.depends("case_id", "currency_id")
    def _compute_line_ids(self):
        for wizard in self:
            debts = wizard.case_id._get_debts().filtered(
                lambda line, wizard=wizard: line.currency_id == wizard.currency_id
            )
            chosen = self.env.context.get("collection_items") or debts.ids
            wizard.line_ids = [
                fields.Command.clear(),
                *[
                    fields.Command.create(
                        {"move_line_id": line.id, "chosen": line.id in set(chosen)}
                    )
                    for line in debts
                ],
            ]

    @api.depends("line_ids.chosen", "line_ids.amount", "amount")
    def _compute_totals(self):
        for wizard in self:
            lines = wizard.line_ids.filtered("chosen")
            currency = wizard.currency_id or wizard.company_id.currency_id
            wizard.total = sum(lines.mapped("residual"))
            wizard.excess = currency.round(wizard.amount - sum(wizard.line_ids.mapped("amount")))

    @api.depends("case_id", "currency_id")
    def _compute_warning_html(self):
        for wizard in self:
            warnings = wizard.case_id._get_money_warnings() if wizard.case_id else []
            wizard.on_account = bool(wizard.case_id and wizard.case_id._get_on_account_lines())
            wizard.warning_html = warnings and wizard.case_id._render_part(
                "banners", {"warnings": warnings}
            )

    @api.depends("case_id", "currency_id")
    def _compute_amount_accrued(self):
        for wizard in self:
            wizard.amount_accrued = sum(wizard._get_accrued_charges().mapped("amount"))

    @api.depends("case_id")
    def _compute_reservation(self):
        """Needed while interest or costs are due."""
        Payment = self.env["account.payment"]
        for wizard in self:
            due = wizard.case_id and Payment._get_collection_charges_due(wizard.case_id)
            wizard.reservation = bool(due)

    # === Actions === #
    def action_apply(self):
        """Post the payment and show it."""
        payment = self._post_payment()
        if self.excess_handling == "refund" and self.excess:
            return self.case_id._open_refund(self.excess, self.currency_id)
        action = payment.get_formview_action()
        return {**action, "context": {"create": False}}

    def action_apply_and_print(self):
        """Post the payment and print the receipt."""
        return {
            **self._post_payment().action_collection_receipt(),
            "close_on_report_download": True,
        }

    def action_invoice_charges(self):
        """Make debit notes of what has accrued, so that the payment can settle it."""
        self.ensure_one()
        self.env["collection.charge.invoice.wizard"].create(
            {"charge_ids": [fields.Command.set(self._get_accrued_charges().ids)], "date": self.date}
        ).action_apply()
        return self._reopen()

    def action_set_off(self):
        """Use what is on account first."""
        self.ensure_one()
        self.case_id._set_off(self.law)
        return self._reopen()

    # === Business methods === #
    def _reopen(self):
        self.env.flush_all()
        return self.case_id.with_context(
            default_amount=self.amount, default_date=self.date, default_memo=self.memo
        ).action_register_payment()

    def _get_accrued_charges(self):
        """Charges in the currency of the payment that could be invoiced."""
        self.ensure_one()
        if not self.case_id:
            return self.env["collection.charge"]
        return self.case_id._get_open_charges().filtered(
            lambda charge: charge.currency_id == self.currency_id
        )

    def _allocate(self):
        """What each item gets, as amounts in the currency of the payment.

        :return: {journal item id: Decimal}
        """
        self.ensure_one()
        exact = self.currency_id._collection_decimal
        chosen = self.line_ids.filtered("chosen")
        items = chosen.move_line_id._origin
        if self.amount <= 0 or not items or not self.law:
            return {}
        directions = [
            (line.move_line_id._origin.id, exact(line.directed))
            for line in chosen
            if line.directed > 0
        ]
        try:
            return items._collection_impute(
                exact(self.amount), self.law, self.date, self.principal_first, directions
            )
        except ToolError as refused:
            raise UserError(self.env["collection.charge"]._translate_error(refused)) from refused

    def _get_law_source(self):
        return LAWS[self.law].source

    # === Checks === #
    def _check(self):
        """Refuse, before anything is posted, what the books or the law would not take."""
        self.case_id.check_access("write")
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(self.env._("Enter the amount that was received."))
        self._check_lines()
        self.env["collection.writeoff"]._check_lock(self.company_id, self.journal_id, self.date)
        self._check_rate()
        if self.taken_on_visit and self.journal_id.type != "cash":
            raise UserError(
                self.env._(
                    "Cash taken on a visit goes into a cash journal. Choose one, or have one made."
                )
            )
        if self.taken_on_visit:
            self.env["account.payment"]._check_cash_limit(
                self.env.user, self.company_id, self.amount, self.currency_id, self.date
            )
        if self.currency_id.compare_amounts(self.excess, 0) > 0 and not self.excess_handling:
            raise UserError(
                self.env._(
                    "%(rest)s more has been received than the chosen items take. Choose whether "
                    "to keep it on account or to ask for a refund.",
                    rest=format_amount(self.env, self.excess, self.currency_id),
                )
            )

    def _check_lines(self):
        chosen = self.line_ids.filtered("chosen")
        directed = sum(chosen.mapped("directed"))
        if self.currency_id.compare_amounts(directed, self.amount) > 0:
            raise UserError(
                self.env._("The debtor's directions come to more than what was received.")
            )
        for line in chosen:
            item = line.move_line_id
            if item.company_id != self.company_id or (
                item.partner_id.commercial_partner_id != self.case_id.partner_id
            ):
                raise UserError(
                    self.env._(
                        "%(item)s is not owed by %(debtor)s.",
                        item=item.display_name,
                        debtor=self.case_id.display_name,
                    )
                )
            if (
                line.directed < 0
                or self.currency_id.compare_amounts(line.directed, line.residual) > 0
            ):
                raise UserError(
                    self.env._(
                        "More is directed to %(item)s than is open on it.", item=item.display_name
                    )
                )

    def _check_rate(self):
        company = self.company_id
        if self.currency_id == company.currency_id:
            return
        # sudo: exchange rates are the same for everybody.
        known = (
            self.env["res.currency.rate"]
            .sudo()
            .search_count(
                [
                    ("currency_id", "=", self.currency_id.id),
                    ("company_id", "in", (False, company.root_id.id)),
                    ("name", "<=", self.date),
                ],
                limit=1,
            )
        )
        if not known:
            raise UserError(
                self.env._(
                    "There is no exchange rate of %(currency)s on or before %(date)s. Enter one "
                    "first.",
                    currency=self.currency_id.name,
                    date=day_text(self.env, self.date),
                )
            )
