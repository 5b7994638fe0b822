from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.arrays import as_array
from ..tools.interest import Claim, Payment


class LateItem(NamedTuple):
    """A late receivable as the accrual reads it; amounts are text, so that they stay exact."""

    id: int
    case_id: int
    policy_id: int
    country_id: int
    consumer: bool
    currency_id: int
    due: date
    amount: str
    residual: str
    charge_id: int


@dataclass(frozen=True)
class Facts:
    """What is known of a chunk of items beside the items themselves, by item."""

    payments: dict
    suspended: dict
    before: dict
    excluded: dict = field(default_factory=dict)

    def needs_claim(self, item):
        """Whether the item must be looked at by itself, and not only by its due date."""
        return item.id in self.suspended or item.id in self.before or item.id in self.excluded

    def last_day(self, item, on):
        """The last day on which something was open."""
        payments = self.payments.get(item.id)
        if payments and not Decimal(item.residual):
            return min(on, max(payment.date for payment in payments))
        return on

    def claim(self, item, until, unit):
        """The item as the pure calculation reads it.

        Payments until the due date lower what was owed on it; they are not payments of a late
        debt.
        """
        payments = self.payments.get(item.id, ())
        early = sum((p.amount for p in payments if p.date <= item.due), Decimal(0))
        return Claim(
            principal=max(Decimal(0), Decimal(item.amount) - early),
            due=item.due,
            until=max(until, item.due),
            payments=tuple(p for p in payments if p.date > item.due),
            suspended=tuple(self.suspended.get(item.id, ())),
            excluded=tuple(self.excluded.get(item.id, ())),
            charged_before=self.before.get(item.id, (Decimal(0), None))[0],
            unit=unit,
        )


class CollectionCharge(models.Model):
    """Loading facts: everything about a chunk of items in a fixed number of queries."""

    _inherit = "collection.charge"

    @api.model
    def _load_late_items(self, on, scope):
        """Late items that may bear interest, with the case they belong to.

        Debit notes of charges are left out: interest never bears interest. So is what people
        have taken out of the follow-up.

        :param SQL scope: condition on items ``l`` and cases ``k``
        :return: list of :class:`LateItem`
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, k.id, k.policy_id, d.country_id,
                       d.is_company IS NOT TRUE AND COALESCE(d.vat, '') = '',
                       l.currency_id, COALESCE(l.date_maturity, l.date),
                       l.amount_currency::text, l.amount_residual_currency::text, c.id
                  FROM collection_case k
                  JOIN res_partner d ON d.id = k.partner_id
                  JOIN res_partner m ON m.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = m.id AND l.company_id = k.company_id
                  JOIN account_account a ON a.id = l.account_id
                  LEFT JOIN collection_charge c ON c.move_line_id = l.id AND c.kind = 'interest'
                                               AND c.state = 'accrued' AND c.move_id IS NULL
                 WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                   AND l.no_followup IS NOT TRUE AND l.amount_currency > 0
                   AND COALESCE(l.date_maturity, l.date) < %s AND %s
                   AND NOT EXISTS (SELECT FROM collection_charge n WHERE n.move_id = l.move_id)
                """,
                on,
                scope,
            )
        )
        return [LateItem(*row) for row in rows]

    @api.model
    def _open_scope(self, case_ids):
        """Open items of open cases. Worded as the partial index on them has it."""
        return SQL(
            "k.id = ANY(%s::int[]) AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0 "
            "AND l.amount_residual_currency > 0",
            as_array(case_ids),
        )

    @api.model
    def _lines_scope(self, line_ids):
        """Given items, whatever became of them, in the latest case of their debtor."""
        return SQL(
            "l.id = ANY(%s::int[]) AND k.id = (SELECT max(o.id) FROM collection_case o "
            "WHERE o.partner_id = k.partner_id AND o.company_id = k.company_id)",
            as_array(line_ids),
        )

    @api.model
    def _get_settled_lines(self, company):
        """Items paid since the last accrual, and paid ones whose interest could not be computed.

        Matchings have rising numbers, so reading those after the last one seen needs no scan.
        Some before it are read again, because a transaction may have taken long; of these only
        items that bear interest already, so that nothing from before the first accrual is
        charged.

        :return: list of item ids
        """
        mark = company.collection_accrual_mark
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.debit_move_id FROM account_partial_reconcile p
                  JOIN account_move_line l ON l.id = p.debit_move_id
                 WHERE %(mark)s > 0 AND p.id > %(mark)s - 1000 AND p.company_id = %(company)s
                   AND l.reconciled
                   AND (p.id >= %(mark)s
                        OR EXISTS (SELECT FROM collection_charge c WHERE c.move_line_id = l.id))
                 UNION
                SELECT c.move_line_id FROM collection_charge c
                  JOIN account_move_line l ON l.id = c.move_line_id
                 WHERE c.error_text IS NOT NULL AND l.company_id = %(company)s AND l.reconciled
                """,
                mark=mark,
                company=company.id,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _load_facts(self, items, on):
        """Payments, days without interest and earlier charges of items.

        :rtype: Facts
        """
        ids = [item.id for item in items]
        suspended = self._load_held_days(ids, on)
        for line_id, span in self._load_agreed_days(items, on):
            suspended[line_id].append(span)
        excluded = self._load_disputed_days(items, on)
        paid = [item.id for item in items if item.amount != item.residual]
        payments, before = self._load_payments(paid), self._load_before(ids)
        return Facts(payments, dict(suspended), before, excluded)

    @api.model
    def _load_payments(self, line_ids):
        """Money and credit notes matched with items, in the currency of the item."""
        payments = defaultdict(list)
        if line_ids:
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT p.debit_move_id, p.max_date, p.debit_amount_currency::text
                      FROM account_partial_reconcile p
                     WHERE p.debit_move_id = ANY(%s::int[]) AND p.debit_amount_currency > 0
                     ORDER BY p.max_date, p.id
                    """,
                    as_array(line_ids),
                )
            )
            for line_id, day, amount in rows:
                payments[line_id].append(Payment(day, Decimal(amount)))
        return dict(payments)

    @api.model
    def _load_held_days(self, line_ids, on):
        """Days on which a hold stops interest, on the whole debtor or on the invoice."""
        spans = defaultdict(list)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, h.date_from, COALESCE(h.date_to, %(on)s)
                  FROM collection_hold h
                  JOIN collection_hold_reason o ON o.id = h.reason_id AND o.stops_interest
                  JOIN collection_case k ON k.id = h.case_id
                  JOIN res_partner m ON m.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = m.id AND l.company_id = k.company_id
                 WHERE l.id = ANY(%(ids)s::int[])
                   AND (h.date_to IS NULL OR h.date_to >= h.date_from)
                   AND (NOT EXISTS (SELECT FROM collection_hold_move_rel r WHERE r.hold_id = h.id)
                        OR EXISTS (SELECT FROM collection_hold_move_rel r
                                    WHERE r.hold_id = h.id AND r.move_id = l.move_id))
                """,
                ids=as_array(line_ids),
                on=on,
            )
            if self._any_stopping_hold()
            else SQL("SELECT NULL, NULL, NULL WHERE FALSE")
        )
        for line_id, first, last in rows:
            spans[line_id].append((first, last))
        return spans

    @api.model
    def _any_stopping_hold(self):
        Hold = self.env["collection.hold"].sudo()  # also those of other collectors
        return bool(Hold.search_count([("reason_id.stops_interest", "=", True)], limit=1))

    @api.model
    def _load_disputed_days(self, items, on):
        """Days in dispute, where the policy pauses interest, with what is disputed of each item:
        the rest bears interest. A dispute that turned out not to be justified counts as if it had
        not been.

        :return: {line id: [(first day, last day, amount)]}
        """
        ids = self._ids_of_policies(items, "interest_on_disputes")
        spans = defaultdict(list)
        if not ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id, d.amount_disputed::text, d.date, COALESCE(d.date_resolved, %s),
                       l.id, l.amount_currency::text
                  FROM collection_dispute d
                  JOIN collection_dispute_line_rel r ON r.dispute_id = d.id
                  JOIN account_move_line l ON l.id = r.move_line_id
                 WHERE d.kind = 'dispute' AND d.state <> 'cancelled'
                   AND COALESCE(d.resolution, '') <> 'rejected'
                   AND d.id IN (SELECT dispute_id FROM collection_dispute_line_rel
                                 WHERE move_line_id = ANY(%s))
                 ORDER BY d.id, COALESCE(l.date_maturity, l.date), l.id
                """,
                on,
                ids,
            )
        )
        left = {}
        for dispute_id, disputed, first, last, line_id, amount in rows:
            rest = left.setdefault(dispute_id, Decimal(disputed))
            share = max(Decimal(0), min(rest, Decimal(amount)))
            left[dispute_id] = rest - share
            if share and first <= last:
                spans[line_id].append((first, last, share))
        return dict(spans)

    @api.model
    def _load_agreed_days(self, items, on):
        """Days of an agreement that has been kept so far, where the policy pauses interest."""
        ids = self._ids_of_policies(items, "interest_on_agreements")
        return self._spans(
            ids,
            SQL(
                """
                SELECT r.move_line_id, g.date, COALESCE(g.date_ended, %s)
                  FROM collection_agreement g
                  JOIN collection_agreement_line_rel r ON r.agreement_id = g.id
                 WHERE r.move_line_id = ANY(%s) AND g.state IN ('active', 'kept')
                """,
                on,
                ids,
            ),
        )

    @api.model
    def _ids_of_policies(self, items, setting):
        policies = self.env["collection.policy"].browse(
            {item.policy_id for item in items if item.policy_id}
        )
        pausing = set(policies.filtered(lambda policy: policy[setting] == "stop").ids)
        return [item.id for item in items if item.policy_id in pausing]

    @api.model
    def _spans(self, ids, query):
        if not ids:
            return []
        return [
            (line_id, (first, last))
            for line_id, first, last in self.env.execute_query(query)
            if first <= last
        ]

    @api.model
    def _load_before(self, line_ids):
        """Interest that is invoiced, on a draft debit note, or waived: not charged again.

        :return: {line id: (sum, the last day it covers)}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move_line_id, sum(amount)::text, max(date_to)
                  FROM collection_charge
                 WHERE move_line_id = ANY(%s::int[]) AND kind = 'interest'
                   AND (state <> 'accrued' OR move_id IS NOT NULL)
                 GROUP BY move_line_id
                """,
                as_array(line_ids),
            )
        )
        return {line_id: (Decimal(amount), last) for line_id, amount, last in rows}
