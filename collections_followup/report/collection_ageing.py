from odoo import api, fields, models
from odoo.tools import SQL

from ..models.collection_buckets import MAX_BUCKETS

#: Key of the context that says as of which day; without it, today.
AS_OF = "collection_ageing_on"


def _bucket_amount():
    return fields.Monetary(currency_field="company_currency_id", readonly=True)


class CollectionAgeing(models.Model):
    """Open receivables on a day, item by item, read from the ledger by one statement.

    The day is in the context, so that all views of Odoo work on it: nothing is filled in first,
    nothing is left behind, and the rights of whoever looks are those of the moment.

    All of it sums up to the balance of the receivable accounts on that day; see
    :meth:`_open_items` and, for the check, :meth:`_get_ledger`.
    """

    _name = "collection.ageing"
    _description = "Aged Receivable"
    _inherit = ["collection.buckets"]
    _auto = False
    _order = "date_due, id"
    _rec_name = "move_id"
    _depends = {
        "account.move.line": [
            "account_id",
            "amount_residual",
            "amount_residual_currency",
            "company_id",
            "currency_id",
            "date",
            "date_maturity",
            "move_id",
            "parent_state",
            "partner_id",
            "reconciled",
        ],
        "account.partial.reconcile": [
            "amount",
            "credit_amount_currency",
            "credit_move_id",
            "debit_amount_currency",
            "debit_move_id",
            "max_date",
        ],
        "account.move": ["invoice_user_id", "journal_id", "state"],
        "account.account": ["account_type"],
        "res.partner": ["commercial_partner_id", "country_id", "user_id"],
        "collection.case": ["company_id", "partner_id", "stage_id", "state", "user_id"],
        "collection.item": ["move_line_id", "stage_id"],
    }

    # === Fields: the item === #
    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True)
    date_due = fields.Date(string="Due", readonly=True)
    date_as_of = fields.Date(string="As Of", readonly=True)
    days_overdue = fields.Integer(
        readonly=True, aggregator="max", help="Negative for items that are not due yet."
    )
    bucket = fields.Selection(selection="_get_bucket_selection", string="Age", readonly=True)

    # === Fields: who and where === #
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    salesperson_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Of the invoice; of the debtor for payments and entries.",
    )
    case_id = fields.Many2one("collection.case", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Collector", readonly=True, help="In charge of the case now."
    )
    stage_id = fields.Many2one(
        "collection.stage", readonly=True, help="What the item has reached by now."
    )
    case_stage_id = fields.Many2one(
        "collection.stage",
        string="Stage of the Debtor",
        readonly=True,
        help="The highest stage among the debtor's items now.",
    )

    # === Fields: amounts === #
    residual = fields.Monetary(string="Open", currency_field="company_currency_id", readonly=True)
    residual_currency = fields.Monetary(
        string="Open in Currency", currency_field="currency_id", readonly=True
    )
    amount_0 = _bucket_amount()
    amount_1 = _bucket_amount()
    amount_2 = _bucket_amount()
    amount_3 = _bucket_amount()
    amount_4 = _bucket_amount()
    amount_5 = _bucket_amount()
    amount_6 = _bucket_amount()
    amount_7 = _bucket_amount()
    amount_8 = _bucket_amount()
    amount_9 = _bucket_amount()

    # === Buckets === #
    @api.model
    def _get_bucket_selection(self):
        labels = self.env.company._get_ageing_labels()
        return [(str(number), label) for number, label in enumerate(labels)]

    # === Actions === #
    def action_open_document(self):
        """The invoice, payment or entry of an item."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    # === The statement === #
    @api.model
    def _as_of(self, on):
        """This model as of a day; what was read as of another one is forgotten."""
        ageing = self.with_context(**{AS_OF: on})
        ageing.invalidate_model()
        return ageing

    @api.model
    def _get_as_of(self):
        on = self.env.context.get(AS_OF)
        return fields.Date.to_date(on) if on else self.env["collection.case"]._today()

    @property
    def _table_query(self):
        return SQL("%s %s", self._select(), self._from())

    def _select(self):
        on = self._get_as_of()
        limits = self.env.company._get_ageing_limits()
        amounts = [
            SQL(
                "CASE WHEN %s THEN o.residual ELSE 0 END AS %s",
                self._in_bucket(number, limits, on),
                SQL.identifier(f"amount_{number}"),
            )
            for number in range(MAX_BUCKETS)
        ]
        return SQL(
            """
            SELECT o.id, o.id AS move_line_id, o.move_id, o.account_id, o.company_id,
                   o.company_currency_id, o.currency_id, o.date, o.date_due,
                   %(on)s::date AS date_as_of, %(on)s::date - o.date_due AS days_overdue,
                   %(bucket)s AS bucket, d.commercial_partner_id AS partner_id, c.country_id,
                   COALESCE((SELECT m.invoice_user_id FROM account_move m WHERE m.id = o.move_id),
                            c.user_id) AS salesperson_id, k.id AS case_id,
                   k.user_id, i.stage_id, k.stage_id AS case_stage_id, o.residual,
                   o.residual_currency, %(amounts)s
            """,
            on=on,
            bucket=self._bucket(limits, on),
            amounts=SQL(", ").join(amounts),
        )

    def _from(self):
        """What is joined to the items is joined by unique keys from the left, so that PostgreSQL
        leaves out what a question does not ask for. The document is not joined: even a join that is
        left out would make it read the items themselves instead of the index alone."""
        return SQL(
            """
              FROM (%s) o
              LEFT JOIN res_partner d ON d.id = o.partner_id
              LEFT JOIN res_partner c ON c.id = d.commercial_partner_id
              LEFT JOIN (%s) k
                     ON k.partner_id = d.commercial_partner_id AND k.company_id = o.company_id
              LEFT JOIN collection_item i ON i.move_line_id = o.id
            """,
            self._open_items(self._get_as_of()),
            self.env["collection.case"]._newest_cases(),
        )

    def _bucket(self, limits, on):
        cases = [
            SQL("WHEN %s THEN %s", self._in_bucket(number, limits, on), str(number))
            for number in range(len(limits) + 2)
        ]
        return SQL("CASE %s END", SQL(" ").join(cases))

    def _in_bucket(self, number, limits, on):
        """Whether an item due on ``o.date_due`` belongs to a bucket, as in ``tools/ageing.py``."""
        if number > len(limits) + 1:
            return SQL("FALSE")
        if not number:
            return SQL("o.date_due >= %s", on)
        oldest = number > len(limits)
        last = SQL("TRUE") if oldest else SQL("o.date_due >= %s::date - %s", on, limits[number - 1])
        youngest = limits[number - 2] if number > 1 else 0
        return SQL("o.date_due < %s::date - %s AND %s", on, youngest, last)

    # === The check === #
    @api.model
    def _get_ledger(self, on, companies):
        """Balance of the receivable accounts on a day, of posted entries; from the ledger alone.

        :return: {company id: amount}
        """
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.company_id, sum(l.balance)
                  FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                 WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                   AND l.date <= %s AND l.company_id = ANY(%s)
                 GROUP BY l.company_id
                """,
                on,
                list(companies.ids),
            )
        )
        return dict(rows)
