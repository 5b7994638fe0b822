from odoo import fields, models


class CollectionHandoverCost(models.Model):
    """What a file costs: a fee, a commission, a court; on a vendor bill of Odoo, or not yet."""

    _name = "collection.handover.cost"
    _description = "Cost of a Handover"
    _order = "date desc, id desc"
    _check_company_auto = True

    handover_id = fields.Many2one(
        "collection.handover", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    date = fields.Date(required=True, default=lambda self: self.env["collection.case"]._today())
    kind = fields.Selection(
        [
            ("fee", "Fee"),
            ("commission", "Commission"),
            ("court", "Court"),
            ("expense", "Expenses"),
            ("other", "Other"),
        ],
        required=True,
        default="fee",
    )
    name = fields.Char(string="Description")
    amount = fields.Monetary(required=True)
    bill_id = fields.Many2one(
        "account.move",
        string="Vendor Bill",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('move_type', 'in', ('in_invoice', 'in_receipt')),"
        " ('company_id', '=', company_id)]",
    )

    _check_amount = models.Constraint("CHECK(amount > 0)", "A cost is above zero.")

    def _get_kind(self):
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]
