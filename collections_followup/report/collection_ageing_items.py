from odoo import api, models
from odoo.tools import SQL

#: Up to this share of all matches, taking back later ones is quicker than adding up earlier ones.
SHARE_TAKEN_BACK = 0.35


class CollectionAgeing(models.Model):
    """What was open of each item on a day: three ways to the same figures.

    Today's residuals are in the ledger. Those of a recent day are today's, with what has been
    matched since taken back. Those of a day long past are the amounts less what had been matched by
    then. Matches with entries that are not posted never count.
    """

    _inherit = "collection.ageing"

    @api.model
    def _open_items(self, on):
        """A query of the receivable items open on a day, with their residuals."""
        void = self._get_void_matches()
        share = self._get_share_matched_after(on)
        if not share and not void:
            return self._items_open_now(on)
        if share <= SHARE_TAKEN_BACK:
            return self._items_taken_back(on, void)
        return self._items_added_up(on, void)

    @api.model
    def _get_share_matched_after(self, on):
        """Which part of all matches was made after a day."""
        ((later, count),) = self.env.execute_query(
            SQL(
                "SELECT count(*) FILTER (WHERE max_date > %s), count(*) "
                "FROM account_partial_reconcile",
                on,
            )
        )
        return later / count if count else 0

    @api.model
    def _get_void_matches(self):
        """Matches with entries that are not posted: Odoo keeps them when an invoice or a payment
        is reset to draft. Going by journal, PostgreSQL finds drafts in an index of Odoo's own.

        :rtype: list[int]
        """
        self.env["account.partial.reconcile"].flush_model()
        self.env["account.move"].flush_model(["state", "journal_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id
                  FROM account_journal j
                  JOIN account_move m ON m.journal_id = j.id AND m.state IN ('draft', 'cancel')
                  JOIN account_move_line l ON l.move_id = m.id
                  JOIN account_partial_reconcile p ON l.id IN (p.debit_move_id, p.credit_move_id)
                """
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _item_columns(self):
        return SQL(
            "l.id, l.move_id, l.account_id, l.company_id, l.company_currency_id, l.currency_id, "
            "l.partner_id, l.date, COALESCE(l.date_maturity, l.date) AS date_due"
        )

    def _items_open_now(self, on):
        return SQL(
            """
            SELECT %(columns)s, l.amount_residual AS residual,
                   l.amount_residual_currency AS residual_currency
              FROM account_move_line l JOIN account_account a ON a.id = l.account_id
             WHERE %(open_now)s AND l.date <= %(on)s
            """,
            columns=self._item_columns(),
            open_now=self.env["collection.case"]._open_line_condition(),
            on=on,
        )

    def _items_taken_back(self, on, void):
        return SQL(
            """
            WITH undone AS MATERIALIZED (
                SELECT line_id, sum(amount) AS amount, sum(amount_currency) AS amount_currency
                  FROM (SELECT debit_move_id AS line_id, amount,
                               debit_amount_currency AS amount_currency
                          FROM account_partial_reconcile WHERE max_date > %(on)s OR %(void)s
                        UNION ALL
                        SELECT credit_move_id, -amount, -credit_amount_currency
                          FROM account_partial_reconcile WHERE max_date > %(on)s OR %(void)s) q
                 GROUP BY line_id
            )
            SELECT %(columns)s, l.amount_residual + COALESCE(p.amount, 0) AS residual,
                   l.amount_residual_currency + COALESCE(p.amount_currency, 0) AS residual_currency
              FROM account_move_line l JOIN account_account a ON a.id = l.account_id
              LEFT JOIN undone p ON p.line_id = l.id
             WHERE %(open_now)s AND l.date <= %(on)s
               AND l.amount_residual + COALESCE(p.amount, 0) <> 0
            UNION ALL
            SELECT %(columns)s, l.amount_residual + p.amount,
                   l.amount_residual_currency + p.amount_currency
              FROM undone p JOIN account_move_line l ON l.id = p.line_id
              JOIN account_account a ON a.id = l.account_id
             WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
               AND (l.reconciled IS TRUE OR l.amount_residual = 0) AND l.date <= %(on)s
               AND l.amount_residual + p.amount <> 0
            """,
            columns=self._item_columns(),
            void=SQL("id = ANY(%s)", void) if void else SQL("FALSE"),
            open_now=self.env["collection.case"]._open_line_condition(),
            on=on,
        )

    def _items_added_up(self, on, void):
        counted = SQL("max_date <= %s AND %s", on, self._not_void(void))
        return SQL(
            """
            SELECT %(columns)s,
                   l.balance - COALESCE(p.amount, 0) + COALESCE(q.amount, 0) AS residual,
                   l.amount_currency - COALESCE(p.amount_currency, 0)
                                     + COALESCE(q.amount_currency, 0) AS residual_currency
              FROM account_move_line l JOIN account_account a ON a.id = l.account_id
              LEFT JOIN (SELECT debit_move_id AS line_id, sum(amount) AS amount,
                                sum(debit_amount_currency) AS amount_currency
                           FROM account_partial_reconcile WHERE %(counted)s
                          GROUP BY debit_move_id) p ON p.line_id = l.id
              LEFT JOIN (SELECT credit_move_id AS line_id, sum(amount) AS amount,
                                sum(credit_amount_currency) AS amount_currency
                           FROM account_partial_reconcile WHERE %(counted)s
                          GROUP BY credit_move_id) q ON q.line_id = l.id
             WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
               AND l.date <= %(on)s
               AND l.balance - COALESCE(p.amount, 0) + COALESCE(q.amount, 0) <> 0
            """,
            columns=self._item_columns(),
            counted=counted,
            on=on,
        )

    def _not_void(self, void):
        return SQL("NOT (id = ANY(%s))", void) if void else SQL("TRUE")
