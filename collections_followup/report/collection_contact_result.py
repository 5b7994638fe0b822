from odoo import api, fields, models
from odoo.tools import SQL

from ..models.collection_contact_log_local import HOURS, WEEKDAYS

#: Journals through which money comes in; credit notes and write-offs are no payments.
MONEY_JOURNALS = ("bank", "cash", "credit")


class CollectionContactResult(models.Model):
    """What each contact was about, and what was paid of it in the days after.

    A payment belongs to the last contact before it that was about the item it pays, and to no
    other, so that the rows add up to money that really came in. It counts from the day of the
    contact until so many days after it (a setting of the company), by the date of the match in the
    books. Contacts that somebody logged without items are about all that was overdue that day.
    """

    _name = "collection.contact.result"
    _description = "Result of a Contact"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "collection.contact.log": [
            *("action_id", "case_id", "channel", "company_id", "date", "debtor_id", "direction"),
            *("local_hour", "local_weekday", "mail_template_id", "move_line_ids", "partner_id"),
            *("sms_template_id", "stage_id", "state", "user_id"),
        ],
        "collection.case": ["policy_id", "user_id"],
        "collection.stage": ["policy_id"],
        "collection.action": ["mail_template_id", "sms_template_id"],
        "account.move.line": [
            *("account_id", "balance", "company_id", "date", "date_maturity", "journal_id"),
            *("parent_state", "partner_id"),
        ],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id", "max_date"],
        "res.partner": ["commercial_partner_id", "lang"],
        "res.company": ["collection_result_days"],
    }

    # === Fields === #
    log_id = fields.Many2one("collection.contact.log", string="Contact", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    channel = fields.Selection(
        selection=lambda self: self.env["collection.channel"]._get_channels(), readonly=True
    )
    stage_id = fields.Many2one("collection.stage", readonly=True)
    policy_id = fields.Many2one(
        "collection.policy", readonly=True, help="Of the stage; of the case where there is none."
    )
    template = fields.Char(string="Text", readonly=True)
    language = fields.Char(readonly=True, help="Of the person who was contacted.")
    local_hour = fields.Selection(HOURS, string="Hour at the Debtor's", readonly=True)
    local_weekday = fields.Selection(WEEKDAYS, string="Weekday at the Debtor's", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Collector", readonly=True, help="In charge of the case now."
    )
    is_over = fields.Boolean(
        string="Days Are Over",
        readonly=True,
        help="So many days have passed since the contact that its result is final.",
    )
    contact_count = fields.Integer(string="Contacts", readonly=True)
    amount_due = fields.Monetary(
        string="Due at Contact", readonly=True, help="What was open of the items it was about."
    )
    amount_paid = fields.Monetary(string="Paid After", readonly=True)
    paid_count = fields.Integer(string="Followed by a Payment", readonly=True)
    rate = fields.Float(
        string="Paid of Due",
        readonly=True,
        aggregator="avg",
        help="What was paid, as a part of what was due.",
    )
    paid_rate = fields.Float(
        string="Contacts That Worked",
        readonly=True,
        aggregator="avg",
        help="Contacts followed by a payment, as a part of all.",
    )

    # === Actions === #
    def action_open_contact(self):
        """The entry of the contact log."""
        self.ensure_one()
        return self.log_id.get_formview_action()

    # === The statement === #
    @property
    def _table_query(self):
        return SQL("WITH %s %s %s", self._with(), self._select(), self._from())

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Shares of sums, not means of shares."""
        parts = {
            "rate:avg": ("amount_paid", "amount_due"),
            "paid_rate:avg": ("paid_count", "contact_count"),
        }
        if aggregate_spec not in parts:
            return super()._read_group_select(aggregate_spec, query)
        top, whole = (
            self._field_to_sql(self._table, name, query) for name in parts[aggregate_spec]
        )
        return SQL("COALESCE(SUM(%s)::float / NULLIF(SUM(%s), 0)::float, 0)", top, whole)

    def _with(self):
        return SQL(
            """
            contact AS (%(contacts)s),
            about AS (%(about)s),
            paid AS (%(payments)s),
            share AS (%(shares)s),
            result AS (
                SELECT log_id, sum(due) AS due FROM about GROUP BY log_id
            ),
            money AS (
                SELECT log_id, sum(amount) AS amount FROM share GROUP BY log_id
            )
            """,
            contacts=self._contacts(),
            about=self._about(),
            payments=self._payments(),
            shares=self._shares(),
        )

    def _contacts(self):
        """What we sent, and calls that reached somebody."""
        return SQL(
            """
            SELECT g.*, y.collection_result_days AS days
              FROM collection_contact_log g JOIN res_company y ON y.id = g.company_id
             WHERE g.direction = 'out' AND g.state IN ('sent', 'done')
            """
        )

    def _about(self):
        """The items of each contact that were open on its day, and how much of them was."""
        return SQL(
            """
            SELECT i.log_id, i.line_id, i.date, i.days, l.balance - COALESCE(m.amount, 0) AS due
              FROM (SELECT c.id AS log_id, r.line_id, c.date, c.days
                      FROM contact c JOIN collection_contact_log_line_rel r ON r.log_id = c.id
                    UNION ALL
                    SELECT c.id, l.id, c.date, c.days
                      FROM contact c
                      JOIN res_partner d ON d.commercial_partner_id = c.debtor_id
                      JOIN account_move_line l ON l.partner_id = d.id
                       AND l.company_id = c.company_id
                      JOIN account_account a ON a.id = l.account_id
                     WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                       AND l.balance > 0 AND COALESCE(l.date_maturity, l.date) < c.date
                       AND NOT EXISTS (SELECT FROM collection_contact_log_line_rel r
                                        WHERE r.log_id = c.id)) i
              JOIN account_move_line l ON l.id = i.line_id
              LEFT JOIN LATERAL (SELECT sum(p.amount) AS amount FROM account_partial_reconcile p
                                  WHERE p.debit_move_id = i.line_id AND p.max_date < i.date
                                    AND %(valid)s) m
                     ON TRUE
             WHERE l.balance - COALESCE(m.amount, 0) > 0
            """,
            valid=self._valid(),
        )

    def _payments(self):
        return SQL(
            """
            SELECT p.id, p.debit_move_id AS line_id, p.max_date AS day, p.amount
              FROM account_partial_reconcile p
              JOIN account_move_line c ON c.id = p.credit_move_id
              JOIN account_journal j ON j.id = c.journal_id
             WHERE j.type IN %(journals)s AND %(valid)s
               AND p.debit_move_id IN (SELECT line_id FROM about)
            """,
            journals=MONEY_JOURNALS,
            valid=self._valid(),
        )

    def _shares(self):
        """Each payment with the last contact before it."""
        return SQL(
            """
            SELECT DISTINCT ON (p.id) p.id, b.log_id, p.amount
              FROM paid p
              JOIN about b ON b.line_id = p.line_id AND b.date <= p.day AND p.day <= b.date + b.days
             ORDER BY p.id, b.date DESC, b.log_id DESC
            """
        )

    def _valid(self):
        """Matches with entries that are not posted do not count, as in the ledger."""
        void = self.env["collection.ageing"]._get_void_matches()
        return SQL("NOT (p.id = ANY(%s))", void) if void else SQL("TRUE")

    def _select(self):
        lang = self.env.lang or "en_US"
        return SQL(
            """
            SELECT g.id, g.id AS log_id, g.case_id, g.debtor_id AS partner_id, g.company_id, g.date,
                   g.channel, g.stage_id, COALESCE(s.policy_id, k.policy_id) AS policy_id,
                   COALESCE(mt.name ->> %(lang)s, mt.name ->> 'en_US',
                            st.name ->> %(lang)s, st.name ->> 'en_US') AS template,
                   n.name AS language, g.local_hour, g.local_weekday, k.user_id,
                   g.date + g.days < %(on)s::date AS is_over,
                   1 AS contact_count, COALESCE(w.due, 0) AS amount_due,
                   COALESCE(m.amount, 0) AS amount_paid,
                   COALESCE((m.amount > 0)::int, 0) AS paid_count,
                   COALESCE(m.amount, 0)::float / NULLIF(w.due, 0)::float AS rate,
                   CASE WHEN m.amount > 0 THEN 1.0 ELSE 0.0 END AS paid_rate
            """,
            lang=lang,
            on=self.env["collection.case"]._today(),
        )

    def _from(self):
        return SQL(
            """
              FROM contact g
              JOIN collection_case k ON k.id = g.case_id
              LEFT JOIN result w ON w.log_id = g.id
              LEFT JOIN money m ON m.log_id = g.id
              LEFT JOIN collection_stage s ON s.id = g.stage_id
              LEFT JOIN collection_action a ON a.id = g.action_id
              LEFT JOIN mail_template mt
                     ON mt.id = COALESCE(g.mail_template_id, a.mail_template_id)
                    AND g.channel IN ('email', 'letter')
              LEFT JOIN sms_template st
                     ON st.id = COALESCE(g.sms_template_id, a.sms_template_id)
                    AND g.channel = 'sms'
              LEFT JOIN res_partner d ON d.id = COALESCE(g.partner_id, g.debtor_id)
              LEFT JOIN res_lang n ON n.code = d.lang
            """
        )
