from dataclasses import dataclass
from datetime import UTC

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..tools.contact import Proposal

#: Effects of a hold that forbid people, too, to contact the debtor.
FORBIDDING = {"nothing", "attorney", "legal"}


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

    def _get_contact_verdict(self, channel, at=None, address=None):
        """The verdict of holds, channel and contact rules on one contact by hand.

        :param at: naive moment in UTC; default: now
        :rtype: ContactVerdict
        """
        self.ensure_one()
        held = self._get_hold_verdict()
        if held:
            return held
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
        )
        compliance = self.env["collection.compliance"].with_company(self.company_id)
        verdict = compliance._judge([proposal]).get(0)
        if not verdict or (verdict.allowed and not verdict.warnings):
            return ContactVerdict()
        return self._describe_verdict(verdict)

    def _get_hold_verdict(self):
        """A hold on the whole debtor that speaks against any contact, or nothing."""
        for hold in self.current_hold_ids:
            if not hold.move_ids and hold.permits in FORBIDDING:
                return ContactVerdict(
                    "block", f"hold_{hold.reason_id.code}", hold.reason_id.banner or hold.reason_id.name
                )
        return None

    @api.model
    def _describe_verdict(self, verdict):
        rule = self.env["collection.contact.rule"].with_context(active_test=False)
        rule = rule.search([("code", "=", verdict.rule)], limit=1)
        reasons = self.env["collection.compliance"]._get_reasons()
        sentence = reasons.get(verdict.code)
        if verdict.allowed:
            sentence = reasons.get(f"warn_{verdict.code}", sentence)
        if not sentence:
            # No sentence of its own: what the rule itself says.
            sentence = verdict.text
        source = " – ".join(filter(None, (rule.name, rule.legal_source)))
        earliest = ""
        if not verdict.allowed and verdict.earliest:
            naive = verdict.earliest.astimezone(UTC).replace(tzinfo=None)
            earliest = format_datetime(self.env, naive, dt_format="short")
        return ContactVerdict(
            "warn" if verdict.allowed else "block", verdict.code, sentence, source, earliest
        )
