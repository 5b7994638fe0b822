from decimal import Decimal

from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.amounts import to_decimal
from ..tools.ecl import Cohort, Exposure, loss_rates, provision
from ..tools.errors import ToolError


class CollectionProvision(models.Model):
    """The figures of a provision: rates from the history, open amounts by age, what is booked."""

    _inherit = "collection.provision"

    def _propose(self):
        """Fill in the proposal; the number of queries does not grow with the debtors."""
        self.ensure_one()
        self._check_rates()
        if self.method == "history":
            self._read_history()
        if not any(self.rate_ids.mapped("rate")):
            raise UserError(
                self.env._("All loss rates are 0 %. Enter the rates, or read them from history.")
            )
        company = self.company_id
        ageing = self.env["collection.ageing"].with_company(company)._as_of(self.date)
        rows, credit = self._get_gross(ageing)
        # sudo: balances of accounts, for a manager who may not read the whole ledger.
        ledger = ageing.sudo()._get_ledger(self.date, company).get(company.id, 0.0)
        previous = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("date", "<=", self.date),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        self.write(
            {
                "line_ids": [Command.clear(), *map(Command.create, self._prepare_lines(rows))],
                "amount_ledger": ledger,
                "amount_credit": credit,
                "amount_booked": self._get_booked(),
                "previous_id": previous.id,
            }
        )

    def _prepare_lines(self, rows):
        """One line a currency and age. The pure matrix rounds each line, so that lines on paper add
        up to the total that is posted."""
        rates = {rate.bucket: rate for rate in self.rate_ids}
        unit = Decimal(str(self.currency_id.rounding))
        exposures = [
            Exposure(str(n), Decimal(gross), Decimal(str(rates[int(bucket)].rate)))
            for n, (_currency, bucket, gross, _foreign) in enumerate(rows)
        ]
        losses = dict(provision(exposures, unit).by_bucket)
        return [
            {
                "foreign_currency_id": currency_id,
                "bucket": int(bucket),
                "name": rates[int(bucket)].name,
                "gross": float(gross),
                "gross_currency": float(foreign),
                "rate": rates[int(bucket)].rate,
                "loss": float(losses[str(n)]),
            }
            for n, (currency_id, bucket, gross, foreign) in enumerate(rows)
        ]

    def _get_gross(self, ageing):
        """Open amounts by currency and age. Credits of a debtor are set against its oldest debts in
        the same currency; what is left of them is owed to the debtor and no receivable.

        :return: rows (currency, bucket, amount, amount in currency), and the credit left
        """
        # sudo: all items of the company, also those of debtors a manager does not collect from.
        query = ageing.sudo()._search([("company_id", "=", self.company_id.id)])
        names = ["id", "partner_id", "currency_id", "bucket", "date_due"]
        columns = [SQL.identifier(query.table, name) for name in names]
        columns += [SQL.identifier(query.table, n) for n in ("residual", "residual_currency")]
        rows = self.env.execute_query(
            SQL(
                """
                WITH item AS (%(items)s), running AS (
                    SELECT *, sum(residual) FILTER (WHERE residual > 0) OVER (
                                  debtor ORDER BY date_due, id ROWS UNBOUNDED PRECEDING) AS total,
                           COALESCE(-sum(residual) FILTER (WHERE residual < 0) OVER debtor, 0)
                               AS credit
                      FROM item WINDOW debtor AS (PARTITION BY partner_id, currency_id)
                ), net AS (
                    SELECT *, LEAST(residual, GREATEST(total - credit, 0)) AS left_over
                      FROM running WHERE residual > 0
                )
                SELECT currency_id, bucket, sum(left_over)::text,
                       round(sum(residual_currency * left_over / residual), 4)::text,
                       FALSE
                  FROM net WHERE left_over > 0 GROUP BY currency_id, bucket
                UNION ALL
                SELECT 0, '', COALESCE(sum(GREATEST(credit - debt, 0)), 0)::text, '0', TRUE
                  FROM (SELECT COALESCE(-sum(residual) FILTER (WHERE residual < 0), 0) AS credit,
                               COALESCE(sum(residual) FILTER (WHERE residual > 0), 0) AS debt
                          FROM item GROUP BY partner_id, currency_id) c
                ORDER BY 1, 2
                """,
                items=query.select(*columns),
            )
        )
        credit = next(float(row[2]) for row in rows if row[4])
        return [row[:4] for row in rows if not row[4]], credit

    # === History === #
    def _read_history(self):
        """Loss rates of the history: finally unpaid / amount that reached the age."""
        names = self.rate_ids.mapped("name")
        sold, paid = self._get_history(len(names))
        if sold <= 0:
            raise UserError(
                self.env._("There are no invoices in the months chosen. Choose other months.")
            )
        cohort = Cohort(sold, tuple(paid), (*map(str, range(len(names))), "never"))
        try:
            rates = loss_rates(cohort, Decimal(str(self.factor)))
        except ToolError as error:
            raise UserError(self.env._("The history has more payments than invoices.")) from error
        for rate, reached in zip(self.rate_ids.sorted("bucket"), cohort.reached, strict=False):
            rate.write(
                {
                    "rate": float(to_decimal(rates[str(rate.bucket)])),
                    "amount_reached": float(reached),
                    "amount_unpaid": float(cohort.unpaid),
                }
            )

    def _get_history(self, count):
        """What was sold in the months of the history, and paid at which age until the day.

        Credit notes lower what was sold. What was written off was never paid.

        :return: (sold, [paid at each age])
        """
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        limits = self.company_id._get_ageing_limits()
        ages = SQL(
            "CASE WHEN p.max_date <= i.due THEN 0 %s ELSE %s END",
            SQL(" ").join(
                SQL("WHEN p.max_date <= i.due + %s THEN %s", limit, number)
                for number, limit in enumerate(limits, 1)
            ),
            len(limits) + 1,
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH item AS (%(items)s)
                SELECT 'sold' AS kind, 0 AS age, sum(balance)::text FROM item
                UNION ALL
                SELECT CASE WHEN m.move_type = 'out_refund' THEN 'credited' ELSE 'paid' END,
                       %(ages)s, sum(p.amount)::text
                  FROM item i
                  JOIN account_partial_reconcile p ON p.debit_move_id = i.id
                  JOIN account_move_line c ON c.id = p.credit_move_id
                  JOIN account_move m ON m.id = c.move_id AND m.state = 'posted'
                 WHERE p.max_date <= %(on)s
                   AND NOT EXISTS (SELECT FROM collection_writeoff w WHERE w.move_id = m.id)
                 GROUP BY 1, 2
                """,
                items=self._history_items(),
                ages=ages,
                on=self.date,
            )
        )
        paid = [Decimal(0)] * count
        sold = Decimal(0)
        for kind, age, amount in rows:
            value = Decimal(amount or 0)
            if kind == "paid":
                paid[age] += value
            else:
                sold += value if kind == "sold" else -value
        return sold, paid

    def _history_items(self):
        return SQL(
            """
            SELECT l.id, l.balance, COALESCE(l.date_maturity, l.date) AS due
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id
             WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
               AND m.move_type IN ('out_invoice', 'out_receipt') AND l.balance > 0
               AND l.company_id = %s AND l.date BETWEEN %s AND %s
            """,
            self.company_id.id,
            self.cohort_from,
            self.cohort_to,
        )

    # === What is booked === #
    def _get_booked(self):
        """Credit balance of the allowance account on the day, of posted entries."""
        # sudo: the balance of one account, which settings name.
        account = self.company_id.sudo().collection_provision_allowance_account_id
        if not account:
            return 0.0
        ((balance,),) = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", account.id),
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", self.date),
                ],
                [],
                ["balance:sum"],
            )
        )
        return -(balance or 0.0)

    @api.model
    def _get_ageing_action(self, provision_date):
        return self.env["collection.ageing.wizard"].create({"date": provision_date}).action_show()

    def action_open_items(self):
        """The open items behind the figures."""
        self.ensure_one()
        return self._get_ageing_action(self.date)
