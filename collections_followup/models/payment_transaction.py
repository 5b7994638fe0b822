from odoo import fields, models
from odoo.tools import format_amount


class PaymentTransaction(models.Model):
    """Online payments made on the customer page: Odoo posts them, and what was chosen there is
    matched."""

    _inherit = "payment.transaction"

    collection_case_id = fields.Many2one(
        "collection.case",
        string="Paid on the Customer Page of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    collection_line_ids = fields.Many2many(
        "account.move.line",
        "collection_transaction_line_rel",
        "transaction_id",
        "move_line_id",
        string="Items Chosen by the Debtor",
        readonly=True,
        copy=False,
    )
    collection_agreement_id = fields.Many2one(
        "collection.agreement",
        string="Payment of Agreement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _create_payment(self, **extra_create_values):
        """Post with a counterpart for each item that was chosen, and match it with that item."""
        self.ensure_one()
        if not self.collection_case_id:
            return super()._create_payment(**extra_create_values)
        allocation = self._get_collection_allocation()
        tx = self.with_context(collection_allocation=allocation, force_payment_move=True)
        payment = super(PaymentTransaction, tx)._create_payment(**extra_create_values)
        payment.collection_case_id = self.collection_case_id
        self._match_collection_items(payment, allocation)
        self._tell_collection_case(payment)
        return payment

    def _get_collection_allocation(self):
        """What each chosen item gets: what is still open when the money comes.

        :return: pairs of (journal item id, amount); what is left over stays on account
        """
        currency = self.currency_id
        items = self.collection_line_ids.filtered(
            lambda line: (
                line.parent_state == "posted"
                and line.currency_id == currency
                and line.amount_residual_currency > 0
            )
        )
        if not items:
            return []
        if self.collection_agreement_id:
            return self._fill_in_order(items)
        exact = currency._collection_decimal
        company = self.company_id
        given = items.with_company(company)._collection_impute(
            exact(self.amount), company._get_imputation_law(), self.collection_case_id._today()
        )
        return [(line_id, float(amount)) for line_id, amount in given.items() if amount]

    def _fill_in_order(self, items):
        """A payment of a plan goes to its items one after the other, oldest first."""
        left, result = self.amount, []
        for item in self.collection_agreement_id._get_items() & items:
            part = self.currency_id.round(min(left, item.amount_residual_currency))
            if part > 0:
                result.append((item.id, part))
                left -= part
        return result

    def _match_collection_items(self, payment, allocation):
        if not allocation:
            return
        _liquidity, counterparts, _writeoff = payment._seek_for_lines()
        items = self.env["account.move.line"].browse(line_id for line_id, _amount in allocation)
        for item, line in zip(items, counterparts.sorted("id")[: len(items)], strict=True):
            (item + line).reconcile()
        items.move_id.matched_payment_ids += payment

    def _tell_collection_case(self, payment):
        case = self.collection_case_id
        amount = format_amount(self.env, self.amount, self.currency_id)
        case._for_page(case._get_page_lang())._log_page(
            self.env._("Has paid %(amount)s online (%(name)s).", amount=amount, name=payment.name),
            lines=self.collection_line_ids,
        )
