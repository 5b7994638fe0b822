import json
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..tools.arrays import as_array
from ..tools.grading import GRADES, Behaviour, grade

#: Behaviour longer ago says nothing about today.
DAYS = 730
BATCH = 5000


class CollectionCreditFile(models.Model):
    """The own grade of a debtor: from its payments, promises and returned payments, in sets."""

    _inherit = "collection.credit.file"

    grade = fields.Selection([(letter, letter) for letter in GRADES], readonly=True, tracking=True)
    grade_points = fields.Float(
        string="Risk Points", readonly=True, digits=(5, 2), help="100 are the worst."
    )
    grade_parts = fields.Json(readonly=True, help="Points of each part, and the figure behind it.")
    grade_table = fields.Json(compute="_compute_grade_table", string="What the Grade Is Made of")
    graded_on = fields.Date(readonly=True)

    # === Compute methods === #
    @api.depends("grade_parts")
    def _compute_grade_table(self):
        """The parts in words, as the widget shows them."""
        labels = self._get_part_labels()
        for file in self:
            file.grade_table = [
                {
                    "label": labels[part["code"]],
                    "text": file._explain_part(part["code"], part["value"]),
                    "points": part["points"],
                    "most": part["most"],
                }
                for part in file.grade_parts or []
            ]

    @api.model
    def _get_part_labels(self):
        return {
            "days_late": self.env._("Days late"),
            "share_late": self.env._("Paid late"),
            "broken": self.env._("Broken promises"),
            "bounced": self.env._("Returned payments"),
            "relation": self.env._("Time as a customer"),
            "used": self.env._("Use of the limit"),
        }

    def _explain_part(self, code, value):
        """One part as a sentence."""
        if value is None:
            unknown = {
                "days_late": self.env._("Nothing has fallen due yet, so half of the points."),
                "share_late": self.env._("Nothing has fallen due yet, so half of the points."),
                "used": self.env._("There is no limit, so half of the points."),
            }
            return unknown[code]
        texts = {
            "days_late": self.env._(
                "%(n)s days on average, by amount, in two years; 60 days give all points. What "
                "was disputed is left out.",
                n=round(value, 1),
            ),
            "share_late": self.env._(
                "%(n)s %% of the amount that fell due was or is late.", n=round(value)
            ),
            "broken": self.env._("%(n)s in two years; three give all points.", n=round(value)),
            "bounced": self.env._("%(n)s in two years; two give all points.", n=round(value)),
            "relation": self.env._(
                "%(n)s months since the first invoice; none after two years.", n=round(value)
            ),
            "used": self.env._(
                "%(n)s %% of the limit is used; points from 50 %% on.", n=round(value)
            ),
        }
        return texts[code]

    # === Business methods === #
    def _grade(self, on):
        """Grade files as of a day: two queries to read a batch, one to write what differs.

        :return: the files whose grade is another one now
        """
        changed = self.browse()
        for ids in split_every(BATCH, self.ids):
            batch = self.browse(ids)
            changed |= batch._write_grades(batch._get_grades(on), on)
        return changed

    def _get_grades(self, on):
        """:return: {file id: tools.grading.Grade}"""
        used = self._get_used_percent()
        return {
            row["id"]: grade(
                Behaviour(
                    days_late=row["days_late"],
                    share_late=row["share_late"],
                    broken=row["broken"],
                    bounced=row["bounced"],
                    months=row["months"],
                    used_percent=used.get(row["id"]),
                )
            )
            for row in self._load_behaviour(on)
        }

    def _get_used_percent(self):
        # sudo: the exposure goes into the grade, whoever works it out.
        rows = self.env["collection.exposure"].sudo()._of(self.partner_id, self.company_id)
        found = {}
        for file in self:
            row = rows.get((file.partner_id, file.company_id))
            if row and row.credit_limit > 0:
                found[file.id] = Decimal(row.percent)
        return found

    def _load_behaviour(self, on):
        """How the debtors of a batch of files have paid; one query."""
        for model in ("account.move.line", "account.move", "account.partial.reconcile"):
            self.env[model].flush_model()
        for model in ("collection.agreement", "collection.bounce", "collection.dispute"):
            self.env[model].flush_model()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                WITH item AS (%(items)s), paid AS (
                    SELECT file_id, sum(amount * late) / sum(amount) AS days_late,
                           COALESCE(sum(amount) FILTER (WHERE late > 0), 0) * 100 / sum(amount)
                               AS share_late
                      FROM item GROUP BY file_id
                )
                SELECT f.id, round(p.days_late, 1) AS days_late,
                       round(p.share_late, 1) AS share_late, %(broken)s AS broken,
                       %(bounced)s AS bounced, %(months)s AS months
                  FROM collection_credit_file f
                  LEFT JOIN paid p ON p.file_id = f.id
                 WHERE f.id = ANY(%(ids)s)
                """,
                items=self._behaviour_items(on),
                broken=self._count_broken(on),
                bounced=self._count_bounced(on),
                months=self._count_months(on),
                ids=list(self.ids),
            )
        )
        rows = self.env.cr.dictfetchall()
        for row in rows:
            for name in ("days_late", "share_late"):
                row[name] = None if row[name] is None else Decimal(str(row[name]))
        return rows

    def _behaviour_items(self, on):
        """Invoiced items that fell due in the time looked at, with the days they were or are late.

        Left out: what is disputed now, and what only a credit note settled.
        """
        return SQL(
            """
            SELECT f.id AS file_id, l.balance AS amount,
                   GREATEST(0, CASE WHEN l.reconciled THEN r.day ELSE %(on)s::date END
                               - l.date_maturity) AS late
              FROM collection_credit_file f
              JOIN res_partner d ON d.commercial_partner_id = f.partner_id
              JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = f.company_id
              JOIN account_account a ON a.id = l.account_id
              JOIN account_move m ON m.id = l.move_id AND m.move_type IN
                   ('out_invoice', 'out_receipt')
              LEFT JOIN LATERAL (
                  SELECT max(p.max_date) AS day
                    FROM account_partial_reconcile p
                    JOIN account_move_line c ON c.id = p.credit_move_id
                    JOIN account_move n ON n.id = c.move_id
                   WHERE p.debit_move_id = l.id AND n.move_type <> 'out_refund'
              ) r ON l.reconciled
             WHERE f.id = ANY(%(ids)s) AND a.account_type = 'asset_receivable'
               AND l.parent_state = 'posted' AND l.balance > 0
               AND l.date_maturity BETWEEN %(on)s::date - %(days)s AND %(on)s::date - 1
               AND (l.reconciled IS NOT TRUE OR r.day IS NOT NULL)
               AND NOT EXISTS (
                   SELECT FROM collection_dispute_line_rel x
                     JOIN collection_dispute q ON q.id = x.dispute_id
                    WHERE x.move_line_id = l.id AND q.state IN ('open', 'answered'))
            """,
            on=on,
            days=DAYS,
            ids=list(self.ids),
        )

    def _count_broken(self, on):
        return SQL(
            "(SELECT count(*) FROM collection_agreement g "
            "WHERE g.partner_id = f.partner_id AND g.company_id = f.company_id "
            "AND g.state = 'broken' AND g.date >= %s::date - %s)",
            on,
            DAYS,
        )

    def _count_bounced(self, on):
        return SQL(
            "(SELECT count(*) FROM collection_bounce b JOIN collection_case k ON k.id = b.case_id "
            "WHERE k.partner_id = f.partner_id AND b.company_id = f.company_id "
            "AND b.date >= %s::date - %s)",
            on,
            DAYS,
        )

    def _count_months(self, on):
        return SQL(
            "COALESCE((SELECT GREATEST(0, (%(on)s::date - min(m.invoice_date)) / 30.4375)::int "
            "FROM account_move m WHERE m.commercial_partner_id = f.partner_id "
            "AND m.company_id = f.company_id AND m.state = 'posted' "
            "AND m.move_type = 'out_invoice'), 0)",
            on=on,
        )

    def _write_grades(self, grades, on):
        """Write what differs, in one statement, and note new grades in the history of the file."""
        if not grades:
            return self.browse()
        before = {file.id: file.grade for file in self}
        parts = [
            json.dumps([self._as_json(part) for part in result.parts]) for result in grades.values()
        ]
        self.env.cr.execute(
            SQL(
                """
                UPDATE collection_credit_file f
                   SET grade = v.grade, grade_points = v.points, grade_parts = v.parts,
                       graded_on = %(on)s
                  FROM unnest(%(ids)s::int[], %(letters)s::text[], %(points)s::numeric[],
                              %(parts)s::jsonb[]) AS v(id, grade, points, parts)
                 WHERE v.id = f.id
                """,
                on=on,
                ids=as_array(grades),
                letters=as_array(result.letter for result in grades.values()),
                points=as_array(result.points for result in grades.values()),
                parts=as_array(parts),
            )
        )
        self.invalidate_recordset(
            ["grade", "grade_points", "grade_parts", "graded_on"], flush=False
        )
        changed = self.filtered(lambda file: before[file.id] not in (False, grades[file.id].letter))
        changed._note_new_grades(before)
        return changed

    def _note_new_grades(self, before):
        self._message_log_batch(
            bodies={
                file.id: self.env._(
                    "Grade %(old)s → %(new)s, %(points)s points",
                    old=before[file.id],
                    new=file.grade,
                    points=round(file.grade_points, 1),
                )
                for file in self
            }
        )

    @api.model
    def _as_json(self, part):
        return {
            "code": part.code,
            "points": float(part.points),
            "most": float(part.most),
            "value": None if part.value is None else float(part.value),
        }
