"""Worked examples of how often a person may be contacted."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.addons.collections_followup.tools.contact_counting import consent_last_day
from odoo.addons.collections_followup.tools.contact_frequency import frequency_report
from odoo.addons.collections_followup.tools.contact_model import (
    CALLS,
    ELECTRONIC,
    PastContact,
    PersonFacts,
    ProposedContact,
)
from odoo.addons.collections_followup.tools.contact_rebuttal import (
    may_rebut_violation,
    pattern_warnings,
)
from odoo.addons.collections_followup.tools.contact_rules import check_contact

from .compare import NotInterpreted, compare, like
from .contact_events import Story, read_story
from .contact_policies import policy_code, policy_rules
from .contact_text import call_reason

COUNTS_KEY = re.compile(r"^(?P<what>.+?)_(?:in|per|within)_(?P<days>\d+)_days(?P<rest>.*)$")
OBJECTING = re.compile(r"stop|not (wish|contact|call|owe)|refus|don't|do not|leave me", re.I)

SYNONYMS: dict[str, tuple[str, ...]] = {
    "presumption": ("compliant", "compliance", "presumed_compliance"),
    "violation": ("violates", "presumed_violation"),
    "calls_counted": (
        "counted",
        "counted_calls",
        "calls",
        "max_calls_per_debt",
        "calls_in_window",
        "attempts_counted",
        "contacts_counted",
    ),
    "total_calls": ("calls_placed", "calls_total"),
    "counts": ("counted_toward_limit", "call_counts", "counts_as_call", "counts_toward_frequency"),
    "excluded_calls": ("calls_excluded", "calls_not_counted"),
    "excluded": ("excluded_dates",),
    "conversations": ("conversations_counted",),
    "consent_covers_through": (
        "consent_through",
        "consent_until",
        "consent_expires",
        "consent_ends",
    ),
    "calls_counted_again_from": ("counted_again_from", "counts_again_from"),
    "next_call_allowed_from": (
        "next_allowed",
        "next_call_from",
        "next_allowed_date",
        "earliest_next_call",
        "next_contact_allowed_from",
    ),
    "next_call_allowed": ("another_call_allowed", "more_calls_allowed"),
    "violating_call": ("violating_contact", "first_violating_call"),
    "violating_calls": (),
    "rebuttal_factor": ("factor", "may_rebut", "rebuttable"),
    "soft_warning": ("warning", "warn", "high_concentration", "rapid_succession"),
    "particular_debts": ("debts_counted_as", "debts_counted", "units"),
    "max_attempts": ("limit", "max_calls"),
    "window_days": (),
    "cooldown_days": (),
}
"""What a plain expected key asks: the meaning, and other words for it."""


class Frequency:
    """One example of calls that were made."""

    def __init__(self, inputs: dict, expected: dict):
        wanted = [
            debt
            for key, value in expected.items()
            if key.startswith("per_debt") and isinstance(value, dict)
            for debt in value
        ]
        self.inputs = inputs
        self.story: Story = read_story(inputs, wanted)
        code = policy_code(inputs.get("policy", "US-REGF"))
        self.rules = policy_rules(code, "frequency")
        self.soft = policy_rules(code, "soft")
        self.facts = self.story.facts()
        history = tuple(self.story.history)
        self.reports = [
            frequency_report(rule, history, self.facts, self.story.role) for rule in self.rules
        ]

    @property
    def report(self):
        """The report of the rule that counts most, the first at equality."""
        return max(self.reports, key=lambda report: sum(not c.excluded for c in report.counted))

    def excluded(self):
        """Return outgoing calls that do not count."""
        return [c for c in self.report.counted if c.excluded and c.contact.direction == "out"]

    def violations(self):
        """Return every contact placed in excess, oldest first."""
        found = {c.contact.at: c for report in self.reports for c in report.violations}
        return [found[at] for at in sorted(found)]

    def verdict(self, at: datetime, channel: str = "phone"):
        """Ask for one more contact about all the debts, given what happened before."""
        before = [past for past in self.story.history if past.at < at]
        debts = tuple(dict.fromkeys(d for past in before for d in past.debts + past.raised))
        contact = ProposedContact(at, channel, debts, self.story.role)
        return check_contact(contact, before, self.rules, self.facts)

    def on(self, day: str):
        """Ask on a day, after whatever happened on it."""
        return self.verdict(datetime.combine(date.fromisoformat(day), time(22), UTC))

    def _next_call_allowed_from(self) -> str:
        """Return the first day on which another call is allowed, from the last event on."""
        last = max(past.at for past in self.story.history)
        earliest = self.verdict(last + timedelta(seconds=1)).earliest
        return earliest.date().isoformat() if earliest else None

    def _counts(self) -> bool:
        """Tell whether the last outgoing contact counts for any rule of the policy."""
        last = [past for past in self.story.history if past.direction == "out"][-1]
        return any(
            c.contact is last and not c.excluded
            for rule in self.rules
            for c in frequency_report(
                rule, self.story.history, self.facts, last.role, last.person_id
            ).counted
        )

    def consent_through(self) -> date:
        """Return the last day the latest consent covers."""
        consent = self.story.consents[-1]
        last = consent_last_day(consent, self.report.rule, self.facts)[1]
        ends = [
            p.at.date() for p in self.story.history if p.conversation and p.at > consent.received_at
        ]
        if consent.revoked_at:
            ends.append(consent.revoked_at.date())
        return min([last, *ends])

    def _rebuttal_factor(self) -> bool:
        """Tell whether anything told may rebut the presumption."""
        violations = self.violations()
        if violations:
            reasons = [self.story.reasons.get(c.contact.at, "") for c in violations]
            reasons.append(self.inputs.get("reason", ""))
            return any(may_rebut_violation(call_reason(text)) for text in reasons if text)
        return self._soft_warning() or any(OBJECTING.search(text) for text in self.story.statements)

    def _soft_warning(self) -> bool:
        """Tell whether the pattern of calls draws a warning."""
        history = self.story.history
        return any(pattern_warnings(rule, history, self.facts) for rule in self.soft)

    def per_debt(self, key: str, want: dict) -> dict:
        """Answer a mapping of debts."""
        report = self.report
        group = self.story.groups
        units = {debt: group.get(debt, debt) for debt in want}
        if "conversation" in key:
            return {debt: report.conversations(unit) for debt, unit in units.items()}
        if "presumption" in key or "violation" in key:
            bad = {unit for c in self.violations() for unit in c.units}
            return {debt: like(want[debt], unit not in bad) for debt, unit in units.items()}
        if "call" in key or "count" in key or "attempt" in key:
            return {debt: report.calls(unit) for debt, unit in units.items()}
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")

    def resolve(self, key: str, want: object) -> object:
        """Answer one expected key."""
        match = re.match(
            r"^(?:call|contact|attempt)s?_on_(\d{4}-\d{2}-\d{2})(_counts|_counted)?$", key
        )
        if match:
            return like(want, self.on(match[1]).allowed)
        if key.startswith("per_debt") or isinstance(want, dict):
            return self.per_debt(key, want)
        return self.simple(key, want)

    def simple(self, key: str, want: object) -> object:
        """Answer a plain key by the method its meaning names."""
        name = next((name for name, keys in SYNONYMS.items() if key == name or key in keys), None)
        if name is None:
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
        answer = getattr(self, f"_{name}")()
        return like(want, answer) if isinstance(answer, bool) else answer

    def _presumption(self):
        return not self.violations()

    def _violation(self):
        return bool(self.violations())

    def _calls_counted(self):
        return max((self.report.calls(unit) for unit in self.report.units()), default=0)

    def _total_calls(self):
        return sum(p.direction == "out" and p.channel in CALLS for p in self.story.history)

    def _excluded_calls(self):
        return len(self.excluded())

    def _excluded(self):
        return list(dict.fromkeys(c.day.isoformat() for c in self.excluded()))

    def _conversations(self):
        return max((self.report.conversations(u) for u in self.report.units()), default=0)

    def _consent_covers_through(self):
        return self.consent_through().isoformat()

    def _calls_counted_again_from(self):
        return (self.consent_through() + timedelta(days=1)).isoformat()

    def _next_call_allowed(self):
        return self.verdict(self.story.history[-1].at + timedelta(seconds=1)).allowed

    def _violating_calls(self):
        return [c.day.isoformat() for c in self.violations()]

    def _violating_call(self):
        return next(iter(self._violating_calls()), None)

    def _particular_debts(self):
        return len({self.story.groups.get(debt, debt) for debt in self.story.debts})

    def _max_attempts(self):
        return self.report.rule.max_attempts

    def _window_days(self):
        return self.report.rule.window_days

    def _cooldown_days(self):
        return self.report.rule.cooldown_days


def contact_frequency(inputs: dict, expected: dict) -> None:
    """Run an example with events, or one that gives numbers of contacts in a period."""
    counts = {key: value for key, value in inputs.items() if COUNTS_KEY.match(key)}
    if counts and "events" not in inputs:
        compare(expected, lambda key, want: _numbers(inputs, counts, key))
    else:
        compare(expected, Frequency(inputs, expected).resolve)


def _group(name: str) -> str:
    if re.search(r"electronic|e-?mail|text|sms|message", name) and "phone" not in name:
        return "electronic"
    if re.search(r"conversation|talk", name):
        return "conversations"
    if re.search(r"call|phone|dial", name):
        return "calls"
    return "contacts"


def _numbers(inputs: dict, counts: dict, key: str) -> list[bool]:
    """Answer "is the n-th contact within the limit?" for each number given."""
    if key not in {"allowed", "compliant", "within_limit"} and not key.endswith("_allowed"):
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")
    wanted = _group(key.removesuffix("_allowed"))
    chosen = [name for name in counts if _group(name) == wanted]
    if not chosen and len(counts) == 1:
        chosen = list(counts)
    if len(chosen) != 1:
        raise NotInterpreted(f"which of {sorted(counts)} is meant by {key!r}?")
    match = COUNTS_KEY.match(chosen[0])
    values = counts[chosen[0]]
    answers = [
        _allowed(inputs, _group(match["what"]), int(match["days"]), number, match["rest"])
        for number in (values if isinstance(values, list) else [values])
    ]
    return answers if isinstance(values, list) else answers[0]


def _allowed(inputs: dict, group: str, days: int, number: int, rest: str) -> bool:
    """Place ``number`` contacts in ``days`` days, each asked for first; was the last allowed?"""
    rules = policy_rules(policy_code(inputs["policy"]), "frequency")
    media = [
        channel
        for channel in ("phone", "sms")
        if any(not rule.channels or channel in rule.channels for rule in rules)
    ]
    cycle = {
        "calls": ["phone"],
        "conversations": ["phone"],
        "electronic": ["email", "sms"],
        "contacts": media,
    }[group]
    consent = bool(re.search(r"with_consent|consented", rest) or inputs.get("consent"))
    consent = consent or (group == "contacts" and not re.search(r"without|to_obtain", rest))
    facts = PersonFacts(time_zones=(ZoneInfo("UTC"),), electronic_consent=consent, debts=("D1",))
    place = inputs.get("place", "")
    history: list[PastContact] = []
    start = datetime(2026, 9, 1, 9, tzinfo=UTC)
    allowed = True
    for position in range(number):
        at = start + timedelta(minutes=position * (days * 1440 - 600) // max(number, 1))
        channel = cycle[position % len(cycle)]
        contact = ProposedContact(at, channel, ("D1",), place=place)
        allowed = check_contact(contact, history, rules, facts).allowed
        talk = group == "conversations" and channel not in ELECTRONIC
        history.append(PastContact(at, channel, debts=("D1",), place=place, conversation=talk))
    return allowed
