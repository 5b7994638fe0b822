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

        One statement, whatever the number of debtors. Figures are filled by the refresh that
        follows in the same transaction.

        :return: the new cases
        """
        days = min(self._get_policies(company).stage_ids.mapped("min_days_overdue"))
        self.env["account.move.line"].flush_model()
        self.env["collection.case"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO collection_case (partner_id, company_id, state, active, date_opened,
                       next_review_date, amount_open, amount_overdue, amount_credit,
                       open_item_count, score, create_uid, create_date, write_uid, write_date)
                SELECT debtor.id, %(company)s, 'open', TRUE, %(on)s, %(on)s, 0, 0, 0, 0, 0,
                       %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM (
                      SELECT DISTINCT d.commercial_partner_id AS id
                        FROM account_move_line l
                        JOIN account_account a ON a.id = l.account_id
                        JOIN res_partner d ON d.id = l.partner_id
                       WHERE %(open)s AND l.company_id = %(company)s AND l.amount_residual > 0
                         AND l.no_followup IS NOT TRUE
                         AND COALESCE(l.date_maturity, l.date) <= %(on)s::date - %(days)s
                         AND d.commercial_partner_id IS NOT NULL
                  ) debtor
                 WHERE NOT EXISTS (
                      SELECT FROM collection_case k
                       WHERE k.partner_id = debtor.id AND k.company_id = %(company)s
                         AND k.state <> 'closed')
                 ORDER BY debtor.id
                    ON CONFLICT DO NOTHING
             RETURNING id, partner_id
                """,
                company=company.id,
                on=on,
                uid=self.env.uid,
                days=days,
                open=self.env["collection.case"]._open_line_condition(),
            )
        )
        Case = self.env["collection.case"]
        if rows:
            Case.invalidate_model(flush=False)
            partners = self.env["res.partner"].browse(row[1] for row in rows)
            Case._refresh(partners, on=on, companies=company)
        return Case.browse(row[0] for row in rows)

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
