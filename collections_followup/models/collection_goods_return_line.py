from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

#: What goods are worth of their price, unless somebody says otherwise.
WORTH = {"new": 100.0, "used": 50.0, "damaged": 20.0, "worthless": 0.0}


class CollectionGoodsReturnLine(models.Model):
    """Goods of one line of the invoice that come back, and what they are worth."""

    _name = "collection.goods.return.line"
    _description = "Returned Goods"
    _order = "return_id, sequence, id"
    _check_company_auto = True

    return_id = fields.Many2one(
        "collection.goods.return", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="return_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(related="return_id.state")
    move_id = fields.Many2one(related="return_id.move_id", string="Document")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Invoice Line",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('move_id', '=', move_id), ('display_type', '=', 'product')]",
    )
    name = fields.Char(string="Goods", compute="_compute_facts", store=True)
    quantity_invoiced = fields.Float(
        string="Invoiced", compute="_compute_facts", store=True, digits="Product Unit"
    )
    price_total = fields.Monetary(string="Price", compute="_compute_facts", store=True)
    currency_id = fields.Many2one(related="return_id.currency_id", store=True)
    quantity = fields.Float(string="To Come", required=True, digits="Product Unit")
    quantity_received = fields.Float(
        string="Came",
        compute="_compute_quantity_received",
        store=True,
        readonly=False,
        digits="Product Unit",
        help="As ordered, unless somebody counts otherwise.",
    )
    condition = fields.Selection(
        [
            ("new", "As New"),
            ("used", "Used"),
            ("damaged", "Damaged"),
            ("worthless", "Without Value"),
        ],
        required=True,
        default="new",
    )
    value_percent = fields.Float(
        string="Worth (%)",
        compute="_compute_value_percent",
        store=True,
        readonly=False,
        aggregator=None,
        help="Of the price on the invoice.",
    )
    amount = fields.Monetary(string="Value", compute="_compute_amount", store=True)

    _check_numbers = models.Constraint(
        "CHECK(quantity >= 0 AND quantity_received >= 0 AND value_percent BETWEEN 0 AND 100)",
        "Quantities cannot be negative, and goods are worth between 0 and 100 % of their price.",
    )

    # === Compute methods === #
    @api.depends("move_line_id")
    def _compute_facts(self):
        for line in self:
            # sudo: those who fetch the goods need not see the books.
            source = line.move_line_id.sudo()
            line.name = source.product_id.display_name or source.name
            line.quantity_invoiced = source.quantity
            line.price_total = source.price_total

    @api.depends("quantity")
    def _compute_quantity_received(self):
        for line in self:
            line.quantity_received = line.quantity

    @api.depends("condition")
    def _compute_value_percent(self):
        for line in self:
            line.value_percent = WORTH.get(line.condition, 0.0)

    @api.depends("quantity_received", "value_percent", "price_total", "quantity_invoiced")
    def _compute_amount(self):
        for line in self:
            count = line.quantity_invoiced
            share = line.quantity_received / count * line.value_percent / 100 if count else 0.0
            amount = line.price_total * share
            line.amount = line.currency_id.round(amount) if line.currency_id else amount

    # === Constraints === #
    @api.constrains("move_line_id", "return_id", "quantity", "quantity_received")
    def _check_quantity(self):
        for line in self:
            source = line.move_line_id.sudo()  # sudo: as above
            if source.move_id != line.return_id.move_id or source.display_type != "product":
                raise ValidationError(
                    self.env._("%(line)s is no line of this invoice.", line=line.name)
                )
        others = self._get_taken(self.move_line_id)
        for source in self.move_line_id.sudo():
            taken = others.get(source.id, 0.0)
            if float_compare(taken, source.quantity, precision_digits=6) > 0:
                raise ValidationError(
                    self.env._(
                        "Only %(count)g of %(goods)s were invoiced, and %(taken)g would come back.",
                        count=source.quantity,
                        goods=source.name,
                        taken=taken,
                    )
                )

    # === CRUD === #
    def write(self, vals):
        if not self.env.su:
            self.return_id._check_lines_write(vals)
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.return_id._check_lines_write({"quantity": 0})
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        if self.return_id.filtered(lambda order: order.state in ("received", "credited")):
            raise UserError(self.env._("What has come back stays on the order."))

    # === Business methods === #
    @api.model
    def _get_taken(self, sources):
        """How many of each line of an invoice have come or are to come back.

        :return: {invoice line id: quantity}
        """
        # sudo: orders of colleagues count too.
        lines = self.sudo().search(
            [("move_line_id", "in", sources.ids), ("return_id.state", "!=", "cancelled")]
        )
        result = {}
        for line in lines:
            settled = line.return_id.state in ("received", "credited")
            count = (
                line.quantity_received if settled else max(line.quantity, line.quantity_received)
            )
            result[line.move_line_id.id] = result.get(line.move_line_id.id, 0.0) + count
        return result

    @api.model
    def _get_returnable(self, move):
        """Lines of an invoice with what of them can still come back.

        :return: {invoice line: quantity}
        """
        sources = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        taken = self._get_taken(sources)
        left = {line: line.quantity - taken.get(line.id, 0.0) for line in sources}
        return {line: count for line, count in left.items() if count > 0}
