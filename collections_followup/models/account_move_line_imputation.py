from decimal import Decimal

from odoo import models

from ..tools.imputation import COSTS, INTEREST, PRINCIPAL
from ..tools.item_imputation import Item, impute_items, law_for


class AccountMoveLine(models.Model):
    """Open items as the imputation of payments reads them."""

    _inherit = "account.move.line"

    def _collection_impute(self, amount, law, on, principal_first=False, directions=()):
        """What each of these items gets of a payment by the order of a law.

        :param Decimal amount: in the currency of the items
        :param str law: a code of ``LAW_NAMES``
        :param directions: what the debtor named: pairs (item id, Decimal or None)
        :return: {item id: Decimal}
        """
        rule = law_for(self.env.company._get_law(law), principal_first=principal_first)
        unit = Decimal(repr(self.currency_id[:1].rounding))
        items = self._collection_items_to_impute()
        return dict(impute_items(amount, items, rule, on, directions, unit).applied)

    def _collection_items_to_impute(self):
        """:rtype: list[Item]"""
        exact = self.currency_id[:1]._collection_decimal
        disputed = self.env["collection.dispute"]._get_disputed(self.ids)
        notes = self._collection_charge_notes()
        items = []
        for line in self:
            part, about = notes.get(line.move_id.id, (PRINCIPAL, {}))
            items.append(
                Item(
                    line.id,
                    exact(line.amount_residual_currency),
                    due=line.date_maturity or line.date,
                    part=part,
                    about=about,
                    incurred=line.invoice_date or line.date,
                    disputed=disputed.get(line.id, Decimal(0)),
                )
            )
        return items

    def _collection_charge_notes(self):
        """Debit notes of charges among these items: what they are, and what they are about.

        A note with interest and costs counts as costs only when it has no interest.

        :return: {journal entry id: (part, {item id: amount})}
        """
        # sudo: charges belong to the debt, whoever takes the payment.
        charges = (
            self.env["collection.charge"]
            .sudo()
            .search([("move_id", "in", self.move_id.ids), ("state", "=", "invoiced")])
        )
        result = {}
        for move, mine in charges.grouped("move_id").items():
            is_interest = any(charge.kind == "interest" for charge in mine)
            about = {}
            for charge in mine.filtered(lambda c: c.move_line_id and c.amount > 0):
                key = charge.move_line_id.id
                about[key] = about.get(key, Decimal(0)) + Decimal(repr(charge.amount))
            result[move.id] = (INTEREST if is_interest else COSTS, about)
        return result
