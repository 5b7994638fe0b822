from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, formatLang

from ..report.collection_contact_result import MONEY_JOURNALS
from ..tools.experiment import FEWEST, Outcome, compare


class CollectionExperiment(models.Model):
    """What a trial has shown: both halves in figures, and in a sentence how far to trust them.

    Counted is what was overdue when a debtor joined, less what was credited, and what of it was
    paid in the days after, by the dates of the matches in the books. Everybody who joined counts
    in the half they were dealt into, whatever happened to their case; those whose days are not
    over yet do not count at all.
    """

    _inherit = "collection.experiment"

    result = fields.Html(compute="_compute_result", sanitize=False)
    verdict = fields.Char(compute="_compute_result")
    waiting_count = fields.Integer(
        compute="_compute_result",
        string="Still Have Time",
        help="Debtors whose days are not over.",
    )

    # === Compute methods === #
    @api.depends_context("collection_on", "lang")
    @api.depends("state", "debtor_ids", "window_days")
    def _compute_result(self):
        on = self.env["collection.case"]._today()
        outcomes = self._get_outcomes(on)
        for experiment in self:
            halves = outcomes[experiment.id]
            found = compare(halves["a"], halves["b"])
            experiment.waiting_count = halves["waiting"]
            experiment.verdict = experiment._get_verdict(found)
            experiment.result = self.env["ir.qweb"]._render(
                "collections_followup.experiment_result",
                experiment._prepare_result(found, halves["waiting"]),
                minimal_qcontext=True,
            )

    # === Figures === #
    def _get_outcomes(self, on):
        """What became of each debtor whose days are over; one query for all trials.

        :return: {experiment id: {"a": outcomes, "b": outcomes, "waiting": count}}
        """
        result = defaultdict(lambda: {"a": [], "b": [], "waiting": 0})
        if not self.ids:
            return result
        for name in ("collection.experiment.debtor", "account.move.line"):
            self.env[name].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(self._outcomes_query(on))
        for experiment, arm, over, due, credited, paid, days in rows:
            owed = Decimal(due) - Decimal(credited)
            if not over:
                result[experiment]["waiting"] += 1
            elif owed > 0:
                amount = min(Decimal(paid), owed)
                full = days if amount == owed else None
                result[experiment][arm].append(Outcome(owed, amount, full))
        return result

    def _outcomes_query(self, on):
        """Amounts come as text: the cursor turns numbers into floats."""
        void = self.env["collection.ageing"]._get_void_matches()
        return SQL(
            """
            WITH member AS (
                SELECT m.experiment_id, m.partner_id, m.company_id, m.arm, m.date_joined,
                       m.date_joined + x.window_days AS last
                  FROM collection_experiment_debtor m
                  JOIN collection_experiment x ON x.id = m.experiment_id
                 WHERE m.experiment_id = ANY(%(ids)s)
            ), item AS (
                SELECT m.experiment_id, m.partner_id, m.date_joined, m.last, l.id,
                       l.balance - COALESCE(sum(p.amount)
                                   FILTER (WHERE p.max_date < m.date_joined), 0) AS due,
                       COALESCE(sum(p.amount) FILTER (WHERE p.max_date BETWEEN m.date_joined
                                AND m.last AND j.type IN %(journals)s), 0) AS paid,
                       COALESCE(sum(p.amount) FILTER (WHERE p.max_date BETWEEN m.date_joined
                                AND m.last AND j.type NOT IN %(journals)s), 0) AS credited,
                       max(p.max_date) FILTER (WHERE p.max_date BETWEEN m.date_joined
                           AND m.last AND j.type IN %(journals)s) AS last_paid
                  FROM member m
                  JOIN res_partner d ON d.commercial_partner_id = m.partner_id
                  JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = m.company_id
                  JOIN account_account a ON a.id = l.account_id
                  LEFT JOIN account_partial_reconcile p ON p.debit_move_id = l.id AND %(valid)s
                  LEFT JOIN account_move_line c ON c.id = p.credit_move_id
                  LEFT JOIN account_journal j ON j.id = c.journal_id
                 WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                   AND l.balance > 0 AND l.date <= m.date_joined
                   AND COALESCE(l.date_maturity, l.date) < m.date_joined
                 GROUP BY m.experiment_id, m.partner_id, m.date_joined, m.last, l.id
            )
            SELECT m.experiment_id, m.arm, m.last < %(on)s,
                   COALESCE(sum(i.due), 0)::text, COALESCE(sum(i.credited), 0)::text,
                   COALESCE(sum(i.paid), 0)::text, max(i.last_paid) - m.date_joined
              FROM member m
              LEFT JOIN item i ON i.experiment_id = m.experiment_id
                              AND i.partner_id = m.partner_id AND i.due > 0
             GROUP BY m.experiment_id, m.partner_id, m.arm, m.last, m.date_joined
             ORDER BY m.experiment_id, m.partner_id
            """,
            ids=list(self.ids),
            on=on,
            journals=MONEY_JOURNALS,
            valid=SQL("NOT (p.id = ANY(%s))", void) if void else SQL("TRUE"),
        )

    # === In words === #
    def _get_verdict(self, found):
        """What the trial says so far, in plain words."""
        self.ensure_one()
        if self.state == "draft":
            return self.env._("The trial has not been started.")
        if found.money is None:
            return self.env._(
                "Too early: each half needs at least %(fewest)s debtors who have had their "
                "%(days)s days; A has %(a)s and B has %(b)s.",
                fewest=FEWEST,
                days=self.window_days,
                a=found.a.debtors,
                b=found.b.debtors,
            )
        sentence = self._get_difference_sentence(found.money)
        if not found.money.is_reliable:
            return self.env._(
                "%(sentence)s This is not yet a difference you can rely on.", sentence=sentence
            )
        return self.env._(
            "%(sentence)s Chance alone seldom makes such a difference.", sentence=sentence
        )

    def _get_difference_sentence(self, difference):
        better = "B" if difference.points >= 0 else "A"
        low, high = difference.low, difference.high
        if better == "A":
            low, high = -high, -low
        values = {
            "better": better,
            "other": "A" if better == "B" else "B",
            "points": self._number(abs(difference.points)),
            "low": self._number(abs(low)),
            "high": self._number(high),
        }
        if low < 0:
            return self.env._(
                "%(better)s collected %(points)s points more of the money than %(other)s: between "
                "%(low)s less and %(high)s more in 95 of 100 such trials.",
                **values,
            )
        return self.env._(
            "%(better)s collected %(points)s points more of the money than %(other)s: between "
            "%(low)s and %(high)s more in 95 of 100 such trials.",
            **values,
        )

    def _number(self, value):
        return formatLang(self.env, value, digits=1)

    def _prepare_result(self, found, waiting):
        """Both halves as the template shows them; all of it text."""
        self.ensure_one()
        halves = [
            self._format_half("A", self.policy_a_id, found.a),
            self._format_half("B", self.policy_b_id, found.b),
        ]
        return {
            "halves": halves,
            "verdict": self._get_verdict(found),
            "differences": [
                self._format_difference(label, difference)
                for label, difference in (
                    (self.env._("Money collected"), found.money),
                    (self.env._("Debtors who paid all of it"), found.debtors),
                )
                if difference
            ],
            "waiting": waiting,
            "running": self.state == "running",
            "days": self.window_days,
        }

    def _format_half(self, name, policy, half):
        days = self._number(half.mean_days) if half.mean_days is not None else "–"
        return {
            "name": name,
            "policy": policy.name,
            "debtors": str(half.debtors),
            "owed": format_amount(self.env, float(half.owed), self.currency_id),
            "paid": format_amount(self.env, float(half.paid), self.currency_id),
            "money_share": self._number(100 * half.money_share),
            "in_full": str(half.in_full),
            "debtor_share": self._number(100 * half.debtor_share),
            "days": days,
        }

    def _format_difference(self, label, difference):
        """The interval as text, and as a bar between -reach and +reach points."""
        reach = max(5.0, abs(difference.low), abs(difference.high)) * 1.1

        def place(points):
            return round(50 + 50 * points / reach, 1)

        return {
            "label": label,
            "points": f"{difference.points:+.1f}",
            "low": f"{difference.low:+.1f}",
            "high": f"{difference.high:+.1f}",
            "start": place(difference.low),
            "width": round(place(difference.high) - place(difference.low), 1),
            "middle": place(difference.points),
            "reliable": difference.is_reliable,
        }
