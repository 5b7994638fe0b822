from odoo import fields, models
from odoo.tools import SQL


class CollectionPortfolio(models.Model):
    """What each collector has to do, for supervisors."""

    _name = "collection.portfolio"
    _description = "Portfolio of a Collector"
    _auto = False
    _order = "amount_overdue desc, id"
    _rec_name = "user_id"
    _depends = {
        "collection.case": ["user_id", "company_id", "state", "amount_overdue", "call_back_at"],
        "collection.agreement": ["case_id", "state", "next_date"],
        "collection.contact.log": ["user_id", "company_id", "date", "state"],
        "mail.activity": ["res_model", "res_id", "date_deadline"],
    }

    user_id = fields.Many2one("res.users", string="Collector", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_count = fields.Integer(string="Cases", readonly=True)
    amount_overdue = fields.Monetary(string="Overdue", readonly=True)
    to_do_count = fields.Integer(string="To Do", readonly=True)
    call_count = fields.Integer(
        string="Calls Due", readonly=True, help="Activities and call-backs due by today."
    )
    promise_count = fields.Integer(
        string="Promises", readonly=True, help="Promised for today or earlier."
    )
    hold_count = fields.Integer(string="On Hold", readonly=True)
    contact_count = fields.Integer(
        string="Contacts", readonly=True, help="Made in the last 7 days."
    )
    reached_count = fields.Integer(
        string="Reached", readonly=True, help="Debtors spoken with in the last 7 days."
    )
    away = fields.Boolean(compute="_compute_away", help="Absent today.")

    def _compute_away(self):
        today = self.env["collection.case"]._today()
        substitutes = self.env["collection.absence"]._get_substitutes(today)
        for row in self:
            row.away = row.user_id in substitutes

    def action_open_cases(self):
        """The cases of one collector."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "collections_followup.collection_work_list_action_team"
        )
        domain = [("user_id", "=", self.user_id.id), ("company_id", "=", self.company_id.id)]
        return {**action, "domain": domain}

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    def _select(self):
        return SQL(
            """
            SELECT row_number() OVER (ORDER BY k.company_id, k.user_id) AS id,
                   k.user_id, k.company_id, k.case_count, k.amount_overdue, k.to_do_count,
                   k.hold_count, COALESCE(w.call_count, 0) AS call_count,
                   COALESCE(p.promise_count, 0) AS promise_count,
                   COALESCE(g.contact_count, 0) AS contact_count,
                   COALESCE(g.reached_count, 0) AS reached_count
            """
        )

    def _from(self):
        return SQL(
            "FROM (%s) k %s %s %s",
            self._cases(),
            self._join("w", self._calls()),
            self._join("p", self._promises()),
            self._join("g", self._contacts()),
        )

    def _where(self):
        return SQL("")

    def _join(self, name, query):
        alias = SQL.identifier(name)
        return SQL(
            "LEFT JOIN (%(query)s) %(alias)s ON %(alias)s.user_id IS NOT DISTINCT FROM k.user_id "
            "AND %(alias)s.company_id = k.company_id",
            query=query,
            alias=alias,
        )

    def _today(self):
        return self.env["collection.case"]._today()

    def _cases(self):
        return SQL(
            """
            SELECT user_id, company_id, count(*) AS case_count,
                   sum(amount_overdue) AS amount_overdue,
                   count(*) FILTER (WHERE state = 'open' AND amount_overdue > 0
                                      AND (next_work_date IS NULL OR next_work_date <= %(on)s))
                       AS to_do_count,
                   count(*) FILTER (WHERE state = 'on_hold') AS hold_count
              FROM collection_case WHERE state <> 'closed' AND active
             GROUP BY user_id, company_id
            """,
            on=self._today(),
        )

    def _calls(self):
        return SQL(
            """
            SELECT c.user_id, c.company_id, count(*) AS call_count
              FROM collection_case c
             WHERE c.state <> 'closed' AND (
                   c.call_back_at < %(on)s::date + 1
                   OR EXISTS (SELECT FROM mail_activity a
                               WHERE a.res_model = 'collection.case' AND a.res_id = c.id
                                 AND a.active AND a.date_deadline <= %(on)s))
             GROUP BY c.user_id, c.company_id
            """,
            on=self._today(),
        )

    def _promises(self):
        return SQL(
            """
            SELECT c.user_id, c.company_id, count(DISTINCT c.id) AS promise_count
              FROM collection_agreement a JOIN collection_case c ON c.id = a.case_id
             WHERE a.state = 'active' AND a.next_date <= %(on)s
             GROUP BY c.user_id, c.company_id
            """,
            on=self._today(),
        )

    def _contacts(self):
        return SQL(
            """
            SELECT user_id, company_id, count(*) AS contact_count,
                   count(*) FILTER (WHERE right_party) AS reached_count
              FROM collection_contact_log
             WHERE date > %(on)s::date - 7 AND state IN ('done', 'failed')
               AND outcome_id IS NOT NULL
             GROUP BY user_id, company_id
            """,
            on=self._today(),
        )
