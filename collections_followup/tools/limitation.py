"""Until when a debt can be enforced: periods of limitation, and what renews or suspends them.

Pure: days come in as arguments. A period begins on the day a debt falls due, or at the end of that
year (Germany); it may end with a calendar year (Poland). An acknowledgement, a payment or a suit
begins it anew, suspends it or stops it, as the rule of the country says. What happens after a
period has ended changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

#: What may happen to a debt, and what a rule may make of it.
EVENTS = (
    "acknowledgement",
    "payment",
    "promise",
    "demand",
    "negotiation",
    "suit",
    "insolvency",
    "judgment",
)
EFFECTS = ("none", "renew", "suspend", "stop")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """The law of one country for one kind of debtor.

    :param months: length of the period
    :param from_year_end: it begins with the end of the year in which the debt fell due
    :param to_year_end: it ends with the year in which it would end
    :param effects: {event: effect}; what is not named has no effect
    :param months_after: a suspension lasts so much longer than the proceedings
    :param judgment_months: length of the period of a debt confirmed by a court; 0: without end
    """

    months: int
    from_year_end: bool = False
    to_year_end: bool = False
    effects: Mapping[str, str] = field(default_factory=dict)
    months_after: int = 0
    judgment_months: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a debt.

    :param until: last day, for what lasts; ``None`` while it goes on
    """

    kind: str
    day: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Limitation:
    """Where a debt stands.

    :param begins: day after which the period runs
    :param ends: last day on which the debt can be enforced; ``None``: no such day
    :param barred: that day has passed
    :param suspended: the period does not run now; ``ends`` is later each day
    :param renewed_by: the event that began it anew, if one did
    """

    begins: date
    ends: date | None
    barred: bool = False
    suspended: bool = False
    renewed_by: Event | None = None


def limitation(rule: Rule, due: date, events: Iterable[Event], on: date) -> Limitation:
    """Where a debt that fell due on ``due`` stands on the day ``on``."""
    begins = date(due.year, 12, 31) if rule.from_year_end else due
    months, renewed, pauses = rule.months, None, []
    for event in sorted(events, key=lambda event: event.day):
        effect = rule.effects.get(event.kind, "none")
        ends, _running = _end(rule, begins, months, pauses, on)
        if effect == "none" or event.day > min(on, ends):
            continue
        if effect == "suspend":
            pauses.append(_pause(event, rule.months_after, on))
        elif event.day >= begins or event.kind == "judgment":
            if effect == "stop" and not (event.kind == "judgment" and rule.judgment_months):
                return Limitation(event.day, None, renewed_by=event)
            begins = max([event.day, *(last for first, last in pauses if first <= event.day)])
            months = rule.judgment_months if event.kind == "judgment" else rule.months
            months, renewed = months or rule.months, event
    ends, suspended = _end(rule, begins, months, pauses, on)
    return Limitation(begins, ends, ends < on, suspended, renewed)


def _pause(event: Event, months_after: int, on: date) -> tuple[date, date]:
    """First and last day of a suspension; one that goes on lasts until today."""
    if event.until is None:
        return event.day, max(on, event.day)
    return event.day, event.until + relativedelta(months=months_after)


def _end(rule: Rule, begins: date, months: int, pauses, on: date) -> tuple[date, bool]:
    """Last day of a period with its suspensions, and whether it is suspended now."""
    ends = begins + relativedelta(months=months)
    if rule.to_year_end:
        ends = date(ends.year, 12, 31)
    counted = begins
    for first, last in sorted(pauses):
        first = max(first, counted + DAY)
        if first > ends:
            break
        last = min(last, on)
        if last >= first:
            ends += last - first + DAY
            counted = last
    return ends, any(first <= on <= last for first, last in pauses)


def earliest_end(rules: Iterable[Rule], due: date) -> date | None:
    """The first day on which a debt could be barred by any of the rules; nothing shortens a
    period."""
    ends = [due + relativedelta(months=rule.months) for rule in rules]
    return min(ends, default=None)
