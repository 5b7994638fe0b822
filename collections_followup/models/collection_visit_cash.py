from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_amount


class CollectionVisitCash(models.Model):
    """Cash that a visitor hands over: counted and received by somebody else, and
    booked by one entry."""

    _name = "collection.visit.cash"
    _description = "Cash Handed Over"
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="From",
        required=True,
        index=True,
        domain="[('share', '=', False), ('company_ids', '=', company_id)]",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    held_ids = fields.Many2many(
        "account.payment", string="Cash Held", compute="_compute_held_ids", compute_sudo=True
    )
    amount_held = fields.Monetary(
        string="To Hand Over", compute="_compute_held_ids", compute_sudo=True
    )
    amount = fields.Monetary(string="Counted", required=True)
    journal_id = fields.Many2one(
        "account.journal",
        string="Into",
        required=True,
        check_company=True,
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
    )
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    payment_ids = fields.One2many("account.payment", "collection_cash_id", readonly=True)
    move_id = fields.Many2one(
        "account.move",
        string="Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    state = fields.Selection(
        [("draft", "To Count"), ("received", "Received")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
    )

    # === Compute methods === #
    @api.depends("user_id", "date")
    def _compute_name(self):
        for cash in self:
            cash.name = self.env._("Cash of %(who)s", who=cash.user_id.name or "")

    @api.depends("name")
    def _compute_display_name(self):
        for cash in self:
            cash.display_name = cash.name

    @api.depends("user_id", "currency_id", "company_id", "payment_ids")
    def _compute_held_ids(self):
        for cash in self:
            held = cash._get_held() if cash.user_id else cash.payment_ids
            cash.held_ids = held
            cash.amount_held = sum(held.mapped("amount"))

    def _get_held(self):
        if self.state == "received":
            return self.payment_ids
        held = self.env["account.payment"]._get_cash_held(self.user_id, self.company_id)
        return held.filtered(lambda payment: payment.currency_id == self.currency_id)

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        kept = {"state", "received_by_id", "move_id"}
        if not self.env.su:
            vals_list = [{k: v for k, v in vals.items() if k not in kept} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (
            any(cash.state == "received" for cash in self)
            or {"state", "received_by_id", "move_id"} & set(vals)
        ):
            raise UserError(self.env._("Cash that has been received stays as it was counted."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        if any(cash.state == "received" for cash in self):
            raise UserError(self.env._("Cash that has been received is history."))

    # === Actions === #
    def action_receive(self):
        """Somebody else than the visitor has counted the cash and puts it into the till."""
        self.check_access("write")
        for cash in self:
            cash._check()
            cash._post()

    def action_open_move(self):
        self.ensure_one()
        return self.move_id.get_formview_action()

    # === Business methods === #
    def _check(self):
        if self.state != "draft":
            raise UserError(self.env._("This cash has been received already."))
        if not self.env.user.has_group("collections_followup.group_supervisor"):
            raise AccessError(self.env._("A supervisor receives the cash of visitors."))
        if self.user_id == self.env.user:
            raise UserError(
                self.env._("Somebody else than the visitor counts and receives the cash.")
            )
        held = self._get_held()
        if not held:
            raise UserError(self.env._("%(who)s holds no cash.", who=self.user_id.name))
        total = sum(held.mapped("amount"))
        if self.currency_id.compare_amounts(self.amount, total):
            raise UserError(
                self.env._(
                    "The receipts come to %(receipts)s, and %(counted)s was counted. Count again; "
                    "a difference has to be found before the cash is booked.",
                    receipts=format_amount(self.env, total, self.currency_id),
                    counted=format_amount(self.env, self.amount, self.currency_id),
                )
            )
        if not self.journal_id.default_account_id:
            raise UserError(self.env._("The journal has no account. Complete it first."))
        self.env["collection.writeoff"]._check_lock(self.company_id, self.journal_id, self.date)

    def _post(self):
        """One entry: into the till, out of what was received on visits; matched where it can be."""
        payments = self._get_held()
        # sudo: receiving cash is the right to book it; the payments are the visitor's.
        moves = self.env["account.move"].sudo().with_company(self.company_id)
        liquidity = {payment: payment._seek_for_lines()[0] for payment in payments.sudo()}
        move = moves.create(self._prepare_move_vals(liquidity))
        move.action_post()
        for line, payment in zip(move.line_ids.sorted("id")[1:], liquidity, strict=True):
            pair = line + liquidity[payment]
            if line.account_id.reconcile:
                pair.reconcile()
        payments.sudo().collection_cash_id = self
        self.sudo().write(  # sudo: readonly for people; the right has been checked.
            {"state": "received", "received_by_id": self.env.uid, "move_id": move.id}
        )

    def _prepare_move_vals(self, liquidity):
        """
        :param dict liquidity: {payment: its line of cash}
        """
        balance = sum(sum(lines.mapped("balance")) for lines in liquidity.values())
        total = sum(sum(lines.mapped("amount_currency")) for lines in liquidity.values())

        def line(account, name, amount_currency, amount, partner=None):
            return Command.create(
                {
                    "account_id": account.id,
                    "name": name,
                    "partner_id": partner.id if partner else False,
                    "currency_id": self.currency_id.id,
                    "amount_currency": amount_currency,
                    "balance": amount,
                }
            )

        lines = [line(self.journal_id.default_account_id, self.name, total, balance)]
        for payment, cash in liquidity.items():
            lines.append(
                line(
                    cash.account_id,
                    payment.name,
                    -sum(cash.mapped("amount_currency")),
                    -sum(cash.mapped("balance")),
                    payment.partner_id,
                )
            )
        return {
            "move_type": "entry",
            "journal_id": self.journal_id.id,
            "date": self.date,
            "ref": self.name,
            "line_ids": lines,
        }
