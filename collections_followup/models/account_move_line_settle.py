from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _collection_pay(self, amount, currency, memo):
        """Money that somebody else passes on for these items: one payment of today into the bank,
        matched with the oldest first. Whoever calls this has checked the right to.

        :return: the payment
        """
        left, allocation = amount, []
        lines = self.filtered(lambda line: line.currency_id == currency and not line.reconciled)
        for line in lines.sorted(lambda line: (line.date_maturity or line.date, line.id)):
            part = min(left, line.amount_residual_currency)
            if currency.compare_amounts(part, 0) > 0:
                allocation.append((line.id, part))
                left = currency.round(left - part)
        if not allocation or currency.compare_amounts(left, 0) > 0:
            raise UserError(
                self.env._(
                    "%(left)s more was received than is open on these items. Correct the amount, "
                    "and register the rest as a payment on account.",
                    left=format_amount(self.env, left, currency),
                )
            )
        company = self.company_id
        today = self.env["collection.case"]._today()
        journal = self.env["collection.refund"]._get_journal_of(company)
        self.env["collection.writeoff"]._check_lock(company, journal, today)
        # sudo: the right has been checked by the caller; the entry follows from it.
        register = self.env["account.payment.register"].sudo().with_company(company)
        register = register.with_context(
            active_model="account.move.line",
            active_ids=[line_id for line_id, _part in allocation],
            collection_allocation=allocation,
            force_payment_move=True,
        ).create(
            {
                "payment_date": today,
                "journal_id": journal.id,
                "currency_id": currency.id,
                "amount": amount,
                "communication": memo,
                "group_payment": True,
                "payment_difference_handling": "open",
                "installments_mode": "full",
            }
        )
        return register._create_payments()
