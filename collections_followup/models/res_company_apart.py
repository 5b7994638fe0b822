from odoo import models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Own debts and debts of others are never added together.

    Each client's debts are booked in a company of their own. Whoever sums over companies asks
    here which of them belong together.
    """

    _inherit = "res.company"

    def _collection_others(self):
        """Those of these companies that are ledgers of clients."""
        # sudo: which debts are whose does not depend on who asks.
        return self.filtered(lambda company: company.sudo().collection_party == "third")

    def _collection_own(self):
        """Those of these companies whose debts are their own."""
        return self - self._collection_others()

    def _collection_counted(self):
        """Companies whose totals belong together: the own ones, or only ledgers of clients."""
        return self._collection_own() or self

    def _collection_is_mixed(self):
        return bool(self._collection_own() and self._collection_others())

    def _collection_check_apart(self):
        """Refuse a total over own debts and debts of others."""
        if self._collection_is_mixed():
            raise UserError(
                self.env._(
                    "Own debts and debts of others are not added together. Choose either own "
                    "companies or ledgers of clients (%(clients)s).",
                    clients=", ".join(self._collection_others().mapped("name")),
                )
            )
        return self
