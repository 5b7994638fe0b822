from decimal import Decimal

from odoo import models
from odoo.tools import float_repr


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def _collection_decimal(self, amount):
        """``amount`` as an exact decimal at the precision of the currency.

        Odoo's ORM hands out floats; going through their representation at the currency's number
        of decimals keeps binary noise out of comparisons.

        :param float amount: an amount in this currency
        :rtype: decimal.Decimal
        """
        self.ensure_one()
        return Decimal(float_repr(amount, self.decimal_places))
