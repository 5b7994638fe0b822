from odoo import models
from odoo.fields import Command
from odoo.tools import SQL

from ..tools.commission import Money, fees, share


class CollectionRemittance(models.Model):
    """What came in since the last statement, and what the collector has earned by it."""

    _inherit = "collection.remittance"

    def _reckon(self):
        """Lines and totals, as the books are now."""
        for remittance in self.sudo():  # sudo: totals are readonly for people
            exact = remittance.currency_id._collection_decimal
            unit = exact(remittance.currency_id.rounding)
            terms = remittance.mandate_id._get_terms()
            rows = remittance._get_collected()
            cases = remittance._get_fixed_placements(rows).partner_id
            total, principal = (
                sum((exact(row["amount"]) for row in chosen), exact(0))
                for chosen in (rows, [row for row in rows if row["is_principal"]])
            )
            owed = fees(Money(total, principal, len(cases)), terms, unit)
            remittance._share_commission(rows, owed.commission, terms, unit)
            remittance.write(
                {
                    "line_ids": [Command.clear(), *map(Command.create, rows)],
                    "collected": float(total),
                    "principal": float(principal),
                    "commission": float(owed.commission),
                    "fixed_count": len(cases) if owed.fixed else 0,
                    "fixed_amount": float(owed.fixed),
                    "tax": remittance._get_tax(float(owed.commission), float(owed.fixed)),
                    "held": remittance._get_held(),
                }
            )

    def _share_commission(self, rows, amount, terms, unit):
        """Say on each row what of the commission it bears."""
        exact = self.currency_id._collection_decimal
        whole = [exact(row["amount"]) for row in rows]
        base = [
            weight if terms.basis == "all" or row["is_principal"] else exact(0)
            for weight, row in zip(whole, rows, strict=True)
        ]
        # Where only interest came in, a minimum is borne by the interest.
        weights = next((found for found in (base, whole) if sum(found)), None)
        if weights:
            for row, part in zip(rows, share(amount, weights, unit), strict=True):
                row["commission"] = float(part)

    def _get_fixed_placements(self, rows):
        """Debts of the cases that owe the fixed fee and were on no statement before.

        :param rows: what came in
        """
        mandate = self.mandate_id
        if not mandate.fixed_fee:
            return self.env["collection.placement"]
        placements = self.env["collection.placement"].search([("mandate_id", "=", mandate.id)])
        shown = placements.filtered("fee_remittance_id").partner_id
        paid = self.env["account.move.line"].browse(
            [row["move_line_id"] for row in rows if row["amount"] > 0]
        )
        return placements.filtered(
            lambda placement: (
                placement.partner_id not in shown
                and placement.move_id.date <= self.date_to
                and (mandate.fixed_on == "placed" or placement.partner_id in paid.partner_id)
            )
        )

    def _get_tax(self, *amounts):
        """Tax that comes on top of commission, fees and costs."""
        total = 0.0
        for amount in (*amounts, self.cost_amount):
            taxes = self.mandate_id.tax_ids.compute_all(
                amount, currency=self.currency_id, partner=self.client_id
            )
            total += taxes["total_included"] - amount
        return self.currency_id.round(total)

    def _get_collected(self):
        """What payments were matched with until the day, less what statements have shown; one
        query. Money that was taken back since gives a negative row.

        :return: list of values of lines
        """
        self.env["account.partial.reconcile"].flush_model()
        self.env["collection.remittance.line"].flush_model()
        self.env["collection.charge"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH now AS (
                    SELECT p.debit_move_id AS item, p.credit_move_id AS credit,
                           sum(p.amount) AS amount, max(p.max_date) AS date
                      FROM account_partial_reconcile p
                      JOIN account_move_line i ON i.id = p.debit_move_id
                      JOIN account_account a ON a.id = i.account_id
                      JOIN account_move_line c ON c.id = p.credit_move_id
                     WHERE i.company_id = %(ledger)s AND p.max_date <= %(on)s
                       AND a.account_type = 'asset_receivable'
                       AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL)
                     GROUP BY p.debit_move_id, p.credit_move_id
                ), shown AS (
                    SELECT l.move_line_id AS item, l.credit_line_id AS credit,
                           sum(l.amount) AS amount
                      FROM collection_remittance_line l
                      JOIN collection_remittance r ON r.id = l.remittance_id
                     WHERE r.mandate_id = %(mandate)s AND r.state <> 'draft'
                     GROUP BY l.move_line_id, l.credit_line_id
                )
                SELECT item, credit, COALESCE(n.date, %(on)s),
                       COALESCE(n.amount, 0) - COALESCE(s.amount, 0),
                       NOT EXISTS (SELECT FROM account_move_line i
                                     JOIN collection_charge h ON h.move_id = i.move_id
                                    WHERE i.id = item)
                  FROM now n FULL JOIN shown s USING (item, credit)
                 WHERE COALESCE(n.amount, 0) <> COALESCE(s.amount, 0)
                 ORDER BY 3, 1, 2
                """,
                ledger=self.ledger_company_id.id,
                mandate=self.mandate_id.id,
                on=self.date_to,
            )
        )
        return [
            {
                "move_line_id": item,
                "credit_line_id": credit,
                "date": date,
                "amount": amount,
                "is_principal": principal,
            }
            for item, credit, date, amount, principal in rows
        ]

    def _get_held(self):
        """Money of debtors in trust that settles no item."""
        ((held,),) = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(-sum(l.amount_residual), 0)
                  FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                 WHERE l.company_id = %s AND a.account_type = 'asset_receivable'
                   AND l.parent_state = 'posted' AND l.amount_residual < 0 AND l.date <= %s
                   AND (l.payment_id IS NOT NULL OR l.statement_line_id IS NOT NULL)
                """,
                self.ledger_company_id.id,
                self.date_to,
            )
        )
        return held
