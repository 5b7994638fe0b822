from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _get_collection_orders(self):
        """Sales orders behind an invoice, where sales are managed in Odoo.

        :return: list of (name, link)
        """
        self.ensure_one()
        lines = self.invoice_line_ids
        if "sale_line_ids" not in lines._fields:
            return []
        # sudo: the collector may not open the order, but must be able to name it.
        orders = lines.sudo().sale_line_ids.order_id
        return [(order.name, f"/odoo/sale.order/{order.id}") for order in orders]
