from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.credit import HELD, NEAR, NONE, OK, OVER

#: Key of the context that narrows the statement to some debtors: for one of them, reading all
#: open items would take as long as for a hundred thousand.
ONLY = "collection_exposure_partners"
#: Rows are numbered by company and debtor, so that a number stands for the same row tomorrow.
COMPANY_STEP = 2**32
STATES = [
    (OVER, "Over Limit"),
    (HELD, "On Hold"),
    (NEAR, "Nearly Used Up"),
    (OK, "Within Limit"),
    (NONE, "No Limit"),
]


class CollectionExposure(models.Model):
    """What each debtor owes or will owe beside its credit limit, read by one statement.

    Open items are the ledger's; what is ordered and not invoiced comes from sales orders where
    they are installed. The day is in the context, as for ``collection.ageing``.
    """

    _name = "collection.exposure"
    _description = "Credit Exposure"
    _auto = False
    _order = "urgency, percent desc, exposure desc, id"
    _rec_name = "partner_id"
    _depends = {
        "account.move.line": [
            *("account_id", "amount_residual", "company_id", "currency_id", "date"),
            *("date_maturity", "parent_state", "partner_id", "reconciled"),
        ],
        "account.account": ["account_type"],
        "collection.agreement": ["case_id", "company_id", "currency_id", "state"],
        "collection.agreement.line": ["agreement_id", "amount", "amount_paid", "state"],
        "collection.case": ["company_id", "partner_id", "state", "user_id"],
        "collection.credit.hold": ["company_id", "date_released", "partner_id", "reason"],
        "collection.credit.limit": [
            *("amount", "company_id", "date_from", "date_to", "partner_id", "state"),
        ],
        "res.partner": ["commercial_partner_id", "credit_limit", "user_id"],
        "res.company": ["collection_credit_warn_percent", "currency_id"],
    }

    # === Fields: who === #
    partner_id = fields.Many2one("res.partner", string="Debtor", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", string="Company Currency", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    user_id = fields.Many2one("res.users", string="Collector", readonly=True)

    # === Fields: limit === #
    limit_base = fields.Monetary(string="Own Limit", readonly=True)
    limit_temporary = fields.Monetary(string="Temporary Limit", readonly=True)
    limit_until = fields.Date(string="Temporary Until", readonly=True)
    credit_limit = fields.Monetary(string="Limit", readonly=True, help="Which counts today.")

    # === Fields: exposure === #
    open_amount = fields.Monetary(string="Open", readonly=True)
    overdue = fields.Monetary(readonly=True, help="After unapplied credits.")
    uninvoiced = fields.Monetary(
        string="Not Invoiced Yet", readonly=True, help="Confirmed sales orders, with taxes."
    )
    promised = fields.Monetary(
        readonly=True, help="What of the open amount has been promised or is in plans."
    )
    exposure = fields.Monetary(readonly=True, help="Open, and ordered but not invoiced yet.")
    available = fields.Monetary(readonly=True, help="What is left of the limit.")
    percent = fields.Integer(string="Used (%)", readonly=True, aggregator="max")
    state = fields.Selection(STATES, readonly=True)
    urgency = fields.Integer(readonly=True, aggregator=None)
    hold_id = fields.Many2one("collection.credit.hold", readonly=True)
    hold_reason = fields.Selection(related="hold_id.reason", string="Held Because")

    # === Actions === #
    def action_open_file(self):
        """The credit file, made at the first look; readers get the contact where there is none."""
        self.ensure_one()
        partner = self.partner_id.with_company(self.company_id)
        if self.env["collection.credit.file"].has_access("create"):
            return partner.action_open_collection_credit_file()
        return partner.get_formview_action()

    def action_hold(self):
        """Ask why, and hold the credit of this debtor."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_collection_credit_hold()

    def action_raise_limit(self):
        """Ask for a temporary limit."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_collection_raise_limit()

    # === Business methods === #
    @api.model
    def _of(self, partners, companies=None):
        """Rows of some debtors, read afresh; debtors without limit and debts have none.

        :return: {(partner, company): row}
        """
        companies = companies or self.env.company
        only = tuple(partners.commercial_partner_id.ids)
        Exposure = self.with_context(**{ONLY: only})
        Exposure.invalidate_model()
        rows = Exposure.search(
            Domain("partner_id", "in", only) & Domain("company_id", "in", companies.ids)
        )
        return {(row.partner_id, row.company_id): row for row in rows}

    # === The statement === #
    @property
    def _table_query(self):
        on = self.env["collection.case"]._today()
        parts = {
            "on": on,
            "pots": self._pots(on),
            "uninvoiced": self._uninvoiced(),
            "promised": self._promised(),
            "temporary": self._temporary(on),
            "base": self._base(),
            "rates": self._rates(on),
            "only": self._only(SQL("p.id")),
            "step": COMPANY_STEP,
            "order": [state for state, _name in STATES],
        }
        return SQL(
            """
            WITH rate AS (%(rates)s),
            pot AS (%(pots)s), sales AS (%(uninvoiced)s), promise AS (%(promised)s),
            temporary AS (%(temporary)s),
            held AS (SELECT id, partner_id, company_id FROM collection_credit_hold
                      WHERE date_released IS NULL),
            debtor AS (
                SELECT partner_id, company_id FROM pot
                 UNION SELECT partner_id, company_id FROM sales
                 UNION SELECT partner_id, company_id FROM temporary
                 UNION SELECT partner_id, company_id FROM held
                 UNION SELECT p.id, y.id FROM res_partner p JOIN res_company y
                           ON (p.credit_limit ->> y.id::text)::numeric > 0
                        WHERE p.active AND p.commercial_partner_id = p.id AND %(only)s
            ), sums AS (
                SELECT d.partner_id, d.company_id, %(base)s AS limit_base,
                       t.amount AS temporary, t.date_to, COALESCE(o.open, 0) AS open,
                       COALESCE(o.overdue, 0) AS overdue, COALESCE(s.amount, 0) AS uninvoiced,
                       COALESCE(v.amount, 0) AS promised,
                       COALESCE(o.open, 0) + COALESCE(s.amount, 0) AS exposure, h.id AS hold_id
                  FROM debtor d
                  LEFT JOIN pot o USING (partner_id, company_id)
                  LEFT JOIN sales s USING (partner_id, company_id)
                  LEFT JOIN promise v USING (partner_id, company_id)
                  LEFT JOIN temporary t USING (partner_id, company_id)
                  LEFT JOIN held h USING (partner_id, company_id)
                  JOIN res_partner p ON p.id = d.partner_id AND %(only)s
            ), judged AS (
                SELECT *, CASE WHEN limit_base > 0
                               THEN GREATEST(limit_base, COALESCE(temporary, 0)) END AS allowed
                  FROM sums
            )
            SELECT j.company_id * %(step)s + j.partner_id AS id, j.partner_id, j.company_id,
                   y.currency_id, p.country_id, p.user_id AS salesperson_id, k.id AS case_id,
                   k.user_id, j.limit_base, j.temporary AS limit_temporary,
                   j.date_to AS limit_until, COALESCE(j.allowed, 0) AS credit_limit,
                   j.open AS open_amount, j.overdue, j.uninvoiced, j.promised, j.exposure,
                   j.allowed - j.exposure AS available,
                   floor(GREATEST(j.exposure, 0) / j.allowed * 100)::int AS percent,
                   s.state, array_position(%(order)s::text[], s.state) AS urgency, j.hold_id
              FROM judged j
              JOIN res_company y ON y.id = j.company_id
              JOIN res_partner p ON p.id = j.partner_id
              LEFT JOIN collection_case k ON k.partner_id = j.partner_id
                                         AND k.company_id = j.company_id AND k.state <> 'closed',
              LATERAL (SELECT CASE WHEN j.hold_id IS NOT NULL THEN 'held'
                                   WHEN j.allowed IS NULL THEN 'none'
                                   WHEN j.exposure > j.allowed THEN 'over'
                                   WHEN j.exposure * 100 >= j.allowed * COALESCE(
                                        y.collection_credit_warn_percent, 100)::numeric
                                   THEN 'near' ELSE 'ok' END AS state) s
            """,
            **parts,
        )
