from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Journals in which money comes in.
MONEY_JOURNALS = ("bank", "cash", "credit")


class AccountMoveLine(models.Model):
    """What figures about receivables are made of, so that the records behind them can be listed."""

    _inherit = "account.move.line"

    collection_user_id = fields.Many2one(
        "res.users",
        string="Collector",
        compute="_compute_collection_user_id",
        search="_search_collection_user_id",
        help="In charge of the debtor now.",
    )
    collection_paid_on = fields.Date(
        string="Paid On",
        compute="_compute_collection_paid",
        search="_search_collection_paid_on",
        help="The day on which nothing was left to pay, if money was part of it.",
    )
    collection_days_late = fields.Integer(
        string="Days Late",
        compute="_compute_collection_paid",
        help="From the due date to the day it was paid; 0 if that was earlier.",
    )

    # === Compute methods === #
    # Neither depends on other fields: see ``account_move_line.py``.
    def _compute_collection_user_id(self):
        debtors = self.partner_id.commercial_partner_id
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, company_id, user_id FROM (%s) k WHERE partner_id = ANY(%s)",
                self.env["collection.case"]._newest_cases(),
                list(debtors.ids),
            )
        )
        users = {(partner_id, company_id): user_id for partner_id, company_id, user_id in rows}
        for line in self:
            key = (line.partner_id.commercial_partner_id.id, line.company_id.id)
            line.collection_user_id = users.get(key)

    def _search_collection_user_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        users = self.env["res.users"].browse([user_id for user_id in value if user_id])
        return self.env["collection.case"]._get_collector_domain(users)

    def _compute_collection_paid(self):
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.debit_move_id, max(p.max_date)
                  FROM account_partial_reconcile p
                  JOIN account_move_line c ON c.id = p.credit_move_id
                  JOIN account_journal j ON j.id = c.journal_id
                 WHERE p.debit_move_id = ANY(%s)
                 GROUP BY p.debit_move_id HAVING bool_or(j.type = ANY(%s))
                """,
                list(self.ids),
                list(MONEY_JOURNALS),
            )
        )
        days = dict(rows)
        for line in self:
            paid = days.get(line.id) if line.reconciled else None
            due = line.date_maturity or line.date
            line.collection_paid_on = paid
            line.collection_days_late = max(0, (paid - due).days) if paid and due else 0

    def _search_collection_paid_on(self, operator, value):
        """Items paid from a day on, or by a day."""
        if operator not in ("<=", "<", ">=", ">"):
            return NotImplemented
        day = SQL("%s::date", fields.Date.to_date(value))
        paid = Domain("reconciled", "=", True) & Domain("id", "in", self._paid_by_money())
        if operator in (">=", ">"):
            since = SQL(
                "(SELECT debit_move_id FROM account_partial_reconcile WHERE max_date %s %s)",
                SQL(operator),
                day,
            )
            return paid & Domain("id", "in", since)
        later = SQL(
            "(SELECT debit_move_id FROM account_partial_reconcile WHERE max_date %s %s)",
            SQL(">" if operator == "<=" else ">="),
            day,
        )
        return paid & Domain("id", "not in", later)

    # === Business methods === #
    @api.model
    def _paid_by_money(self):
        """A query of the items that are matched with money, alone or among others."""
        return SQL(
            """
            (SELECT q.debit_move_id FROM account_partial_reconcile q
               JOIN account_move_line c ON c.id = q.credit_move_id
               JOIN account_journal j ON j.id = c.journal_id
              WHERE j.type = ANY(%s))
            """,
            list(MONEY_JOURNALS),
        )

    @api.model
    def _paid_between(self, first, last):
        """A query of ``line_id, paid``: items paid from one day to another, and the day."""
        self.env["account.partial.reconcile"].flush_model()
        return SQL(
            """
            SELECT p.debit_move_id AS line_id, max(p.max_date) AS paid
              FROM account_partial_reconcile p
              JOIN account_move_line c ON c.id = p.credit_move_id
              JOIN account_journal j ON j.id = c.journal_id
             WHERE p.debit_move_id IN (SELECT debit_move_id FROM account_partial_reconcile
                                        WHERE max_date BETWEEN %(first)s AND %(last)s)
             GROUP BY p.debit_move_id
            HAVING max(p.max_date) BETWEEN %(first)s AND %(last)s
               AND bool_or(j.type = ANY(%(money)s))
            """,
            first=first,
            last=last,
            money=list(MONEY_JOURNALS),
        )
