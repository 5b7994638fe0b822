from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.contact_rules import applies_to_person
from .collection_wish import RULE_CHANNELS


class CollectionCase(models.Model):
    """What the log proves: addresses the debtor used, wrong numbers, the first communication and
    the validation notice, debts that are disputed as a whole.

    Read only for debtors to whom a rule about such things applies.
    """

    _inherit = "collection.case"

    validation_date = fields.Date(
        string="Validation Notice Sent",
        help="When the notice was sent by other means than an action of a stage, or told.",
    )

    needs_validation = fields.Boolean(compute="_compute_needs_validation")

    @api.depends("company_id.collection_party", "debtor_type", "partner_id.country_id")
    def _compute_needs_validation(self):
        """Whether a rule asks for a validation notice."""
        rules = self.env["collection.contact.rule"].sudo()  # rules bind everybody
        rules = [rule._get_rule() for rule in rules.search([("kind", "=", "validation")])]
        people = self._origin._get_person_facts(located=False)
        for case in self:
            facts = people.get(case._origin.id)
            case.needs_validation = bool(facts) and any(
                applies_to_person(rule, facts, self._today()) for rule in rules
            )

    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | {"validation_date"}

    def _get_evidence(self, on):
        """What the log says about these debtors; a fixed number of queries.

        :return: {case id: arguments of PersonFacts}
        """
        self.env["collection.contact.log"].flush_model()
        used, wrong = self._get_used_addresses(on)
        # sudo: what a debtor agreed to binds everybody, also those who may not read it.
        addresses = self.env["collection.consent"].sudo()._get_addresses(self.partner_id, on, used)
        notices = self._get_validation(on)
        disputed = self._get_disputed_cases()
        return {
            case.id: {
                "addresses": addresses.get(case.partner_id.id, {}),
                "wrong_numbers": frozenset(wrong.get(case.partner_id.id, ())),
                "disputed_debts": frozenset({str(case.id)} if case.id in disputed else ()),
                **notices.get(case.id, {}),
            }
            for case in self
        }

    def _get_used_addresses(self, on):
        """Addresses that debtors wrote from, and numbers that turned out to be somebody else's.

        A number counts as wrong until the debtor has been talked with on it again.

        :return: ({debtor id: {(channel, address): last day}}, {debtor id: set of addresses})
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT g.debtor_id, g.channel, g.address,
                       max(g.date) FILTER (WHERE g.direction = 'in'),
                       max(g.id) FILTER (WHERE o.next_step = 'wrong_number')
                         > COALESCE(max(g.id) FILTER (WHERE g.right_party), 0)
                  FROM collection_contact_log g
                  LEFT JOIN collection_contact_outcome o ON o.id = g.outcome_id
                 WHERE g.debtor_id = ANY(%s) AND g.address IS NOT NULL AND g.date <= %s
                   AND (g.direction = 'in' OR g.outcome_id IS NOT NULL)
                 GROUP BY g.debtor_id, g.channel, g.address
                """,
                list(self.partner_id.ids),
                on,
            )
        )
        used, wrong = defaultdict(dict), defaultdict(set)
        for debtor_id, channel, address, used_on, is_wrong in rows:
            if used_on:
                used[debtor_id][RULE_CHANNELS.get(channel, channel), address] = used_on
            if is_wrong:
                wrong[debtor_id].add(address)
        return used, wrong

    def _get_validation(self, on):
        """When the debt was first spoken or written of, and when the validation notice was sent.

        Attempts that conveyed nothing are no communication.

        :return: {case id: arguments of PersonFacts}
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT g.case_id, min(g.date),
                       min(g.date) FILTER (WHERE a.purpose = 'validation_notice')
                  FROM collection_contact_log g
                  LEFT JOIN collection_contact_outcome o ON o.id = g.outcome_id
                  LEFT JOIN collection_action a ON a.id = g.action_id
                 WHERE g.case_id = ANY(%s) AND g.date <= %s
                   AND (g.state = 'done' OR g.state = 'sent' AND g.channel <> 'call')
                   AND COALESCE(o.effect, '') <> 'voicemail_limited_content'
                 GROUP BY g.case_id
                """,
                list(self.ids),
                on,
            )
        )
        result = {
            case_id: {"initial_communication": first, "validation_sent": sent}
            for case_id, first, sent in rows
        }
        for case in self.filtered("validation_date"):
            known = result.setdefault(case.id, {})
            known["validation_sent"] = known.get("validation_sent") or case.validation_date
        return result

    def _get_disputed_cases(self):
        """Cases of which nothing is left to talk about: all that is overdue is disputed.

        :return: set of case ids
        """
        Dispute = self.env["collection.dispute"].sudo()  # the same for whoever asks
        domain = [("state", "in", ("open", "answered")), ("kind", "=", "dispute")]
        cases = Dispute.search([("case_id", "in", self.ids), *domain]).case_id
        today = self._today()
        overdue = cases.move_line_ids.filtered(
            lambda line: line.amount_residual > 0 and (line.date_maturity or line.date) < today
        )
        disputed = Dispute._get_disputed(overdue.ids) if overdue else {}
        accepted = overdue.filtered(
            lambda line: (
                line.currency_id.compare_amounts(
                    float(disputed.get(line.id, 0)), line.amount_residual_currency
                )
                < 0
            )
        )
        return {
            case.id
            for case in cases
            if case.move_line_ids & overdue and not case.move_line_ids & accepted
        }
