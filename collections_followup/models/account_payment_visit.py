from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class AccountPayment(models.Model):
    """Cash taken on visits: who holds it, until it is handed over."""

    _inherit = "account.payment"

    collection_visitor_id = fields.Many2one(
        "res.users",
        string="Cash Taken By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        prefetch="collections",
    )
    collection_cash_id = fields.Many2one(
        "collection.visit.cash",
        string="Cash Handed Over",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="collections_followup.group_reader,collections_followup.group_collector",
        prefetch="collections",
    )

    @api.model
    def _get_cash_held(self, visitor, company):
        """Payments in cash that a visitor has taken and not handed over yet."""
        # sudo: what somebody holds does not depend on who asks.
        return self.sudo().search(
            [
                ("collection_visitor_id", "=", visitor.id),
                ("collection_cash_id", "=", False),
                ("company_id", "=", company.id),
                ("state", "not in", ("draft", "canceled", "rejected")),
            ],
            order="date, id",
        )

    @api.model
    def _check_cash_limit(self, visitor, company, amount, currency, on):
        """Refuse cash that would take a visitor above what one person may hold."""
        limit = company.collection_visit_cash_limit
        if not limit:
            return
        own = company.currency_id
        held = sum(
            payment.currency_id._convert(payment.amount, own, company, payment.date)
            for payment in self._get_cash_held(visitor, company)
        )
        if own.compare_amounts(held + currency._convert(amount, own, company, on), limit) > 0:
            raise UserError(
                self.env._(
                    "%(who)s holds %(held)s in cash already and may hold %(limit)s. Hand the cash "
                    "over first, or ask the debtor for a transfer.",
                    who=visitor.name,
                    held=format_amount(self.env, held, own),
                    limit=format_amount(self.env, limit, own),
                )
            )
