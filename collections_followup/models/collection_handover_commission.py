from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount

from ..tools.commission import Money, Terms, Tier, fees

#: Costs that bear the taxes agreed with whoever has the file.
TAXED = ("commission", "fee")
TERMS = (
    "terms",
    "commission_percent",
    "commission_basis",
    "commission_minimum",
    "commission_fixed",
    "commission_tax_ids",
)


class CollectionHandover(models.Model):
    """What whoever has the file is paid: a percentage of all money or of the principal, at least a
    minimum, a fixed fee for the file, with tax or without."""

    _inherit = "collection.handover"

    terms = fields.Text(compute="_compute_terms", store=True, readonly=False)
    commission_percent = fields.Float(
        string="Commission (%)",
        aggregator=None,
        compute="_compute_terms",
        store=True,
        readonly=False,
    )
    commission_basis = fields.Selection(
        [("all", "All Money Recovered"), ("principal", "Recovered Principal Only")],
        string="Commission On",
        compute="_compute_terms",
        store=True,
        readonly=False,
        help="Interest and fees that were invoiced to the debtor, or that they received beside the "
        "debt, are not principal.",
    )
    commission_minimum = fields.Monetary(
        string="Minimum Commission",
        compute="_compute_terms",
        store=True,
        readonly=False,
        help="As soon as anything was recovered.",
    )
    commission_fixed = fields.Monetary(
        string="Fixed Fee per File",
        compute="_compute_terms",
        store=True,
        readonly=False,
        help="Owed once the file is placed, whatever is recovered.",
    )
    commission_tax_ids = fields.Many2many(
        "account.tax",
        "collection_handover_tax_rel",
        "handover_id",
        "tax_id",
        string="Taxes on Commission",
        compute="_compute_terms",
        store=True,
        readonly=False,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', '=', company_id)]",
        help="For the vendor bill over commission and fees. Empty: without tax.",
    )
    recovered_principal = fields.Monetary(
        string="Of Which Principal",
        compute="_compute_recovered_principal",
        help="The rest is interest and fees.",
    )
    commission_due = fields.Monetary(
        string="Commission Not Booked",
        compute="_compute_commission_due",
        help="By the agreed terms, without tax, less what was entered.",
    )

    _check_commission = models.Constraint(
        "CHECK(COALESCE(commission_percent, 0) BETWEEN 0 AND 100 "
        "AND COALESCE(commission_minimum, 0) >= 0 AND COALESCE(commission_fixed, 0) >= 0)",
        "A commission is between 0 and 100 %, and no fee is negative.",
    )

    # === Compute methods === #
    @api.depends("partner_id")
    def _compute_terms(self):
        """What was agreed for their last file, until somebody enters something else."""
        for handover in self:
            last = handover._get_last_file()
            for name in TERMS:
                handover[name] = last[name] if last else handover[name]
            handover.commission_basis = handover.commission_basis or "all"

    def _get_last_file(self):
        if not self.partner_id or self.state not in (False, "draft", "ready"):
            return self.browse()
        # sudo: terms are agreed between the companies, whoever had the last file.
        return self.sudo().search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("id", "!=", self._origin.id),
            ],
            order="id desc",
            limit=1,
        )

    @api.depends("receipt_ids.amount_company", "receipt_ids.other_company")
    def _compute_recovered_principal(self):
        paid = self._get_paid_to_us(principal=True)
        for handover in self:
            receipts = handover.receipt_ids
            handover.recovered_principal = (
                paid.get(handover._origin.id, 0.0)
                + sum(receipts.mapped("amount_company"))
                - sum(receipts.mapped("other_company"))
            )

    @api.depends(
        "commission_percent",
        "commission_basis",
        "commission_minimum",
        "commission_fixed",
        "date_placed",
        "recovered",
        "recovered_principal",
        "cost_ids.amount",
        "cost_ids.kind",
    )
    def _compute_commission_due(self):
        for handover in self:
            currency = handover.currency_id or self.env.company.currency_id
            booked = handover.cost_ids.filtered(lambda cost: cost.kind == "commission")
            due = handover._get_commission(currency) - sum(booked.mapped("amount"))
            handover.commission_due = max(0.0, currency.round(due))

    def _get_commission(self, currency):
        """What they have earned so far, without tax."""
        exact = currency._collection_decimal
        owed = fees(
            Money(
                exact(self.recovered),
                exact(self.recovered_principal),
                int(bool(self.date_placed)),
            ),
            Terms(
                (Tier(Decimal(0), Decimal(repr(self.commission_percent))),),
                exact(self.commission_minimum),
                self.commission_basis or "all",
                exact(self.commission_fixed),
            ),
            exact(currency.rounding),
        )
        return float(owed.total)

    # === Actions === #
    def action_book_commission(self):
        """Enter the commission that has become due as a cost."""
        self._check_role("supervisor")
        for handover in self:
            if handover.currency_id.is_zero(handover.commission_due):
                raise UserError(self.env._("No commission is due that has not been entered yet."))
            handover.cost_ids = [
                Command.create(
                    {
                        "kind": "commission",
                        "name": handover._describe_commission(),
                        "amount": handover.commission_due,
                    }
                )
            ]

    def _describe_commission(self):
        """The terms, as the vendor bill names them."""
        parts = []
        if self.commission_percent:
            parts.append(
                self.env._(
                    "Commission of %(percent)g %% of the principal",
                    percent=self.commission_percent,
                )
                if self.commission_basis == "principal"
                else self.env._("Commission of %(percent)g %%", percent=self.commission_percent)
            )
        if self.commission_fixed:
            fixed = format_amount(self.env, self.commission_fixed, self.currency_id)
            parts.append(self.env._("Fixed fee of %(amount)s", amount=fixed))
        return ", ".join(parts) or self.env._("Minimum commission")

    def action_make_bill(self):
        """A draft vendor bill over the costs that are on none yet."""
        self.ensure_one()
        self._check_role("supervisor")
        costs = self.cost_ids.filtered(lambda cost: not cost.bill_id)
        if not costs:
            raise UserError(self.env._("All costs are on a vendor bill already."))
        if not self.partner_id:
            raise UserError(self.env._("Choose who gets the file: the bill is theirs."))
        # sudo: the supervisor prepares it; the books are accounting's, who post the draft.
        Move = self.env["account.move"].sudo().with_company(self.company_id)
        bill = Move.create(
            {
                "move_type": "in_invoice",
                "partner_id": self.partner_id.id,
                "invoice_date": self.env["collection.case"]._today(),
                "ref": self.reference or self.name,
                "invoice_line_ids": [Command.create(self._prepare_bill_line(c)) for c in costs],
            }
        )
        costs.bill_id = bill
        self._tell_case(self.env._("Costs of %(file)s are on a draft vendor bill.", file=self.name))
        return bill.get_formview_action()

    def _prepare_bill_line(self, cost):
        taxes = self.commission_tax_ids.ids if cost.kind in TAXED else []
        return {
            "name": f"{cost.name or cost._get_kind()} – {self.name}",
            "quantity": 1,
            "price_unit": cost.amount,
            "tax_ids": [Command.set(taxes)],
        }
