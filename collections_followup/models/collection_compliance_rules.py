from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from odoo import api, models
from odoo.tools import SQL

from ..tools.contact import Refusal
from ..tools.contact_model import PastContact, PersonFacts, ProposedContact
from ..tools.contact_outcomes import OUTCOMES
from ..tools.contact_rules import applies_to_person, check_contact
from .collection_wish import RULE_CHANNELS
from .res_partner import ROLES, RULE_ROLES

#: Kinds that depend on the hour and so can only be judged when the contact is made.
HOUR_KINDS = {"hours", "inconvenient"}
#: Kinds that can object only where the person has asked for something, and where that is noted.
WISH_KINDS = {
    "medium": ("opt_outs",),
    "cease": ("cease",),
    "attorney": ("attorney",),
    "inconvenient": ("blocked_times", "blocked_places"),
}
#: Kinds that look at what the log and the papers prove, which is read only for them.
EVIDENCE_KINDS = {"address", "dispute", "third_party", "validation", "workplace", "frequency"}
#: Days of history the rules may look at.
HISTORY_DAYS = 60


class CollectionCompliance(models.AbstractModel):
    """The contact rules of law and house, asked for many proposed contacts at once."""

    _inherit = "collection.compliance"

    @api.model
    def _check(self, proposals):
        refusals = super()._check(proposals)
        open_proposals = [p for p in proposals if p.key not in refusals]
        judged = self._judge(open_proposals, modes=("block",))
        refusals.update(
            {
                key: Refusal(v.code, v.message, v.params, v.earliest, v.rule)
                for key, v in judged.items()
                if not v.allowed
            }
        )
        return refusals

    @api.model
    def _judge(self, proposals, modes=("block", "warn")):
        """Verdicts of the contact rules.

        Facts and history are read for all proposals together; debtors to whom no rule applies
        cost nothing more.

        :param modes: ``warn`` rules are asked only where a person reads the answer
        :return: {proposal key: :class:`~..tools.contact_model.Verdict`}
        """
        rules = self._get_rules(modes)
        if not rules or not proposals:
            return {}
        on = proposals[0].on
        binding = self._get_binding(self._get_cases(proposals), rules, on)
        proposals = [p for p in proposals if self._rules_at(binding[p.case], p)]
        if not proposals:
            return {}
        wishes = self._get_cases(proposals)._get_wishes(on)
        concerned = []
        for proposal in proposals:
            mine = [
                rule
                for rule in self._rules_at(binding[proposal.case], proposal)
                if self._may_object(rule, wishes.get(proposal.case, {}))
            ]
            if mine:
                concerned.append((proposal, mine))
        if not concerned:
            return {}
        history = self._get_history({proposal.case for proposal, _rules in concerned}, on)
        people = self._get_cases([p for p, _rules in concerned])._get_person_facts(
            on, located=False
        )
        places = self._get_people_places([proposal for proposal, _rules in concerned], on)
        evidence = self._get_evidence(concerned, on)
        verdicts = {}
        for proposal, mine in concerned:
            known = {**places[proposal.case], **evidence.get(proposal.case, {})}
            facts = replace(people[proposal.case], **known)
            verdicts[proposal.key] = check_contact(
                self._as_contact(proposal, facts), history[proposal.case], mine, facts
            )
        return verdicts

    # === Facts === #
    @api.model
    def _get_rules(self, modes):
        """Active rules as the pure verdict reads them."""
        # sudo: rules bind everybody, whoever may read their text.
        rules = self.env["collection.contact.rule"].sudo().search([("mode", "in", modes)])
        return [rule._get_rule() for rule in rules]

    @api.model
    def _get_binding(self, cases, rules, on):
        """The rules that bind contacts with each debtor, by who and where they are.

        :return: {case id: list of rules}
        """
        # A city matters only where a rule names it; debtors of the others are judged alike.
        localities = {rule.locality for rule in rules}
        known, result = {}, {}
        for case_id, profile in cases._get_profiles().items():
            if profile.locality not in localities:
                profile = profile._replace(locality="")
            if profile not in known:
                facts = PersonFacts(**profile._asdict())
                known[profile] = [rule for rule in rules if applies_to_person(rule, facts, on)]
            result[case_id] = known[profile]
        return result

    @api.model
    def _rules_at(self, rules, proposal):
        """The hour is judged when the contact is made, not while it is planned for a day."""
        if proposal.at:
            return rules
        return [rule for rule in rules if rule.kind not in HOUR_KINDS]

    @api.model
    def _may_object(self, rule, wishes):
        """Whether a rule about the wishes of a person finds any to look at."""
        names = WISH_KINDS.get(rule.kind)
        return not names or any(wishes.get(name) for name in names)

    @api.model
    def _get_cases(self, proposals):
        return self.env["collection.case"].browse({proposal.case for proposal in proposals})

    @api.model
    def _get_people_places(self, proposals, on):
        """Where the persons are who would be contacted.

        :return: {case id: arguments of PersonFacts}
        """
        people = defaultdict(set)
        for proposal in proposals:
            if proposal.partner:
                people[proposal.case].add(proposal.partner)
        return self._get_cases(proposals)._get_places(on, people)

    @api.model
    def _get_evidence(self, concerned, on):
        """What is proven about the debtors to whom a rule that asks for it applies.

        :param concerned: list of (proposal, rules that apply)
        :return: {case id: arguments of PersonFacts}
        """
        wanted = [
            proposal
            for proposal, rules in concerned
            if any(rule.kind in EVIDENCE_KINDS for rule in rules)
        ]
        return self._get_cases(wanted)._get_evidence(on) if wanted else {}

    @api.model
    def _as_contact(self, proposal, facts):
        at = proposal.at
        if at is None:
            # Planned for a day, not for an hour: noon where the debtor lives.
            zone = facts.time_zones[0] if facts.time_zones else UTC
            at = datetime.combine(proposal.on, time(12), tzinfo=zone)
        return ProposedContact(
            at=at,
            channel=RULE_CHANNELS.get(proposal.channel, proposal.channel),
            debts=(str(proposal.case),),
            address=proposal.address or "",
            role=RULE_ROLES.get(proposal.role, proposal.role),
            person_id=proposal.person,
            purpose=proposal.purpose,
        )

    @api.model
    def _get_history(self, case_ids, on):
        """Contacts of the last weeks that count, per case; one query.

        A case is one debt in the sense of the rules: its items are one account.

        :return: {case id: list of PastContact}
        """
        self.env["collection.contact.log"].flush_model()
        self.env["collection.contact.outcome"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT g.case_id, COALESCE(g.moment, g.date + time '12:00'), g.channel,
                       g.direction, g.address, o.effect, p.type
                  FROM collection_contact_log g
                  LEFT JOIN collection_contact_outcome o ON o.id = g.outcome_id
                  LEFT JOIN res_partner p ON p.id = g.partner_id
                 WHERE g.case_id = ANY(%s) AND g.date >= %s
                   AND (g.state IN ('done', 'failed')
                        OR g.state = 'sent' AND g.channel <> 'call')
                """,
                list(case_ids),
                on - timedelta(days=HISTORY_DAYS),
            )
        )
        history = defaultdict(list)
        for case_id, *row in rows:
            history[case_id].append(self._as_past_contact(case_id, *row))
        return history

    @api.model
    def _as_past_contact(self, case_id, moment, channel, direction, *rest):
        address, effect, kind = rest
        flags = OUTCOMES[effect] if effect else None
        values = {}
        if flags:
            values = {
                "connected": flags.connected,
                "conversation": flags.conversation,
                "voicemail": flags.voicemail,
                "names_debt": flags.names_debt,
                "general": flags.general,
            }
        return PastContact(
            at=moment.replace(tzinfo=UTC),
            channel=RULE_CHANNELS.get(channel, channel),
            direction=direction,
            debts=(str(case_id),),
            address=address or "",
            role=RULE_ROLES.get(ROLES.get(kind), ROLES.get(kind, "consumer")),
            **values,
        )
