"""How often a person may be contacted: caps in a rolling window and rest after a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .contact_counting import (
    ANY_UNIT,
    CountedContact,
    attempt_days,
    consent_covers,
    consent_last_day,
    conversation_days,
    count_contacts,
    in_scope,
    most_in_window,
    units_of,
)
from .contact_model import (
    BYSTANDERS,
    ContactRule,
    Finding,
    PastContact,
    PersonFacts,
    ProposedContact,
)
from .contact_windows import local_day, start_of_day

MESSAGES = {
    "frequency": "%(count)s contacts were already made within %(days)s days; %(rule)s allows "
    "%(limit)s.",
    "frequency_no_consent": "Without the person's consent %(rule)s allows %(limit)s such contacts "
    "within %(days)s days.",
    "after_conversation": "After a conversation %(rule)s asks for %(days)s days of rest, counted "
    "from the day of the conversation (%(last)s).",
    "conversations_day": "%(rule)s allows %(limit)s conversations a day.",
    "conversations_window": "%(rule)s allows %(limit)s conversations within %(days)s days.",
}


def _cap(rule: ContactRule, facts: PersonFacts) -> tuple[int | None, str]:
    if rule.max_attempts_without_consent is not None and not facts.electronic_consent:
        return rule.max_attempts_without_consent, "frequency_no_consent"
    return rule.max_attempts, "frequency"


def _within(days: Sequence[date], day: date, length: int) -> int:
    """Count entries in the ``length`` days that end with ``day``."""
    first = day - timedelta(days=length - 1)
    return sum(first <= entry <= day for entry in days)


def unit_objection(
    rule: ContactRule, counted: Sequence[CountedContact], unit: str, day: date, facts: PersonFacts
) -> tuple[str, dict[str, object]] | None:
    """Return code and parameters if one more contact on ``day`` breaks a rule for a unit.

    12 CFR 1006.14(b)(2)(i)(A): more than seven within seven days; (B): within seven days after
    a conversation, whose date is the first day.
    """
    cap, code = _cap(rule, facts)
    if cap is not None:
        count = _within(attempt_days(counted, unit), day, rule.window_days)
        if count >= cap:
            return code, {"count": count, "limit": cap, "days": rule.window_days}
    if not (rule.cooldown_days or rule.max_conversations_day or rule.max_conversations_window):
        return None
    talks = [entry for entry in conversation_days(counted, unit) if entry <= day]
    if rule.cooldown_days and talks and day < max(talks) + timedelta(days=rule.cooldown_days):
        return "after_conversation", {"days": rule.cooldown_days, "last": max(talks).isoformat()}
    limits = (
        ("conversations_day", rule.max_conversations_day, 1),
        ("conversations_window", rule.max_conversations_window, rule.window_days),
    )
    for name, limit, length in limits:
        if limit is not None and _within(talks, day, length) >= limit:
            return name, {"limit": limit, "days": length}
    return None


def _consented(rule, contact: ProposedContact, history, facts) -> bool:
    return any(
        consent_covers(consent, rule, facts, contact.at, contact.debts, history)
        for consent in facts.consents
    )


def _objection(rule, contact, counted, facts):
    day = local_day(contact.at, facts)
    # A contact that names no debt could turn out to be about any: all of them must have room.
    for unit in units_of(rule, contact.debts or facts.debts, facts) or (ANY_UNIT,):
        found = unit_objection(rule, counted, unit, day, facts)
        if found:
            return found
    return None


def _has_room(rule: ContactRule, history: Sequence[PastContact], facts: PersonFacts) -> bool:
    """Tell cheaply that no limit can be reached: too few contacts of any kind, no conversation.

    Most people asked about in a night have a short history; only the others are counted.
    """
    cap = _cap(rule, facts)[0]
    few = cap is None or len(history) < cap
    return few and not any(past.conversation for past in history)


def check_frequency(
    rule: ContactRule,
    contact: ProposedContact,
    history: Sequence[PastContact],
    facts: PersonFacts,
) -> Finding | None:
    """Refuse a contact that would exceed a cap for any debt it is about.

    A call made under prior consent does not count and is not refused (1006.14(b)(3)(i)), nor
    one to a lawyer, a credit bureau or the creditor ((b)(3)(iii)).
    """
    if contact.role in BYSTANDERS or not in_scope(rule, contact):
        return None
    if _has_room(rule, history, facts):
        return None
    counted = count_contacts(rule, history, facts, contact.role, contact.person_id)
    found = _objection(rule, contact, counted, facts)
    if found is None or _consented(rule, contact, history, facts):
        return None
    code, params = found
    return Finding(
        code,
        MESSAGES[code],
        {"rule": rule.name or rule.code, **params},
        rule.code,
        rule.mode,
        _earliest(rule, contact, counted, history, facts),
    )


def _last_relevant_day(rule, counted, facts, day: date) -> date:
    """Return a day by which nothing in the history or the consents can matter any more."""
    reach = max(rule.window_days, rule.cooldown_days)
    latest = max([item.day for item in counted] + [day])
    for consent in facts.consents:
        span = consent_last_day(consent, rule, facts)
        latest = max(latest, span[1]) if span else latest
    return latest + timedelta(days=reach + 1)


def _earliest(rule, contact, counted, history, facts):
    """Return the first moment this rule allows: a later day's beginning, or None."""
    day = local_day(contact.at, facts)
    last = _last_relevant_day(rule, counted, facts, day)
    while day < last:
        day += timedelta(days=1)
        moved = replace(contact, at=start_of_day(day, facts))
        if _objection(rule, moved, counted, facts) is None:
            return moved.at
        if _consented(rule, moved, history, facts):
            return moved.at
    return None


@dataclass(frozen=True, slots=True)
class FrequencyReport:
    """A person's past contacts measured against one frequency rule.

    ``violations`` are the contacts that were placed in excess of it; ``warnings`` the days with
    a pattern that may rebut compliance (comment 14(b)(2)(i)-2).
    """

    rule: ContactRule
    counted: tuple[CountedContact, ...]
    violations: tuple[CountedContact, ...]

    @property
    def presumption(self) -> str:
        """Return ``violation`` or ``compliance`` (1006.14(b)(2)(i), (ii))."""
        return "violation" if self.violations else "compliance"

    def calls(self, unit: str) -> int:
        """Return the largest number of counted attempts within one window."""
        return most_in_window(attempt_days(self.counted, unit), self.rule.window_days)

    def conversations(self, unit: str) -> int:
        """Return the number of conversations counted for a unit."""
        return len(conversation_days(self.counted, unit))

    def units(self) -> tuple[str, ...]:
        """Return every unit that occurs, in order of appearance."""
        seen = (unit for item in self.counted for unit in item.units + item.talk_units)
        return tuple(dict.fromkeys(seen))


def frequency_report(
    rule: ContactRule,
    history: Sequence[PastContact],
    facts: PersonFacts,
    role: str = "consumer",
    person_id: str = "",
) -> FrequencyReport:
    """Judge contacts that were made: which counted, which were too many.

    Each is judged by what had happened before it, as at the time it was placed.
    """
    counted = count_contacts(rule, history, facts, role, person_id)
    violations = tuple(
        item
        for position, item in enumerate(counted)
        if not item.excluded
        and any(
            unit_objection(rule, counted[:position], unit, item.day, facts) for unit in item.units
        )
    )
    return FrequencyReport(rule, counted, violations)
