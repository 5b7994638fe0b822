from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

STATES = [
    ("draft", "Draft"),
    ("ordered", "Ordered"),
    ("received", "Received"),
    ("credited", "Credited"),
    ("cancelled", "Cancelled"),
]


class CollectionGoodsReturn(models.Model):
    """Goods that are taken back in part payment: ordered from stock or service, received by them,
    and credited by Odoo's own credit note. That is in ``collection_goods_return_credit.py``.

    Nothing here needs Odoo's *Inventory*: whoever fetches the goods is a person with an activity.
    """

    _name = "collection.goods.return"
    _description = "Return of Goods"
    _inherit = ["collection.case.request"]
    _order = "date desc, id desc"

    # === Fields === #
    name = fields.Char(compute="_compute_name", store=True)
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('commercial_partner_id', '=', partner_id), ('move_type', '=', 'out_invoice'),"
        " ('state', '=', 'posted'), ('company_id', '=', company_id)]",
    )
    currency_id = fields.Many2one(related="move_id.currency_id", store=True)
    line_ids = fields.One2many("collection.goods.return.line", "return_id", string="Goods")
    purpose = fields.Selection(
        [("part_payment", "In Part Payment"), ("repossession", "Repossession")],
        required=True,
        default="part_payment",
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, tracking=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users",
        string="Stock or Service",
        tracking=True,
        domain=[("share", "=", False)],
        help="Who fetches or receives the goods, and says what has come.",
    )
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    date_planned = fields.Date(string="Fetch On")
    address = fields.Text(string="Where", compute="_compute_address", store=True, readonly=False)
    note = fields.Text()
    date_received = fields.Date(readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    credit_move_id = fields.Many2one(
        "account.move",
        string="Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    amount = fields.Monetary(
        string="Value", compute="_compute_amount", store=True, help="With tax, as they are worth."
    )
    is_closed = fields.Boolean(compute="_compute_is_closed")

    # === Compute methods === #
    @api.depends("partner_id", "move_id")
    def _compute_name(self):
        for order in self:
            parts = (self.env._("Goods back"), order.move_id.name, order.partner_id.name)
            order.name = " – ".join(part for part in parts if part)

    @api.depends("case_id", "move_id")
    def _compute_address(self):
        for order in self:
            # sudo: an address for those who fetch, who need not see the contact.
            partner = (order.move_id.partner_shipping_id or order.partner_id).sudo()
            lines = partner._display_address(True).splitlines() if partner else []
            order.address = "\n".join(line.strip() for line in lines if line.strip()) or False

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for order in self:
            order.amount = sum(order.line_ids.mapped("amount"))

    @api.depends("state")
    def _compute_is_closed(self):
        for order in self:
            order.is_closed = order.state in ("credited", "cancelled")

    @api.onchange("move_id")
    def _onchange_move_id(self):
        """Everything on the invoice that can still come back."""
        Line = self.env["collection.goods.return.line"]
        products = Line._get_returnable(self.move_id._origin)
        self.line_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create({"move_line_id": line.id, "quantity": quantity})
                for line, quantity in products.items()
            ),
        ]

    # === Constraints === #
    @api.constrains("move_id", "case_id")
    def _check_move(self):
        for order in self:
            move = order.move_id
            right = (
                move.move_type == "out_invoice"
                and move.state == "posted"
                and move.commercial_partner_id == order.case_id.partner_id
                and move.company_id == order.company_id
            )
            if not right:
                raise ValidationError(
                    self.env._(
                        "%(document)s is no posted invoice of %(debtor)s.",
                        document=move.display_name,
                        debtor=order.case_id.display_name,
                    )
                )

    # === CRUD === #
    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            fixed = {**dict.fromkeys(self._get_kept_fields(), False), "state": "draft"}
            vals_list = [{**vals, **fixed} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        return super().write(vals)

    def _get_kept_fields(self):
        """What only the buttons write."""
        return {"state", "date_received", "received_by_id", "credit_move_id"}

    def _check_write(self, vals):
        if self._get_kept_fields() & set(vals):
            raise UserError(
                self.env._("Order, receive or credit the goods instead of changing the state.")
            )
        if {"move_id", "case_id"} & set(vals) and self.filtered(lambda o: o.state != "draft"):
            raise UserError(
                self.env._("The goods have been ordered back. Cancel the order and make a new one.")
            )
        if self.env.user.has_group("collections_followup.group_collector"):
            return
        chatter = ("message", "activity", "website", "rating", "my")
        if {name for name in vals if name.split("_")[0] not in chatter} - {"line_ids", "note"}:
            raise UserError(
                self.env._("You are asked what has come back; collections does the rest.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if self.filtered(lambda order: order.state not in ("draft", "cancelled")):
            raise UserError(self.env._("Ordered goods are history. Cancel the order instead."))

    # === Actions === #
    def action_order(self):
        """Ask stock or service to fetch or receive the goods."""
        self._check_collector()
        for order in self.filtered(lambda order: order.state == "draft"):
            order._check_order()
            order._set_state(("draft",), "ordered")
            order._ask_to_fetch()

    def action_receive(self):
        """The goods have come, as the lines say; a supervisor's word credits them at once."""
        self._check_receiver()
        for order in self.filtered(lambda order: order.state == "ordered"):
            order._receive()
            if self.env.user.has_group("collections_followup.group_supervisor"):
                order.action_credit()
            else:
                order._ask_to_credit()

    def action_cancel(self):
        """The goods stay where they are."""
        self._check_collector()
        # sudo: readonly for people; the right has been checked.
        waiting = self.sudo()._set_state(("draft", "ordered", "received"), "cancelled")
        waiting.activity_unlink(["mail.mail_activity_data_todo"])

    def action_draft(self):
        self._check_collector()
        self.sudo()._set_state(("cancelled",), "draft")  # sudo: as above

    def _set_state(self, allowed, target):
        moving = self.filtered(lambda order: order.state in allowed)
        moving.sudo().write({"state": target})  # sudo: readonly for people
        return moving

    # === Checks === #
    def _check_collector(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("collections_followup.group_collector"):
            raise AccessError(self.env._("Only collections orders goods back."))

    def _check_receiver(self):
        """Whoever was asked may say what has come; so may collections."""
        self.check_access("write")
        collects = self.env.user.has_group("collections_followup.group_collector")
        if not self.env.su and not collects and self.user_id != self.env.user:
            raise AccessError(self.env._("Somebody else was asked to receive these goods."))

    def _check_order(self):
        if not self.line_ids.filtered("quantity"):
            raise UserError(self.env._("Enter which goods, and how many, are to come back."))
        if not self.user_id:
            raise UserError(self.env._("Choose who fetches or receives the goods."))
        if self.currency_id.is_zero(self.move_id.amount_residual):
            raise UserError(
                self.env._(
                    "%(invoice)s is paid, so nothing is left that goods could pay.",
                    invoice=self.move_id.name,
                )
            )

    def _check_received(self):
        if not any(self.line_ids.mapped("quantity_received")):
            raise UserError(
                self.env._("Enter what has come. If nothing has, cancel the order instead.")
            )

    # === Business methods === #
    def _receive(self):
        """The goods are here, or with whoever fetched them."""
        self._check_received()
        today = self.env["collection.case"]._today()
        # sudo: readonly for people; who may receive has been checked.
        self.sudo().write(
            {"state": "received", "date_received": today, "received_by_id": self.env.uid}
        )
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _ask_to_fetch(self):
        today = self.env["collection.case"]._today()
        # sudo: people outside collections are asked too.
        self.sudo().with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_planned or today,
            summary=self.env._("Take goods back: %(order)s", order=self.name),
            note=self.note or "",
            user_id=self.user_id.id,
        )

    def _ask_to_credit(self):
        order_sudo = self.sudo()  # sudo: given to the supervisor by anybody
        order_sudo.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Credit goods that came back: %(order)s", order=self.name),
            user_id=self.env["collection.charge"]._get_approver(order_sudo.company_id).id,
        )
