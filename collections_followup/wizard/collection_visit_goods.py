from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class CollectionVisitResult(models.TransientModel):
    """Goods that are taken back at the door: those that were ordered back, or others."""

    _inherit = "collection.visit.result"

    has_goods = fields.Boolean(string="Goods Taken Back")
    goods_move_ids = fields.Many2many(
        "account.move", compute="_compute_goods_move_ids", string="Invoices Goods Can Pay"
    )
    goods_return_id = fields.Many2one(
        "collection.goods.return",
        string="Ordered Back",
        compute="_compute_goods_return_id",
        store=True,
        readonly=False,
        domain="[('case_id', '=', case_id), ('state', '=', 'ordered')]",
    )
    goods_move_id = fields.Many2one(
        "account.move",
        string="Goods of Invoice",
        compute="_compute_goods_move_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', goods_move_ids)]",
    )
    goods_ids = fields.One2many(
        "collection.visit.result.goods",
        "wizard_id",
        compute="_compute_goods_ids",
        store=True,
        readonly=False,
    )

    # === Compute methods === #
    @api.depends("case_id")
    def _compute_goods_move_ids(self):
        for wizard in self:
            moves = wizard.case_id._get_debts().move_id
            wizard.goods_move_ids = moves.filtered(lambda move: move.move_type == "out_invoice")

    @api.depends("visit_id")
    def _compute_goods_return_id(self):
        for wizard in self:
            wizard.goods_return_id = wizard.visit_id and wizard.visit_id._get_ordered_goods()[:1]

    @api.depends("goods_return_id", "goods_move_ids")
    def _compute_goods_move_id(self):
        """The oldest invoice, unless goods were ordered back."""
        for wizard in self:
            moves = wizard.goods_move_ids._origin.sorted(lambda move: (move.invoice_date, move.id))
            wizard.goods_move_id = wizard.goods_return_id.move_id or moves[:1]

    @api.depends("has_goods", "goods_return_id", "goods_move_id")
    def _compute_goods_ids(self):
        for wizard in self:
            rows = wizard._get_goods_rows() if wizard.has_goods else []
            wizard.goods_ids = [Command.clear(), *map(Command.create, rows)]

    def _get_goods_rows(self):
        """What was ordered back, or everything on the invoice that can still come back."""
        order = self.goods_return_id._origin
        if order:
            return [
                {
                    "return_line_id": line.id,
                    "move_line_id": line.move_line_id.id,
                    "expected": line.quantity,
                    "quantity": line.quantity,
                    "condition": line.condition,
                }
                for line in order.line_ids
            ]
        Line = self.env["collection.goods.return.line"]
        return [
            {"move_line_id": line.id, "expected": count, "quantity": 0.0, "condition": "used"}
            for line, count in Line._get_returnable(self.goods_move_id._origin).items()
        ]

    # === Business methods === #
    def _check_visit(self):
        if self.has_goods:
            if not self.goods_ids.filtered("quantity"):
                raise UserError(self.env._("Enter which goods, and how many, were taken back."))
            if not self.outcome_id:
                # Who hands goods over at the door has been talked with.
                self.outcome_id = self.env.ref("collections_followup.outcome_informed")
        return super()._check_visit()

    def _save(self):
        log = super()._save()
        if self.has_goods:
            self._take_goods()
        return log

    def _take_goods(self):
        """The order that existed, or a new one, is received by the visitor."""
        order = self.goods_return_id or self._order_goods()
        if order.case_id != self.case_id or order.state not in ("draft", "ordered"):
            raise UserError(self.env._("These goods have been received already."))
        rows = {goods.move_line_id: goods for goods in self.goods_ids}
        counts = {
            line: (rows[line.move_line_id].quantity, rows[line.move_line_id].condition)
            for line in order.line_ids
            if line.move_line_id in rows
        }
        order._take_at_door(self.visit_id, counts)
        if self.visit_id.result != "paid":
            self.visit_id.sudo().result = "goods"  # sudo: readonly for people.

    def _order_goods(self):
        return self.env["collection.goods.return"].create(
            {
                "case_id": self.case_id.id,
                "move_id": self.goods_move_id.id,
                "user_id": self.env.uid,
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": goods.move_line_id.id,
                            "quantity": goods.quantity,
                            "condition": goods.condition,
                        }
                    )
                    for goods in self.goods_ids
                    if goods.quantity
                ],
            }
        )

    def action_save(self):
        """Where goods were taken and no cash, the receipt for them is printed."""
        result = super().action_save()
        if self.visit_id.goods_return_ids and not self.visit_id.payment_id:
            return {**self.visit_id.action_goods_receipt(), "close_on_report_download": True}
        return result


class CollectionVisitResultGoods(models.TransientModel):
    _name = "collection.visit.result.goods"
    _description = "Goods at the Door"
    _order = "id"

    wizard_id = fields.Many2one("collection.visit.result", ondelete="cascade", index=True)
    return_line_id = fields.Many2one("collection.goods.return.line", ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", required=True, ondelete="cascade")
    name = fields.Char(string="Goods", compute="_compute_name", compute_sudo=True)
    expected = fields.Float(string="At Most", digits="Product Unit", readonly=True)
    quantity = fields.Float(string="Taken", digits="Product Unit")
    condition = fields.Selection(
        selection=lambda self: (
            self.env["collection.goods.return.line"]._fields["condition"].selection
        ),
        required=True,
        default="used",
    )

    @api.depends("move_line_id")
    def _compute_name(self):
        for goods in self:
            source = goods.move_line_id
            goods.name = source.product_id.display_name or source.name
