import json
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..tools.arrays import as_array, as_columns
from ..tools.grading import risk_of
from ..tools.scoring import Facts, points

#: Cases scored and written together.
BATCH = 5000
#: Days of payments that count as recent, and as many before them as earlier.
TREND_DAYS = 180
#: Risk by Odoo's degree of trust in a debtor, for those without a grade of their own.
RISK_OF_TRUST = {"good": Decimal(0), "normal": Decimal("0.3"), "bad": Decimal(1)}


class CollectionCase(models.Model):
    """Score of cases for the work list: whom to call first, with the parts that add up to it."""

    _inherit = "collection.case"

    score_parts = fields.Json(readonly=True, help="Points per factor, for the tooltip.")
    score_text = fields.Char(compute="_compute_score_text", string="Why This Score")
    payment_trend = fields.Integer(
        readonly=True, help="Days by which the debtor pays later than half a year before."
    )
    last_answer_date = fields.Date(
        readonly=True, help="The last day on which the debtor answered or was talked to."
    )

    # === Compute methods === #
    @api.depends("score_parts")
    def _compute_score_text(self):
        graded = self._get_score_grades()
        for case in self:
            labels = self._get_score_labels(graded.get((case.partner_id, case.company_id)))
            parts = sorted((case.score_parts or {}).items(), key=lambda part: -part[1])
            case.score_text = ", ".join(
                f"{labels.get(factor, factor)} {points:.0f}" for factor, points in parts if points
            )

    def _get_score_grades(self):
        """The grades behind the risk of these cases, as far as whoever looks may know them."""
        files = self.env["collection.credit.file"]
        if not self or not files.has_access("read"):
            return {}
        files = files.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("grade", "!=", False),
            ]
        )
        return {(file.partner_id, file.company_id): file.grade for file in files}

    @api.model
    def _get_score_labels(self, letter=None):
        risk = self.env._("Risk")
        return {
            "amount": self.env._("Amount"),
            "age": self.env._("Age"),
            "broken_promises": self.env._("Broken promises"),
            "silence": self.env._("Silence"),
            "risk": self.env._("Risk, grade %s", letter) if letter else risk,
            "trend": self.env._("Pays later and later"),
        }

    # === Business methods === #
    @api.model
    def _update_scores(self, on, companies=None, cases=None):
        """Score open cases, in sets: one query for the facts of a batch, one to write it.

        :param cases: only these; default: every open case of the companies
        :return: number of cases whose score changed
        """
        domain = [("state", "!=", "closed")]
        if companies is not None:
            domain.append(("company_id", "in", companies.ids))
        ids = (cases or self.search(domain, order="id")).ids
        return sum(
            self._write_scores(self._get_scores(list(batch), on))
            for batch in split_every(BATCH, ids)
        )

    @api.model
    def _get_scores(self, ids, on):
        """Scores of a batch of cases, not written yet; one query.

        :return: {case id: (score, JSON of its parts, day of the last answer)}
        """
        weights, result = {}, {}
        for row in self._load_score_facts(ids):
            if row["company_id"] not in weights:
                company = self.env["res.company"].browse(row["company_id"])
                weights[row["company_id"]] = company._get_collection_weights()
            given = points(self._as_facts(row, on), weights[row["company_id"]])
            parts = json.dumps({factor: float(value) for factor, value in given.items()})
            result[row["id"]] = (float(sum(given.values())), parts, row["answered"])
        return result

    @api.model
    def _as_facts(self, row, on):
        trust, letter = RISK_OF_TRUST.get(row["trust"], Decimal(0)), row["grade"]
        oldest, answer = row["oldest_due_date"], row["answered"] or row["date_opened"]
        return Facts(
            amount_overdue=Decimal(row["overdue"]),
            days_overdue=max(0, (on - oldest).days) if oldest else 0,
            broken_promises=row["broken"],
            days_silent=max(0, (on - answer).days) if answer else 0,
            risk=risk_of(letter) if letter else trust,
            trend=Decimal(row["trend"] or 0),
        )

    @api.model
    def _load_score_facts(self, ids):
        """What the score needs, for a batch of cases in one query."""
        self.flush_model()
        self.env["collection.contact.log"].flush_model()
        self.env["collection.agreement"].flush_model()
        self.env["collection.credit.file"].flush_model()
        self.env.cr.execute(self._score_query(ids))
        return self.env.cr.dictfetchall()

    @api.model
    def _score_query(self, ids):
        return SQL(
            """
            WITH scope AS (
                SELECT id, partner_id, company_id, amount_overdue::text AS overdue,
                       oldest_due_date, date_opened, payment_trend
                  FROM collection_case WHERE id = ANY(%(ids)s)
            ), answer AS (
                SELECT g.case_id, max(g.date) AS day
                  FROM collection_contact_log g
                 WHERE g.case_id = ANY(%(ids)s) AND g.state = 'done'
                   AND (g.direction = 'in' OR g.right_party)
                 GROUP BY g.case_id
            )
            SELECT s.id, s.company_id, s.overdue, s.oldest_due_date, s.date_opened,
                   answer.day AS answered, %(broken)s AS broken,
                   COALESCE(p.trust ->> s.company_id::text, 'normal') AS trust,
                   f.grade, s.payment_trend AS trend
              FROM scope s
              JOIN res_partner p ON p.id = s.partner_id
              LEFT JOIN collection_credit_file f
                     ON f.partner_id = s.partner_id AND f.company_id = s.company_id AND f.active
              LEFT JOIN answer ON answer.case_id = s.id
            """,
            ids=ids,
            broken=self._broken_promises_sql(),
        )

    @api.model
    def _cron_update_trends(self):
        """The weekly job: whether debtors pay later than half a year before.

        Not every night: it reads all that was paid, which is far more than what is open.
        """
        self._update_trends(self._today())

    @api.model
    def _update_trends(self, on):
        """Bring the payment trend of all open cases up to date, in one statement."""
        self.flush_model()
        self.env["account.move.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH paid AS (
                    SELECT k.id AS case_id, l.id, l.date_maturity, max(r.max_date) AS day
                      FROM collection_case k
                      JOIN account_move_line l
                        ON l.partner_id = k.partner_id AND l.company_id = k.company_id
                      JOIN account_account a
                        ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                      JOIN account_partial_reconcile r ON r.debit_move_id = l.id
                     WHERE l.full_reconcile_id IS NOT NULL AND l.balance > 0
                       AND l.date_maturity > %(on)s::date - %(span)s * 3 AND k.state <> 'closed'
                     GROUP BY k.id, l.id, l.date_maturity
                     UNION ALL
                    SELECT k.id, NULL, NULL, NULL FROM collection_case k WHERE k.state <> 'closed'
                ), lateness AS (
                    SELECT case_id,
                           avg(GREATEST(day - date_maturity, 0))
                               FILTER (WHERE day > %(on)s::date - %(span)s) AS recent,
                           avg(GREATEST(day - date_maturity, 0))
                               FILTER (WHERE day <= %(on)s::date - %(span)s
                                         AND day > %(on)s::date - %(span)s * 2) AS earlier
                      FROM paid GROUP BY case_id
                )
                UPDATE collection_case k
                   SET payment_trend = COALESCE(round(f.recent - f.earlier), 0)
                  FROM lateness f
                 WHERE f.case_id = k.id
                   AND k.payment_trend IS DISTINCT FROM COALESCE(round(f.recent - f.earlier), 0)
                """,
                on=on,
                span=TREND_DAYS,
            )
        )
        self.invalidate_model(["payment_trend"], flush=False)

    @api.model
    def _broken_promises_sql(self):
        """Agreements of the case ``s`` that were broken."""
        return SQL(
            "(SELECT count(*) FROM collection_agreement a "
            "WHERE a.case_id = s.id AND a.state = 'broken')"
        )

    @api.model
    def _write_scores(self, scores):
        """Write the scores that differ, in one statement.

        :return: how many there were
        """
        if not scores:
            return 0
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_case k
                   SET score = v.score, score_parts = v.parts, last_answer_date = v.answered
                  FROM unnest(%s::int[], %s::float8[], %s::jsonb[], %s::date[])
                       AS v(id, score, parts, answered)
                 WHERE v.id = k.id
                   AND (k.score, k.score_parts, k.last_answer_date)
                       IS DISTINCT FROM (v.score, v.parts, v.answered)
                """,
                as_array(scores),
                *as_columns(scores.values()),
            )
        )
        changed = self.env.cr.rowcount
        self.browse(list(scores)).invalidate_recordset(
            ["score", "score_parts", "last_answer_date"], flush=False
        )
        return changed
