from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.position import OpenItem, position

#: Up to so many debtors are computed here; more are left to the one statement for all of them.
FEW = 20


class CollectionCase(models.Model):
    """Balances of the debtors of a document that has just been posted, paid or matched.

    Odoo has PostgreSQL forget its plans at the end of each transaction, and planning the statement
    of :meth:`_refresh` takes ten times as long as reading the items of one debtor. So few debtors
    are read with plain queries and computed as the engine computes them.
    """

    _inherit = "collection.case"

    @api.model
    def _refresh_changed(self, line_ids, partner_ids):
        """Bring balances up to date after a change, with a fixed number of queries.

        :param set line_ids: journal items of any account, possibly deleted since
        :param set partner_ids: debtors besides, as the database had them before
        :return: the cases whose figures changed
        """
        partner_ids = partner_ids | self._get_partners_of(line_ids)
        if len(partner_ids) > FEW:
            return self._refresh(self.env["res.partner"].browse(partner_ids))
        cases = self._load_figures(partner_ids) if partner_ids else {}
        if not cases:
            return self.browse()
        on = self._today()
        pots = self._load_pots({debtor_id for debtor_id, _company_id in cases})
        changed = []
        for debtor, (case_id, net, stored) in cases.items():
            figures = self._sum_pots(pots[debtor], net, on)
            if figures != stored:
                changed.append((case_id, *figures))
        return self._invalidate_figures(self._write_figures(changed, on) if changed else ())

    @api.model
    def _get_partners_of(self, line_ids):
        """Partners of journal items; those that are not in the cache are asked for."""
        known, unknown = self._get_cached("account.move.line", "partner_id", line_ids)
        if unknown:
            self.env.cr.execute(
                "SELECT DISTINCT partner_id FROM account_move_line WHERE id = ANY(%s)",
                [list(unknown)],
            )
            known.update(row[0] for row in self.env.cr.fetchall())
        return known - {None, False}

    @api.model
    def _get_cached(self, model, name, ids):
        """Values of a reference that is a column, as far as the cache has them.

        :param set ids: records, possibly deleted since
        :return: the values, and the records of which the cache knows none
        :rtype: tuple(set, set)
        """
        known = {}
        for record in self.env[model].browse(ids):
            if name in record._cache:
                known[record.id] = record._cache[name]
        return set(known.values()), ids - known.keys()

    @api.model
    def _load_figures(self, partner_ids):
        """Open cases of the debtors to whom these contacts belong.

        :return: {(debtor, company): (case, net of credits, its figures)}
        """
        debtor_ids, contact_ids = self._get_cached(
            "res.partner", "commercial_partner_id", partner_ids
        )
        debtors = SQL("%s::int[]", list(debtor_ids - {None, False}))
        if contact_ids:
            debtors = SQL(
                "%s || ARRAY(SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s))",
                debtors,
                list(contact_ids),
            )
        self.env.cr.execute(
            SQL(
                """
                SELECT k.partner_id, k.company_id, k.id,
                       (SELECT p.net_credits FROM collection_policy p WHERE p.id = k.policy_id),
                       COALESCE(k.amount_open, 0)::text, COALESCE(k.amount_overdue, 0)::text,
                       COALESCE(k.amount_credit, 0)::text, k.oldest_due_date,
                       COALESCE(k.open_item_count, 0)
                  FROM collection_case k
                 WHERE k.partner_id = ANY(%s) AND k.state <> 'closed'
                """,
                debtors,
            )
        )
        cases = {}
        for debtor_id, company_id, case_id, net, *amounts, oldest, count in self.env.cr.fetchall():
            figures = (*map(Decimal, amounts), oldest, count)
            cases[debtor_id, company_id] = case_id, net is not False, figures
        return cases

    @api.model
    def _load_pots(self, debtor_ids):
        """Open receivables: {(debtor, company): {currency: [items]}}.

        The account is asked for item by item: a join more takes longer to plan than the few items
        of a debtor take to read.
        """
        self.env.cr.execute(
            """
            SELECT d.commercial_partner_id, l.company_id, l.id, l.currency_id,
                   COALESCE(l.date_maturity, l.date), l.amount_residual::text,
                   CASE WHEN l.no_followup THEN 'no_followup' END
              FROM res_partner d JOIN account_move_line l ON l.partner_id = d.id
             WHERE d.commercial_partner_id = ANY(%s) AND l.parent_state = 'posted'
               AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
               AND (SELECT a.account_type FROM account_account a
                     WHERE a.id = l.account_id) = 'asset_receivable'
            """,
            [list(debtor_ids)],
        )
        pots = defaultdict(lambda: defaultdict(list))
        for (
            debtor_id,
            company_id,
            line_id,
            currency_id,
            due,
            residual,
            out,
        ) in self.env.cr.fetchall():
            item = OpenItem(line_id, currency_id, due, Decimal(residual), out)
            pots[debtor_id, company_id][currency_id].append(item)
        return pots

    @api.model
    def _sum_pots(self, pots, net, on):
        """The figures of a case, in the order of the columns that keep them."""
        balances = [position(items, on, net=net) for items in pots.values()]
        overdue = sum(b.overdue if net else b.gross_overdue for b in balances)
        oldest = min(filter(None, (b.oldest_due for b in balances)), default=None)
        count = sum(item.residual > 0 for items in pots.values() for item in items)
        return (
            sum(b.balance for b in balances),
            overdue,
            sum(b.credit for b in balances),
            oldest,
            count,
        )

    @api.model
    def _write_figures(self, rows, on):
        """Write figures of cases that differ, and have these cases looked at on a day."""
        values = SQL(", ").join(
            SQL("(%s, %s, %s, %s, %s::date, %s)", *row)  # a case without late items has no oldest
            for row in rows
        )
        return self.env.execute_query(
            SQL(
                """
                UPDATE collection_case k
                   SET amount_open = v.balance, amount_overdue = v.overdue,
                       amount_credit = v.credit, oldest_due_date = v.oldest,
                       open_item_count = v.items,
                       next_review_date = LEAST(k.next_review_date, %s),
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM (VALUES %s) AS v(id, balance, overdue, credit, oldest, items)
                 WHERE k.id = v.id
             RETURNING k.id
                """,
                on,
                values,
            )
        )
