from odoo import fields, models


class CollectionGoodsReturn(models.Model):
    """Goods that a visitor took back at the door."""

    _inherit = "collection.goods.return"

    visit_id = fields.Many2one(
        "collection.visit",
        string="Taken On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    def _get_kept_fields(self):
        return super()._get_kept_fields() | {"visit_id"}

    # === Actions === #
    def action_receipt(self):
        """What the debtor gets for the goods."""
        self.check_access("read")
        return self.env.ref("collections_followup.report_goods_receipt").report_action(self)

    # === Business methods === #
    def _take_at_door(self, visit, counts):
        """The visitor has taken the goods along; a supervisor credits them once they are here.

        :param counts: {line: (how many came, in which condition)}
        """
        self.ensure_one()
        if self.state == "draft":
            self._check_order()
            self._set_state(("draft",), "ordered")
        for line in self.line_ids:
            count, condition = counts.get(line, (0.0, line.condition))
            line.write({"quantity_received": count, "condition": condition})
        self._check_receiver()
        self.sudo().visit_id = visit  # sudo: readonly for people.
        self._receive()
        self._ask_to_credit()


class CollectionVisit(models.Model):
    _inherit = "collection.visit"

    goods_return_ids = fields.One2many(
        "collection.goods.return", "visit_id", string="Goods Taken Back", readonly=True
    )

    def action_goods_receipt(self):
        """The receipt for the goods."""
        self.ensure_one()
        return self.goods_return_ids.action_receipt()

    def _get_ordered_goods(self):
        """Orders to take goods back here."""
        return self.env["collection.goods.return"].search(
            [("case_id", "=", self.case_id.id), ("state", "=", "ordered")]
        )

    def _get_sheet_stop(self, number):
        goods = [
            f"{line.quantity:g} × {line.name}"
            for line in self._get_ordered_goods().line_ids
            if line.quantity
        ]
        return {**super()._get_sheet_stop(number), "goods": goods}
