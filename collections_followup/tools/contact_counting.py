"""Count contacts per person and debt, and tell which of them a frequency rule counts.

Source of the model: 12 CFR 1006.14(b)(2)-(4) with its official interpretations. State, city and
foreign caps are the same count with other parameters.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .contact_model import BYSTANDERS, Consent, ContactRule, PastContact, PersonFacts
from .contact_windows import local_day

ANY_UNIT = "*"
"""The single unit of a rule counted per person, and of a contact that names no debt."""


@dataclass(frozen=True, slots=True)
class CountedContact:
    """A past contact as a rule sees it.

    ``units`` are the debts (or ``ANY_UNIT``) an attempt counts for, ``talk_units`` those a
    conversation counts for. ``excluded`` says why an attempt does not count, or is empty.
    """

    contact: PastContact
    day: date
    units: tuple[str, ...]
    talk_units: tuple[str, ...]
    excluded: str = ""


def units_of(rule: ContactRule, debts: Iterable[str], facts: PersonFacts) -> tuple[str, ...]:
    """Return what a contact about these debts counts for.

    Student loans serviced under one account number are one debt (1006.14(b)(4)):
    ``facts.debt_groups`` maps each of them to the account.
    """
    if rule.unit == "person":
        return (ANY_UNIT,)
    return tuple(dict.fromkeys(facts.debt_groups.get(debt, debt) for debt in debts))


def consent_last_day(
    consent: Consent, rule: ContactRule, facts: PersonFacts
) -> tuple[date, date] | None:
    """Return first and last day a consent can cover under a rule, before any conversation.

    The day of receipt is the first of ``consent_days`` (1006.14(b)(3)(i)); what the person said
    may be shorter (comment 14(b)(3)(i)-2). None when the rule knows no consent.
    """
    if not rule.consent_days:
        return None
    received = local_day(consent.received_at, facts)
    last = received + timedelta(days=rule.consent_days - 1)
    return (
        max(received, consent.first_day or received),
        min(last, consent.last_day or last),
    )


def _talked_about(past: PastContact, consent: Consent) -> bool:
    about = past.debts + past.raised
    return not consent.debts or not about or not consent.debts.isdisjoint(about)


def consent_covers(
    consent: Consent,
    rule: ContactRule,
    facts: PersonFacts,
    moment: datetime,
    debts: Sequence[str],
    history: Sequence[PastContact],
) -> bool:
    """Tell whether a call at ``moment`` about ``debts`` is made under this consent.

    It ends with its term, its revocation, or a conversation about the debt (comment -2).
    """
    span = consent_last_day(consent, rule, facts)
    if span is None or moment <= consent.received_at:
        return False
    if not span[0] <= local_day(moment, facts) <= span[1]:
        return False
    if consent.revoked_at is not None and moment >= consent.revoked_at:
        return False
    if consent.debts and not consent.debts.issuperset(debts):
        return False
    return not any(
        past.conversation and consent.received_at < past.at < moment
        for past in history
        if _talked_about(past, consent)
    )


def exclusion(
    rule: ContactRule, past: PastContact, history: Sequence[PastContact], facts: PersonFacts
) -> str:
    """Return why a past attempt does not count under a rule, or an empty text if it does."""
    if past.direction != "out":
        return "incoming"
    if past.role in BYSTANDERS:
        return "bystander"
    if rule.basis == "connected" and not past.connected:
        return "not_connected"
    if past.address and past.address in facts.wrong_numbers:
        return "misdirected"
    if any(
        consent_covers(consent, rule, facts, past.at, past.debts, history)
        for consent in facts.consents
    ):
        return "consent"
    return ""


def in_scope(rule: ContactRule, contact) -> bool:
    """Tell whether a rule looks at contacts of this channel and place."""
    if rule.channels and contact.channel not in rule.channels:
        return False
    if rule.places and contact.place not in rule.places:
        return False
    return contact.place not in rule.not_places


def _free_choice(past: PastContact) -> bool:
    """Tell whether the law lets the collector pick the debt (comment 14(b)(4)-1).

    So for an unanswered call, a voicemail that names no debt, a talk about no debt.
    """
    if past.counted_for:
        return False
    return past.general if past.conversation else not past.names_debt


def count_contacts(
    rule: ContactRule,
    history: Sequence[PastContact],
    facts: PersonFacts,
    role: str = "consumer",
    person_id: str = "",
) -> tuple[CountedContact, ...]:
    """Return the contacts with one person that a rule looks at, oldest first.

    Where the law leaves the choice of debt, the debt with the fewest attempts within the
    window is charged: every such call is still charged to one debt, as the comment demands.
    """
    counted: list[CountedContact] = []
    for past in history:
        if (past.role, past.person_id) != (role, person_id) or not in_scope(rule, past):
            continue
        excluded = exclusion(rule, past, history, facts)
        debts = past.counted_for or past.debts
        units = units_of(rule, debts, facts)
        if len(units) != 1 and _free_choice(past):
            candidates = units or units_of(rule, facts.debts, facts)
            units = _least_charged(candidates, counted, past, rule, facts)
        talk = ()
        if past.conversation and excluded != "misdirected":
            talk = tuple(dict.fromkeys(units + units_of(rule, past.raised, facts)))
            talk = talk or (ANY_UNIT,)
        day = local_day(past.at, facts)
        counted.append(CountedContact(past, day, units or (ANY_UNIT,), talk, excluded))
    return tuple(counted)


def _least_charged(candidates, counted, past, rule, facts) -> tuple[str, ...]:
    if not candidates:
        return ()
    since = local_day(past.at, facts) - timedelta(days=rule.window_days)
    charged: dict[str, int] = defaultdict(int)
    for item in counted:
        if not item.excluded and item.day > since:
            for unit in item.units:
                charged[unit] += 1
    return (min(candidates, key=lambda unit: charged[unit]),)


def attempt_days(counted: Iterable[CountedContact], unit: str) -> list[date]:
    """Return the days of the attempts that count for a unit, one entry per attempt."""
    return [
        item.day
        for item in counted
        if not item.excluded and (unit in item.units or ANY_UNIT in item.units)
    ]


def conversation_days(counted: Iterable[CountedContact], unit: str) -> list[date]:
    """Return the days of conversations that count for a unit, whoever began them."""
    return [item.day for item in counted if unit in item.talk_units or ANY_UNIT in item.talk_units]


def most_in_window(days: Sequence[date], window_days: int) -> int:
    """Return the largest number of entries within any ``window_days`` consecutive days."""
    ordered, best, first = sorted(days), 0, 0
    for last, day in enumerate(ordered):
        while day - ordered[first] >= timedelta(days=window_days):
            first += 1
        best = max(best, last - first + 1)
    return best
