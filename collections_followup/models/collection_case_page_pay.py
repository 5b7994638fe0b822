from collections import namedtuple

from odoo import models
from odoo.fields import Command, Date
from odoo.tools import format_amount

from .collection_refusal import CollectionRefusal

#: Months that the statement of account goes back.
STATEMENT_MONTHS = 12
#: What is paid online: an amount in a currency, on items of one debtor.
Choice = namedtuple("Choice", "currency amount lines agreement text query")


class CollectionCase(models.Model):
    """What a debtor has chosen to pay online: looked up among its own items, never believed."""

    _inherit = "collection.case"

    def _get_page_choice(self, item_ids=(), line_id=None, currency_id=None, amount=None):
        """What is to be paid.

        :param item_ids: journal items; none: everything open in a currency
        :param int line_id: a line of an agreement that holds; its amount is paid
        :param Decimal amount: less than all of it
        :rtype: Choice
        """
        if line_id:
            return self._choose_agreed(line_id)
        debts = self._get_page_debts()
        if item_ids:
            lines = debts.filtered(lambda line: line.id in set(item_ids))
            self._page_need(
                len(lines) == len(set(item_ids)),
                "items",
                self.env._("Some of it has been paid already. Choose again."),
            )
        else:
            currency_id = currency_id or debts.currency_id[:1].id
            lines = debts.filtered(lambda line: line.currency_id.id == currency_id)
        self._page_need(lines, "items", self.env._("There is nothing to pay."))
        currency = lines.currency_id
        if len(currency) > 1:
            raise CollectionRefusal(
                self.env._("Please pay one currency at a time."), "currencies", "items"
            )
        return self._choose_items(currency, lines, amount, bool(item_ids))

    def _choose_items(self, currency, lines, amount, chosen):
        total = currency.round(sum(lines.mapped("amount_residual_currency")))
        if not chosen:
            # Credits that have not been matched lower what all of it comes to.
            credits_ = self.move_line_ids.filtered(
                lambda line: line.currency_id == currency and line.amount_residual_currency < 0
            )
            total = currency.round(total + sum(credits_.mapped("amount_residual_currency")))
        wanted = total if amount is None else currency.round(float(amount))
        if currency.compare_amounts(wanted, 0) <= 0:
            raise CollectionRefusal(
                self.env._("There is nothing to pay.")
                if amount is None
                else self.env._("Write an amount above zero."),
                "amount_missing",
                "amount",
            )
        if currency.compare_amounts(wanted, total) > 0:
            raise CollectionRefusal(
                self.env._("That is more than is open on what you chose."),
                "amount_too_high",
                "amount",
            )
        names = ", ".join(dict.fromkeys(line.move_id.name or "" for line in lines))
        query = [("currency", currency.id), *(("items", line.id) for line in lines if chosen)]
        if amount is not None:
            query.append(("amount", currency.round(float(amount))))
        return Choice(currency, wanted, lines, self.agreement_ids.browse(), names, query)

    def _choose_agreed(self, line_id):
        line = self.active_agreement_ids.line_ids.filtered(lambda line: line.id == line_id)
        amount = line and line._get_page_amount()
        self._page_need(amount, "line", self.env._("This has been paid already."))
        agreement = line.agreement_id
        lines = agreement._get_items().filtered(lambda item: item.amount_residual_currency > 0)
        text = self.env._(
            "Agreed payment of %(amount)s",
            amount=format_amount(self.env, line.amount, agreement.currency_id),
        )
        return Choice(agreement.currency_id, amount, lines, agreement, text, [("line", line.id)])

    def _get_page_statement(self):
        """What was invoiced and paid in the last months, as PDF."""
        wizard = self.env["collection.statement.wizard"].create(
            {
                "case_ids": [Command.set(self.ids)],
                "kind": "activity",
                "date_from": Date.subtract(self._today(), months=STATEMENT_MONTHS),
            }
        )
        return wizard._make_preview()

    def _prepare_page_transaction(self, choice):
        """Values of the transaction for a choice."""
        return {
            "collection_case_id": self.id,
            "collection_line_ids": choice.lines.ids,
            "collection_agreement_id": choice.agreement.id,
        }

    def _get_page_reference(self, choice):
        """What the payment quotes."""
        return choice.agreement.reference or self.reference
