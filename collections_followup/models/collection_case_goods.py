from odoo import fields, models
from odoo.exceptions import UserError


class CollectionCase(models.Model):
    """Goods that a debtor gives back."""

    _inherit = "collection.case"

    goods_return_ids = fields.One2many("collection.goods.return", "case_id", readonly=True)
    goods_return_count = fields.Integer(string="Returns", compute="_compute_goods_return_count")

    def _compute_goods_return_count(self):
        counts = self._count_by_debtor("collection.goods.return", [("state", "!=", "cancelled")])
        for case in self:
            case.goods_return_count = counts.get((case.partner_id.id, case.company_id.id), 0)

    # === Actions === #
    def action_view_goods_returns(self):
        return self._view_records("collection.goods.return", self.env._("Goods Taken Back"))

    def action_take_goods(self):
        """Order goods back in part payment."""
        self.ensure_one()
        self.check_access("write")
        invoices = self._get_debts().move_id.filtered(lambda move: move.move_type == "out_invoice")
        if not invoices:
            raise UserError(self.env._("No invoice of this debtor is open that goods could pay."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Goods Back"),
            "res_model": "collection.goods.return",
            "view_mode": "form",
            "context": {
                "default_case_id": self.id,
                "default_move_id": invoices.id if len(invoices) == 1 else False,
            },
        }

    def _absorb(self, others):
        """Returns of joined cases go along."""
        result = super()._absorb(others)
        # sudo: history is kept by the follow-up.
        self.env["collection.goods.return"].sudo().search(
            [("case_id", "in", others.ids)]
        ).case_id = self
        return result
