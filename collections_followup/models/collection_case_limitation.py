from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.limitation import Event, earliest_end, limitation
from ..words import day_text
from .collection_legal_step import EVENT_OF


class CollectionCase(models.Model):
    """Until when the debts of a case can be enforced."""

    _inherit = "collection.case"

    legal_step_ids = fields.One2many("collection.legal.step", "case_id")
    limitation_date = fields.Date(
        string="Enforceable Until",
        readonly=True,
        index="btree_not_null",
        help="Last day of the item that is barred first, once that day is near or past. The "
        "nightly run keeps it.",
    )
    limitation_warned_for = fields.Date(readonly=True, help="The last day that was told of.")
    limitation_rows = fields.Json(compute="_compute_limitation_rows")
    limitation_table = fields.Html(compute="_compute_limitation_rows", sanitize=False)

    @api.depends("legal_step_ids.date", "legal_step_ids.date_end", "legal_step_ids.kind")
    def _compute_limitation_rows(self):
        """Each open debt with its last day, why that one, and by which law."""
        today = self._today()
        for case in self:
            found = case._origin._get_limitations(case._get_debts(), today)
            case.limitation_rows = [
                {
                    "id": line.id,
                    "document": line.move_id.name,
                    "due": day_text(self.env, line.date_maturity or line.date),
                    "ends": day_text(self.env, limit.ends) if limit.ends else "",
                    "days": (limit.ends - today).days if limit.ends else False,
                    "barred": limit.barred,
                    "why": case._explain_limitation(limit),
                    "source": f"{rule.name} – {rule.legal_source}",
                    "checked": bool(rule.checked_on),
                }
                for line, (limit, rule) in found.items()
            ]
            case.limitation_table = self.env["ir.qweb"]._render(
                "collections_followup.limitation_table",
                {"rows": case.limitation_rows},
                minimal_qcontext=True,
            )

    def _explain_limitation(self, limit):
        if limit.ends is None:
            return self.env._("A suit has stopped the period.")
        if limit.suspended:
            return self.env._("The period is suspended now, and ends later each day.")
        if limit.renewed_by:
            day = day_text(self.env, limit.renewed_by.day)
            sentences = {
                "payment": self.env._("Begun anew by the payment of %(day)s.", day=day),
                "promise": self.env._("Begun anew by the agreement of %(day)s.", day=day),
                "judgment": self.env._("Confirmed by the judgment of %(day)s.", day=day),
                "demand": self.env._("Begun anew by the demand of %(day)s.", day=day),
            }
            other = self.env._("Begun anew by the acknowledgement of %(day)s.", day=day)
            return sentences.get(limit.renewed_by.kind, other)
        return self.env._("Counted from %(day)s.", day=day_text(self.env, limit.begins))

    # === Business methods === #
    @api.model
    def _get_limitations(self, lines, on):
        """Where debts stand; a fixed number of queries, whatever their number.

        :param lines: receivable items of any debtors
        :return: {line: (:class:`~..tools.limitation.Limitation`, rule)}, without those to which
            no rule applies
        """
        # sudo: the law binds everybody, whoever may read the rules.
        Rule = self.env["collection.limitation.rule"].sudo()
        rules = Rule.search([])
        if not rules or not lines:
            return {}
        pure = {rule: rule._get_rule() for rule in rules}
        events = self._get_limitation_events(lines, on)
        result, chosen = {}, {}
        for line in lines:
            debtor, company = line.partner_id.commercial_partner_id.sudo(), line.company_id
            if (debtor, company) not in chosen:
                consumer = debtor._is_consumer()
                places = [(who.country_id.id, who.state_id.id) for who in (debtor, company)]
                # Consumers are sued at home; among traders the seller's law is the usual one.
                places = [place for place in (places if consumer else places[::-1]) if place[0]]
                chosen[debtor, company] = Rule._choose(rules, places, consumer)
            rule = chosen[debtor, company]
            if rule:
                due = line.date_maturity or line.date
                found = limitation(pure[rule], due, events.get(line.id, ()), on)
                result[line] = (found, rule)
        return result

    @api.model
    def _get_barred(self, lines, on, modes):
        """Debts that can no longer be enforced, where the rule says one of these modes."""
        return {
            line: (found, rule)
            for line, (found, rule) in self._get_limitations(lines, on).items()
            if found.barred and rule.mode in modes
        }

    @api.model
    def _get_limitation_events(self, lines, on):
        """Payments, agreements and steps of the law about items; one query.

        :return: {line id: list of :class:`~..tools.limitation.Event`}
        """
        for model in ("collection.legal.step", "collection.agreement", "account.partial.reconcile"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.debit_move_id, 'payment', COALESCE(c.date, p.max_date), NULL::date
                  FROM account_partial_reconcile p
                  JOIN account_move_line c ON c.id = p.credit_move_id
                 WHERE p.debit_move_id = ANY(%(ids)s)
                   AND (c.payment_id IS NOT NULL OR c.statement_line_id IS NOT NULL)
                 UNION ALL
                SELECT r.move_line_id, 'promise', a.date, NULL
                  FROM collection_agreement a
                  JOIN collection_agreement_line_rel r ON r.agreement_id = a.id
                 WHERE r.move_line_id = ANY(%(ids)s) AND a.state IN ('active', 'kept', 'broken')
                 UNION ALL
                SELECT l.id, s.kind, s.date, s.date_end
                  FROM collection_legal_step s
                  JOIN collection_case k ON k.id = s.case_id
                  JOIN res_partner d ON d.commercial_partner_id = k.partner_id
                  JOIN account_move_line l ON l.partner_id = d.id AND l.company_id = k.company_id
                 WHERE l.id = ANY(%(ids)s)
                   AND (NOT EXISTS (SELECT FROM collection_legal_step_line_rel r
                                     WHERE r.step_id = s.id)
                        OR EXISTS (SELECT FROM collection_legal_step_line_rel r
                                    WHERE r.step_id = s.id AND r.move_line_id = l.id))
                """,
                ids=list(lines.ids),
            )
        )
        result = defaultdict(list)
        for line_id, kind, day, until in rows:
            event = EVENT_OF.get(kind, kind)
            if day <= on:
                result[line_id].append(Event(event, day, until))
        return result

    # === Watching === #
    @api.model
    def _watch_limitation(self, on, company):
        """Keep the last day of cases where it is near or past, and tell of it once; in sets.

        :return: the cases somebody was told of
        """
        # sudo: the law binds everybody, and all collectors' cases are watched.
        cases = self.sudo()
        lines = cases._get_lines_near_limitation(on, company)
        nearest = {}
        for line, (found, rule) in cases._get_limitations(lines, on).items():
            if found.ends and (found.ends - on).days <= rule.warn_days:
                debtor = line.partner_id.commercial_partner_id.id
                nearest[debtor] = min(found.ends, nearest.get(debtor, found.ends))
        open_cases = cases.search(
            [("company_id", "=", company.id), ("state", "!=", "closed")]
            + (["|", ("partner_id", "in", list(nearest)), ("limitation_date", "!=", False)])
        )
        told = cases.browse()
        for day, group in open_cases.grouped(lambda k: nearest.get(k.partner_id.id, False)).items():
            group.filtered(lambda case, d=day: case.limitation_date != d).limitation_date = day
            if day:
                told |= group.filtered(
                    lambda case, d=day: case.limitation_warned_for != d and d >= on
                )
        told._tell_of_limitation(company)
        return told

    @api.model
    def _get_lines_near_limitation(self, on, company):
        """Open debts that are old enough for the shortest period to be nearly over."""
        rules = self.env["collection.limitation.rule"].search([])
        if not rules:
            return self.env["account.move.line"]
        shortest = earliest_end([rule._get_rule() for rule in rules], on) - on
        limit = fields.Date.add(on, days=max(rules.mapped("warn_days"))) - shortest
        # A month is not always as long; a few days more cost nothing.
        limit = fields.Date.add(limit, days=4)
        self.env["account.move.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT l.id FROM account_move_line l "
                "JOIN account_account a ON a.id = l.account_id "
                "WHERE l.company_id = %s AND %s AND l.amount_residual > 0 "
                "AND COALESCE(l.date_maturity, l.date) <= %s",
                company.id,
                self._open_line_condition(),
                limit,
            )
        )
        return self.env["account.move.line"].browse(row[0] for row in rows)

    def _tell_of_limitation(self, company):
        """An activity for the collector of each case."""
        fallback = self.env["collection.charge"]._get_approver(company) if self else None
        self.env["mail.activity"]._collection_tell(
            [
                {
                    "record": case,
                    "summary": self.env._("Debts can be enforced for a short time only"),
                    "note": self.env._(
                        "The last day is %(day)s. Have it acknowledged, or go to court before.",
                        day=day_text(self.env, case.limitation_date),
                    ),
                    "date": case.limitation_date,
                    "user": case.user_id or fallback,
                }
                for case in self
            ]
        )
        for case in self:
            case.limitation_warned_for = case.limitation_date

    def _absorb(self, others):
        """Steps of joined cases go along."""
        result = super()._absorb(others)
        # sudo: history is kept by the follow-up.
        self.env["collection.legal.step"].sudo().search(
            [("case_id", "in", others.ids)]
        ).case_id = self
        return result
