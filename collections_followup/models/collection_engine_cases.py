from odoo import api, models
from odoo.tools import SQL


class CollectionEngine(models.AbstractModel):
    """Which debtors have a case: opening and closing, in sets."""

    _inherit = "collection.engine"

    @api.model
    def _get_policies(self, company):
        """Active policies a company may use, in order."""
        return self.env["collection.policy"].search(
            [("company_id", "in", (False, company.id)), ("stage_ids", "!=", False)]
        )

    @api.model
    def _open_cases(self, company, on):
        """Open a case for each debtor who has something on the ladder and no open case yet.

        One statement, whatever the number of debtors, with the figures a refresh would give: a
        case without a policy yet sets credits against debts, which is the default.

        :return: the new cases
        """
        days = min(self._get_policies(company).stage_ids.mapped("min_days_overdue"))
        lines = self._lines_without_case(company)
        return self._insert_cases(company, on, lines, SQL("first <= %s::date - %s", on, days))

    @api.model
    def _open_cases_to_write(self, company, on, debtors=None):
        """Open a case for debtors who have anything open, late or not, so that they can be written
        to; those who have one keep it.

        :param debtors: default: all
        :return: the new cases
        """
        lines = self._lines_without_case(company)
        if debtors is not None:
            lines = SQL("%s AND d.commercial_partner_id = ANY(%s)", lines, list(debtors.ids))
        return self._insert_cases(company, on, lines, SQL("items > 0"))

    @api.model
    def _insert_cases(self, company, on, lines, condition):
        """Open cases for debtors of open items, with their figures.

        :param lines: the items, for :meth:`CollectionCase._ledger_query`
        :param condition: which debtors, by their figures
        """
        Case = self.env["collection.case"]
        self.env["account.move.line"].flush_model()
        Case.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(ledger)s
                INSERT INTO collection_case (partner_id, company_id, state, active, date_opened,
                       next_review_date, amount_open, amount_overdue, amount_credit,
                       oldest_due_date, open_item_count, score, create_date, write_date)
                SELECT case_id, %(company)s, 'open', TRUE, %(on)s, %(on)s, balance, overdue,
                       credit, oldest, items, 0, now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC'
                  FROM figure
                 WHERE %(condition)s
                 ORDER BY case_id
                    ON CONFLICT DO NOTHING
             RETURNING id
                """,
                ledger=Case._ledger_query(lines, on),
                company=company.id,
                on=on,
                condition=condition,
            )
        )
        if rows:
            Case.invalidate_model(flush=False)
        return Case.browse(row[0] for row in rows)

    @api.model
    def _lines_without_case(self, company):
        """Open items of debtors who have no open case, for the ledger query."""
        return SQL(
            """
            SELECT d.commercial_partner_id AS case_id, TRUE AS net, l.id, l.currency_id,
                   l.amount_residual AS residual, COALESCE(l.date_maturity, l.date) AS due,
                   l.no_followup IS NOT TRUE AS followed
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN res_partner d ON d.id = l.partner_id
             WHERE %(open)s AND l.company_id = %(company)s
               AND d.commercial_partner_id IS NOT NULL
               AND NOT EXISTS (
                   SELECT FROM collection_case k
                    WHERE k.partner_id = d.commercial_partner_id AND k.company_id = %(company)s
                      AND k.state <> 'closed')
            """,
            open=self.env["collection.case"]._open_line_condition(),
            company=company.id,
        )

    @api.model
    def _recheck(self, company, on):
        """Balances of cases opened today, once more.

        A bookkeeper's transaction that was under way when they were opened could not see them,
        nor could they see what it did.
        """
        opened = self.env["collection.case"].search(
            [("company_id", "=", company.id), ("date_opened", "=", on), ("state", "!=", "closed")]
        )
        if opened:
            opened._refresh(opened.partner_id, on=on, companies=company)

    @api.model
    def _close_cases(self, company, on):
        """Close the cases of debtors who owe nothing any more."""
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE collection_case
                   SET state = 'closed', date_closed = %s, stage_id = NULL, stage_since = NULL,
                       next_review_date = NULL, no_contact_code = NULL, no_contact_reason = NULL
                 WHERE company_id = %s AND state = 'open' AND open_item_count = 0
             RETURNING id
                """,
                on,
                company.id,
            )
        )
        if not rows:
            return self.env["collection.case"]
        closed = self.env["collection.case"].browse(row[0] for row in rows)
        closed.invalidate_recordset(flush=False)
        # sudo: items and contacts of a case end with it, whoever may see them.
        logs = (
            self.env["collection.contact.log"]
            .sudo()
            .search([("case_id", "in", closed.ids), ("state", "=", "planned")])
        )
        logs._set_blocked("paid")
        self.env["collection.item"].sudo().search([("case_id", "in", closed.ids)]).unlink()
        return closed
