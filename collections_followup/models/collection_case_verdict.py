from dataclasses import dataclass, replace
from datetime import UTC

from odoo import api, fields, models
from odoo.tools import format_time

from ..tools.contact import Proposal
from ..tools.contact_parties import LOCATION
from ..words import short_day_text

#: Effects of a hold that forbid people, too, to contact the debtor.
FORBIDDING = {"nothing", "attorney", "legal", "representative"}
#: Objections of the law behind such a hold, which say more than the hold itself.
LAW_OF_HOLDS = {"cease", "attorney"}


@dataclass(frozen=True, slots=True)
class ContactVerdict:
    """What a person is told before a contact.

    :param level: ``ok``, ``warn`` or ``block``
    :param code: code of the first objection
    :param reason: what stands against it, in the user's language
    :param source: the law or house rule behind it
    :param earliest: the first moment at which it is allowed, as text
    """

    level: str = "ok"
    code: str = ""
    reason: str = ""
    source: str = ""
    earliest: str = ""


class CollectionCase(models.Model):
    """May this debtor be contacted now? Asked before a person calls or writes."""

    _inherit = "collection.case"

    def _get_contact_verdict(
        self, channel, at=None, address=None, role="consumer", purpose="", **asked
    ):
        """The verdict of holds, channel and contact rules on one contact by hand.

        :param at: naive moment in UTC; default: now
        :param role: who is contacted, as the contact rules call it
        :param purpose: what for, as the contact rules call it
        :param asked: ``person``: who of the third parties is asked
        :rtype: ContactVerdict
        """
        self.ensure_one()
        held = self._get_hold_verdict(role, purpose)
        verdict = self._judge_contact(channel, at, address, role, purpose, **asked)
        law = next((b for b in verdict.blocks if b.code in LAW_OF_HOLDS), None) if verdict else None
        if held and law:
            # The instruction of the hold, with the law that is behind it.
            return replace(self._describe_verdict(law, allowed=False), reason=held.reason)
        if held:
            return held
        others = verdict.blocks if verdict and purpose == LOCATION else ()
        if third := next((b for b in others if b.code.startswith("third_party")), None):
            # It never passes, while other objections may only be a matter of days.
            return self._describe_verdict(third, allowed=False)
        if not verdict or (verdict.allowed and not verdict.warnings):
            return ContactVerdict()
        return self._describe_verdict(verdict, allowed=verdict.allowed)

    def _judge_contact(self, channel, at, address, role, purpose, person=""):
        """The verdict of the contact rules alone, or nothing where none applies."""
        moment = (at or fields.Datetime.now()).replace(tzinfo=UTC)
        proposal = Proposal(
            key=0,
            case=self.id,
            debtor=self.partner_id.id,
            company=self.company_id.id,
            channel=channel,
            on=self._today(),
            address=address,
            at=moment,
            by_hand=True,
            role=role,
            purpose=purpose,
            person=person,
        )
        compliance = self.env["collection.compliance"].with_company(self.company_id)
        return compliance._judge([proposal]).get(0)

    def _get_hold_verdict(self, role="consumer", purpose=""):
        """A hold on the whole debtor that speaks against this contact, or nothing.

        Lawyers may be contacted while their clients may not, and after a wish for silence what the
        law permits or demands may still be said.
        """
        for hold in self.current_hold_ids:
            if (hold.permits, role) == ("attorney", "attorney"):
                continue
            if (hold.permits, role) == ("representative", "representative"):
                continue
            if hold.permits == "legal" and purpose and purpose != LOCATION:
                continue
            if not hold.move_ids and hold.permits in FORBIDDING:
                return ContactVerdict(
                    "block",
                    f"hold_{hold.reason_id.code}",
                    hold.reason_id.banner or hold.reason_id.name,
                )
        return None

    @api.model
    def _describe_verdict(self, verdict, allowed):
        """Say an objection in the user's language.

        :param verdict: the verdict, or one finding of it
        """
        rule = self.env["collection.contact.rule"].with_context(active_test=False)
        rule = rule.search([("code", "=", verdict.rule)], limit=1)
        reasons = self.env["collection.compliance"]._get_reasons()
        sentence = reasons.get(verdict.code)
        if allowed:
            sentence = reasons.get(f"warn_{verdict.code}", sentence)
        if not sentence:
            # No sentence of its own: what the rule itself says.
            sentence = verdict.text
        source = " – ".join(filter(None, (rule.name, rule.legal_source)))
        earliest = ""
        if not allowed and verdict.earliest:
            naive = verdict.earliest.astimezone(UTC).replace(tzinfo=None)
            local = fields.Datetime.context_timestamp(self, naive)
            clock = format_time(self.env, naive, time_format="short")
            earliest = f"{short_day_text(self.env, local.date())}, {clock}"
        return ContactVerdict(
            "warn" if allowed else "block", verdict.code, sentence, source, earliest
        )
