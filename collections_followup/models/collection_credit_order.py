from odoo import api, models


class CollectionCreditHold(models.Model):
    """New orders of debtors whose credit is on hold, where the Sales app is installed.

    It is no dependency, so its orders are guarded once all modules are loaded, as
    ``base_automation`` does. Only the confirmation of an order is refused: what has been delivered
    is invoiced, held or not.
    """

    _inherit = "collection.credit.hold"

    def _register_hook(self):
        result = super()._register_hook()
        order_class = self.env.registry.get("sale.order")
        if order_class is not None:
            _guard(order_class)
        return result

    def _unregister_hook(self):
        result = super()._unregister_hook()
        order_class = self.env.registry.get("sale.order")
        if order_class is not None and "_collection_guarded" in vars(order_class):
            del order_class._confirmation_error_message
            del order_class._collection_guarded
        return result

    @api.model
    def _get_order_refusal(self, order):
        """Why an order cannot be confirmed, as a sentence; empty when it can.

        Customers who sign or pay online are not refused, they could do nothing about it: the
        history of the order says so to whoever sells.
        """
        company = order.company_id or self.env.company
        if not company.sudo().collection_credit_refuse_orders:  # sudo: a setting
            return ""
        for debtor in (order.partner_invoice_id | order.partner_id).commercial_partner_id:
            hold = self.env["account.move"]._get_credit_hold(debtor, company)
            if hold:
                sentence = debtor._get_hold_sentence(hold)
                if not self.env.su:
                    return sentence
                order._message_log(body=sentence)
        return ""


def _guard(order_class):
    """Have the confirmation of orders ask for holds; once."""
    if "_collection_guarded" in vars(order_class):
        return
    origin = order_class._confirmation_error_message

    def _confirmation_error_message(self):
        return origin(self) or self.env["collection.credit.hold"]._get_order_refusal(self)

    order_class._confirmation_error_message = _confirmation_error_message
    order_class._collection_guarded = True
