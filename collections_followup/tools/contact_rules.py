"""May this contact be made now? One verdict out of every rule that applies.

The engine, a collector's screen and a wizard all ask ``check_contact`` before a contact. Each
kind of rule has one check; laws differ only in the parameters of their ``ContactRule`` records.
Nothing here reads a clock: the moment asked about is ``contact.at``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime

from .contact_frequency import check_frequency
from .contact_model import (
    ContactRule,
    Finding,
    Hours,
    PastContact,
    PersonFacts,
    ProposedContact,
    Verdict,
)
from .contact_parties import (
    check_address,
    check_dispute,
    check_forbidden_media,
    check_permitted_media,
    check_third_party,
    check_validation,
    check_workplace,
)
from .contact_requests import check_attorney, check_cease, check_medium, check_soft
from .contact_windows import check_hours, check_inconvenient, local_day

Check = Callable[[ContactRule, ProposedContact, Sequence[PastContact], PersonFacts], Finding | None]


def _no_contact_check(rule, contact, history, facts) -> None:
    """Accept every contact: the rule is about records, not about contacts."""


CHECKS: dict[str, Check] = {
    "address": check_address,
    "attorney": check_attorney,
    "cease": check_cease,
    "dispute": check_dispute,
    "forbidden_media": check_forbidden_media,
    "frequency": check_frequency,
    "hours": check_hours,
    "inconvenient": check_inconvenient,
    "medium": check_medium,
    "permitted_media": check_permitted_media,
    "retention": _no_contact_check,
    "soft": check_soft,
    "third_party": check_third_party,
    "validation": check_validation,
    "workplace": check_workplace,
}
"""The check of each ``ContactRule.kind``."""

OWN_CHANNEL_TEST = frozenset({"forbidden_media", "permitted_media"})
"""Kinds that read ``channels`` as their subject, not as their scope."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MAX_ROUNDS = 100


def applies_to_person(rule: ContactRule, facts: PersonFacts, on: date) -> bool:
    """Tell whether a rule binds contacts with this person on a day, whatever the medium."""
    if not rule.active or rule.kind == "retention":
        return False
    if (rule.valid_from and on < rule.valid_from) or (rule.valid_to and on > rule.valid_to):
        return False
    return (
        rule.debtor_type in ("any", facts.debtor_type)
        and rule.party in ("any", facts.party)
        and rule.country in ("", facts.country)
        and rule.state in ("", facts.state)
        and rule.locality in ("", facts.locality)
    )


def _applies(rule: ContactRule, contact: ProposedContact, facts: PersonFacts, day: date) -> bool:
    if rule.channels and rule.kind not in OWN_CHANNEL_TEST:
        if contact.channel not in rule.channels:
            return False
    return applies_to_person(rule, facts, day)


def _earliest(
    rules: Sequence[ContactRule],
    contact: ProposedContact,
    history: Sequence[PastContact],
    facts: PersonFacts,
) -> datetime | None:
    """Return the first moment no blocking rule objects to.

    Each rule names its own first moment at or after the one asked; the moment is moved on until
    none objects, so no allowed minute is skipped. Rules are asked with the day they would apply.
    """
    moment = contact.at
    for _round in range(MAX_ROUNDS):
        moved = replace(contact, at=moment)
        day = local_day(moment, facts)
        for rule in rules:
            if _applies(rule, moved, facts, day):
                found = CHECKS[rule.kind](rule, moved, history, facts)
                if found is not None:
                    break
        else:
            return moment.astimezone(UTC)
        if found.earliest is None or found.earliest <= moment:
            return None
        moment = found.earliest
    return None


def history_days(rules: Iterable[ContactRule]) -> int:
    """Return how many days back of history the limits of these rules look.

    A caller may leave older contacts out, except conversations with third parties, which are
    allowed once for all, and messages of the person that still wait for an answer.
    """
    spans = (max(rule.window_days, rule.cooldown_days, rule.consent_days) for rule in rules)
    return max(spans, default=0) + 1


def check_contact(
    contact: ProposedContact,
    history: Sequence[PastContact],
    rules: Sequence[ContactRule],
    facts: PersonFacts,
) -> Verdict:
    """Judge one proposed contact.

    :param contact: what is wanted, with the aware moment at which it would be made or sent.
    :param history: contacts with the same debtor, any order, about any of its debts; at least
        those of the last ``history_days(rules)`` days.
    :param rules: candidate rules; those for other countries, debtors or dates are passed over.
    :param facts: what is known about the person.
    :return: the verdict; all objections are in ``blocks`` and ``warnings``.
    :raises KeyError: for a rule of an unknown kind.
    :raises TypeError: for a moment without time zone.
    """
    if contact.at.tzinfo is None:
        msg = "contact.at must be an aware datetime"
        raise TypeError(msg)
    history = sorted(history, key=lambda past: past.at) if len(history) > 1 else history
    day = local_day(contact.at, facts)
    blocks: list[Finding] = []
    warnings: list[Finding] = []
    for rule in rules:
        if _applies(rule, contact, facts, day):
            found = CHECKS[rule.kind](rule, contact, history, facts)
            if found is not None:
                (blocks if rule.mode == "block" else warnings).append(found)
    if blocks:
        blocking = [rule for rule in rules if rule.mode == "block"]
        return _verdict(blocks, warnings, _earliest(blocking, contact, history, facts))
    return _verdict(blocks, warnings, contact.at.astimezone(UTC))


def _verdict(blocks, warnings, earliest: datetime | None) -> Verdict:
    first = (blocks or warnings or [None])[0]
    if first is None:
        return Verdict(True, None, "ok", "No rule objects.", {}, earliest, "")
    return Verdict(
        not blocks,
        "block" if blocks else "warn",
        first.code,
        first.message,
        first.params,
        earliest,
        first.rule,
        tuple(warnings),
        tuple(blocks),
    )


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _hours(value: Sequence[str] | None) -> Hours:
    return (_minutes(value[0]), _minutes(value[1])) if value else None


def rule_from_data(entry: Mapping) -> ContactRule:
    """Build a rule from one entry of ``data/contact_rules.json``.

    Dates are ISO text, hours ``{"mon": ["08:00", "21:00"], …, "holiday": null}``; a day left
    out is closed, and so is a holiday.

    :raises TypeError: for a key that is no field of ``ContactRule``.
    """
    values = {**entry, **entry.get("parameters", {})}
    values.pop("parameters", None)
    values.pop("note", None)
    for name in ("valid_from", "valid_to"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    for name in ("channels", "places", "not_places"):
        if name in values:
            values[name] = frozenset(values[name])
    if "hours" in values:
        table = values["hours"]
        values["holiday_hours"] = _hours(table.get("holiday"))
        values["hours"] = tuple(_hours(table.get(name)) for name in WEEKDAYS)
    values = {name: value for name, value in values.items() if value is not None}
    return ContactRule(**values)


def rules_from_data(entries: Iterable[Mapping]) -> tuple[ContactRule, ...]:
    """Build every rule of a data file, in its order."""
    return tuple(rule_from_data(entry) for entry in entries)


def rule_fields() -> frozenset[str]:
    """Return the names a rule entry may use, for whoever checks or generates data."""
    return frozenset(spec.name for spec in fields(ContactRule))
