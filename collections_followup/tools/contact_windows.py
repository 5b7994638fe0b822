"""When a person may be contacted: hours of the day, days of the week, the person's own wishes.

All questions are answered for every time zone in which the person might be: a moment is good
only when it is good in each of them (12 CFR 1006, comment 6(b)(1)(i)-2).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .contact_model import (
    BlockedTime,
    ContactRule,
    Finding,
    PastContact,
    PersonFacts,
    ProposedContact,
)

SEARCH_DAYS = 400
"""How far ahead a free moment is looked for: a block "until the end of the year" fits in."""


def zones_of(rule: ContactRule, facts: PersonFacts) -> tuple[ZoneInfo, ...]:
    """Return the time zones a rule looks at: all (``intersection``) or the person's first."""
    return facts.time_zones if rule.time_zones == "intersection" else facts.time_zones[:1]


def local_day(moment: datetime, facts: PersonFacts) -> date:
    """Return the calendar day of a moment where the person lives (UTC if no zone is known)."""
    return moment.astimezone(facts.time_zones[0] if facts.time_zones else UTC).date()


def start_of_day(day: date, facts: PersonFacts) -> datetime:
    """Return the UTC moment at which a calendar day begins where the person lives."""
    zone = facts.time_zones[0] if facts.time_zones else UTC
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def hours_on(rule: ContactRule, day: date, facts: PersonFacts) -> tuple[int, int] | None:
    """Return opening and closing minute of a rule on a day; None when the day is closed."""
    if day in facts.holidays:
        return rule.holiday_hours
    return rule.hours[day.weekday()]


def _at_minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    # Aware arithmetic in one zone is arithmetic on the wall clock: 08:00 stays 08:00.
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight + timedelta(minutes=minute)).astimezone(UTC)


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _covers(span: BlockedTime, day: date, channel: str) -> bool:
    return (
        day.weekday() in span.weekdays
        and (span.first_day is None or span.first_day <= day)
        and (span.last_day is None or day <= span.last_day)
        and (not span.channels or channel in span.channels)
    )


def span_at(spans: Sequence[BlockedTime], local: datetime, channel: str) -> BlockedTime | None:
    """Return the first span that contains a local moment, or None."""
    minute, day = _minute(local), local.date()
    for span in spans:
        if span.start <= minute < span.end and _covers(span, day, channel):
            return span
    return None


def _next_opening(rule: ContactRule, local: datetime, facts: PersonFacts) -> datetime | None:
    """Return the next moment (UTC) the hours open in one zone; None when they never do."""
    day = local.date()
    for offset in range(SEARCH_DAYS):
        window = hours_on(rule, day + timedelta(days=offset), facts)
        if window and (offset or _minute(local) < window[0]):
            return _at_minute(day + timedelta(days=offset), window[0], local.tzinfo)
    return None


def _open_in(rule: ContactRule, local: datetime, channel: str, facts: PersonFacts) -> bool:
    if rule.consumer_may_widen and span_at(facts.preferred_times, local, channel):
        return True
    window = hours_on(rule, local.date(), facts)
    return bool(window) and window[0] <= _minute(local) < window[1]


def _next_preferred(local: datetime, channel: str, facts: PersonFacts) -> list[datetime]:
    """Return upcoming starts of times the person offered, for the zone of ``local``."""
    starts = []
    for span in facts.preferred_times:
        for offset in range(SEARCH_DAYS):
            day = local.date() + timedelta(days=offset)
            if _covers(span, day, channel) and (offset or _minute(local) < span.start):
                starts.append(_at_minute(day, span.start, local.tzinfo))
                break
    return starts


def next_open(
    rule: ContactRule, moment: datetime, channel: str, facts: PersonFacts
) -> datetime | None:
    """Return the first moment (UTC) from ``moment`` on inside the hours of every zone.

    None when there is none within ``SEARCH_DAYS`` days, for example because the windows of two
    distant zones never overlap.
    """
    limit = moment + timedelta(days=SEARCH_DAYS)
    zones = zones_of(rule, facts)
    while moment is not None and moment <= limit:
        for zone in zones:
            local = moment.astimezone(zone)
            if not _open_in(rule, local, channel, facts):
                candidates = [_next_opening(rule, local, facts)]
                if rule.consumer_may_widen:
                    candidates += _next_preferred(local, channel, facts)
                moment = min((c for c in candidates if c and c > moment), default=None)
                break
        else:
            return moment.astimezone(UTC)
    return None


def check_hours(rule, contact: ProposedContact, history, facts: PersonFacts) -> Finding | None:
    """Refuse outside the hours of the rule in any zone where the person might be.

    12 CFR 1006.6(b)(1)(i) and comment 6(b)(1)(i)-1 (an electronic message counts when sent).
    An unknown time zone is a refusal: the hours cannot be known.
    """
    if not facts.time_zones:
        return Finding(
            "time_zone_unknown",
            "The time zone of this person is not known, so the permitted hours cannot be checked.",
            {},
            rule.code,
            rule.mode,
        )
    earliest = next_open(rule, contact.at, contact.channel, facts)
    if earliest == contact.at:
        return None
    return Finding(
        "hours",
        "This time is outside the hours permitted by %(rule)s.",
        {"rule": rule.name or rule.code},
        rule.code,
        rule.mode,
        earliest,
    )


def _reply_open(
    span: BlockedTime,
    local: datetime,
    contact: ProposedContact,
    history: Sequence[PastContact],
) -> bool:
    """Tell whether the contact answers one the person began inside the same blocked time.

    One answer for each message the person sends, in the same medium (comment 6(b)(1)-2.i).
    """
    first = _at_minute(local.date(), span.start, local.tzinfo)
    received = answered = 0
    for past in history:
        if past.channel == contact.channel and first <= past.at <= contact.at:
            if past.direction == "in":
                received += 1
            elif received:
                answered += 1
    return received > answered


def check_inconvenient(
    rule, contact: ProposedContact, history, facts: PersonFacts
) -> Finding | None:
    """Refuse at times or places the person called inconvenient (12 CFR 1006.6(b)(1)).

    It binds even when the note came from the creditor's file (comment 6(b)(1)-1.i).
    """
    if contact.place and contact.place in facts.blocked_places:
        if _place_reply(contact, history):
            return None
        return Finding(
            "inconvenient_place",
            "The person asked not to be contacted at this place (%(place)s).",
            {"place": contact.place},
            rule.code,
            rule.mode,
        )
    moment, limit = contact.at, contact.at + timedelta(days=SEARCH_DAYS)
    while moment <= limit:
        until = _blocked_until(moment, contact, history, facts)
        if until is None:
            break
        moment = until
    if moment == contact.at:
        return None
    return Finding(
        "inconvenient_time",
        "The person called this time inconvenient.",
        {},
        rule.code,
        rule.mode,
        moment if moment <= limit else None,
    )


def _place_reply(contact: ProposedContact, history: Sequence[PastContact]) -> bool:
    """One answer at that place and in that medium to a contact begun there (6(b)(1)-2.ii)."""
    pending = 0
    for past in history:
        if past.channel == contact.channel and past.place == contact.place:
            if past.direction == "in":
                pending += not past.conversation
            elif pending:
                pending -= 1
    return pending > 0


def _blocked_until(moment, contact, history, facts) -> datetime | None:
    for zone in facts.time_zones:
        local = moment.astimezone(zone)
        span = span_at(facts.blocked_times, local, contact.channel)
        if span and not _reply_open(span, local, contact, history):
            return _at_minute(local.date(), span.end, zone)
    return None
