from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class CollectionHandoverReceipt(models.Model):
    """Money the debtor paid to an agency or lawyer. It settles the debt in our books when they
    remit it: by a payment of Odoo over the gross amount, matched with the oldest items."""

    _name = "collection.handover.receipt"
    _description = "Money Received by an Agency"
    _order = "date desc, id desc"
    _check_company_auto = True

    handover_id = fields.Many2one(
        "collection.handover", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="handover_id.partner_id", string="With", store=True, index="btree_not_null"
    )
    debtor_id = fields.Many2one(related="handover_id.debtor_id")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    amount = fields.Monetary(required=True, help="Gross: what the debtor paid.")
    amount_other = fields.Monetary(
        string="Of Which Interest and Fees",
        help="Not principal, where the commission is on the principal only.",
    )
    other_company = fields.Monetary(
        string="Interest and Fees in Our Currency",
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
    )
    amount_company = fields.Monetary(
        string="In Our Currency",
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
    )
    state = fields.Selection(
        [("with_them", "With Them"), ("remitted", "Remitted")],
        required=True,
        default="with_them",
        readonly=True,
        copy=False,
    )
    date_remitted = fields.Date(readonly=True, copy=False)
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    note = fields.Char()

    _check_amount = models.Constraint(
        "CHECK(amount > 0 AND COALESCE(amount_other, 0) BETWEEN 0 AND amount)",
        "Enter an amount above zero; interest and fees are a part of it.",
    )

    @api.depends("handover_id")
    def _compute_currency_id(self):
        for receipt in self:
            currency = receipt.handover_id.move_line_ids.currency_id[:1]
            receipt.currency_id = currency or receipt.handover_id.currency_id

    @api.depends("amount", "amount_other", "currency_id", "date")
    def _compute_amount_company(self):
        for receipt in self:
            company = receipt.company_id or self.env.company
            receipt.amount_company, receipt.other_company = (
                receipt.currency_id._convert(amount, company.currency_id, company, receipt.date)
                for amount in (receipt.amount, receipt.amount_other)
            )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            fixed = {"state": "with_them", "payment_id": False, "date_remitted": False}
            vals_list = [{**vals, **fixed} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (
            {"state", "payment_id", "date_remitted"} & set(vals)
            or self.filtered(lambda receipt: receipt.state == "remitted")
        ):
            raise UserError(self.env._("What was remitted is posted and stays as it is."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_remitted(self):
        if self.filtered("payment_id"):
            raise UserError(self.env._("What was remitted is posted and stays as it is."))

    # === Actions === #
    def action_remit(self):
        """They have passed it on: the debt is settled by a payment over what the debtor paid.

        A commission they keep is a cost of the file, with a vendor bill of its own.
        """
        for receipt in self.filtered(lambda receipt: receipt.state == "with_them"):
            receipt.handover_id._check_role("supervisor")
            receipt._remit()

    def _remit(self):
        payment = self.handover_id.move_line_ids._collection_pay(
            self.amount,
            self.currency_id,
            f"{self.handover_id.name} {self.handover_id._get_holder()}",
        )
        today = self.env["collection.case"]._today()
        # sudo: readonly for people; the right has been checked.
        self.sudo().write({"payment_id": payment.id, "state": "remitted", "date_remitted": today})
        self.handover_id._tell_case(
            self.env._(
                "%(whom)s remitted %(amount)s, payment %(payment)s",
                whom=self.handover_id._get_holder(),
                amount=format_amount(self.env, self.amount, self.currency_id),
                payment=payment.name,
            )
        )
