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
        debtor_ids = self._get_debtors_of(partner_ids | self._get_partners_of(line_ids))
        if len(debtor_ids) > FEW:
            return self._refresh(self.env["res.partner"].browse(debtor_ids))
        cases = self._load_figures(debtor_ids) if debtor_ids else {}
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
        return self._get_stored("account.move.line", "partner_id", line_ids)

    @api.model
    def _get_debtors_of(self, partner_ids):
        return self._get_stored("res.partner", "commercial_partner_id", partner_ids)

    @api.model
    def _get_stored(self, model, name, ids):
        """Values of a reference that is a column, out of the cache as far as it has them.

        :param set ids: records, possibly deleted since
        :rtype: set
        """
        known = {}
        for record in self.env[model].browse(ids):
            if name in record._cache:
                known[record.id] = record._cache[name]
        found = set(known.values())
        if unknown := ids - known.keys():
            column, table = SQL.identifier(name), SQL.identifier(self.env[model]._table)
            query = SQL(
                "SELECT DISTINCT %s FROM %s WHERE id = ANY(%s)", column, table, list(unknown)
            )
            found.update(row[0] for row in self.env.execute_query(query))
        return found - {None, False}

    @api.model
    def _load_figures(self, debtor_ids):
        """Open cases: {(debtor, company): (case, net of credits, its figures)}."""
        self.env.cr.execute(
            """
            SELECT k.partner_id, k.company_id, k.id, COALESCE(p.net_credits, TRUE),
                   COALESCE(k.amount_open, 0)::text, COALESCE(k.amount_overdue, 0)::text,
                   COALESCE(k.amount_credit, 0)::text, k.oldest_due_date,
                   COALESCE(k.open_item_count, 0)
              FROM collection_case k LEFT JOIN collection_policy p ON p.id = k.policy_id
             WHERE k.partner_id = ANY(%s) AND k.state <> 'closed'
            """,
            [list(debtor_ids)],
        )
        cases = {}
        for debtor_id, company_id, case_id, net, *amounts, oldest, count in self.env.cr.fetchall():
            figures = (*map(Decimal, amounts), oldest, count)
            cases[debtor_id, company_id] = case_id, net, figures
        return cases

    @api.model
    def _load_pots(self, debtor_ids):
        """Open receivables: {(debtor, company): {currency: [items]}}.

        Which accounts are receivable is asked of the cache: a join more is planned anew for each
        document.
        """
        self.env.cr.execute(
            """
            SELECT d.commercial_partner_id, l.company_id, l.account_id, l.id, l.currency_id,
                   COALESCE(l.date_maturity, l.date), l.amount_residual::text,
                   CASE WHEN l.no_followup THEN 'no_followup' END
              FROM res_partner d JOIN account_move_line l ON l.partner_id = d.id
             WHERE d.commercial_partner_id = ANY(%s) AND l.parent_state = 'posted'
               AND l.reconciled IS NOT TRUE AND l.amount_residual <> 0
            """,
            [list(debtor_ids)],
        )
        rows = self.env.cr.fetchall()
        accounts = self.env["account.account"].browse({row[2] for row in rows})
        receivable = {a.id for a in accounts if a.account_type == "asset_receivable"}
        pots = defaultdict(lambda: defaultdict(list))
        for (
            debtor_id,
            company_id,
            account_id,
            line_id,
            currency_id,
            due,
            residual,
            left_out,
        ) in rows:
            if account_id in receivable:
                excluded = "no_followup" if left_out else None
                item = OpenItem(line_id, currency_id, due, Decimal(residual), excluded)
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
        columns = [list(column) for column in zip(*rows, strict=True)]
        return self.env.execute_query(
            SQL(
                """
                UPDATE collection_case k
                   SET amount_open = v.balance, amount_overdue = v.overdue,
                       amount_credit = v.credit, oldest_due_date = v.oldest,
                       open_item_count = v.items,
                       next_review_date = LEAST(k.next_review_date, %s),
                       write_date = now() AT TIME ZONE 'UTC'
                  FROM unnest(%s::int[], %s::numeric[], %s::numeric[], %s::numeric[], %s::date[],
                              %s::int[]) AS v(id, balance, overdue, credit, oldest, items)
                 WHERE k.id = v.id
             RETURNING k.id
                """,
                on,
                *columns,
            )
        )
