"""Read the events of a worked example into past contacts and facts about the person."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from odoo.addons.collections_followup.tools.contact_model import (
    CALLS,
    Consent,
    PastContact,
    PersonFacts,
)
from odoo.addons.collections_followup.tools.contact_outcomes import OUTCOMES, effect_of

from .compare import NotInterpreted, as_list, first_of
from .contact_text import DAYS, call_reason, channel_name, local_date, weekdays

ZONE = ZoneInfo("UTC")
OUTCOME_WORDS = (
    (r"unanswered|no_answer|not_answered|ring(s|ing)?(_|$)(?!less)", "no_answer"),
    (r"busy", "busy_signal"),
    (
        r"not_in_service|out_of_service|disconnected|not_connect|unconnected|invalid|no_such",
        "number_not_in_service",
    ),
    (r"drop|hung_up|cut_off", "answered_dropped"),
    (r"limited", "voicemail_limited_content"),
    (r"no_message|unable|full|cannot_leave", "voicemail_no_message_possible"),
    (r"recorded|recording", "recorded_message"),
    (r"voicemail|message", "voicemail"),
    (r"general|no_debt|nothing_discussed", "conversation_general"),
    (r"conversation|talk|spoke|discuss|answered", "conversation"),
)
ROLE_WORDS = (
    (r"creditor.*attorney|creditor.*lawyer", "creditor_attorney"),
    (r"collector.*attorney|collector.*lawyer", "collector_attorney"),
    (r"attorney|lawyer", "attorney"),
    (r"report|bureau|agency", "credit_bureau"),
    (r"creditor", "creditor"),
    (r"third|friend|neighbo|colleague|relative|employer", "third_party"),
    (r"consumer|debtor|spouse|guardian|parent|executor|administrator", "consumer"),
)
CALL_COUNT = re.compile(r"^(unanswered_)?(calls|attempts)(_placed|_made)?$|^unanswered_calls")


def outcome_name(text: str) -> str:
    """Return the outcome code of one written in other words; unknown words fail."""
    simple = re.sub(r"\W+", "_", text.lower())
    if simple in OUTCOMES:
        return simple
    for pattern, name in OUTCOME_WORDS:
        if re.search(pattern, simple):
            return name
    raise NotInterpreted(f"unknown outcome {text!r}")


def role_name(text: str) -> str:
    """Return the role of somebody described in words."""
    for pattern, name in ROLE_WORDS:
        if re.search(pattern, text.lower()):
            return name
    raise NotInterpreted(f"unknown person {text!r}")


@dataclass
class Story:
    """What an example tells: contacts in order, facts, and remarks for the rebuttal factors."""

    history: list[PastContact] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    wrong: set[str] = field(default_factory=set)
    reasons: dict[datetime, str] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)
    debts: list[str] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    role: str = "consumer"
    purpose: str = ""

    def facts(self) -> PersonFacts:
        """Return the facts as the rules take them."""
        return PersonFacts(
            time_zones=(ZONE,),
            debts=tuple(dict.fromkeys(self.debts)),
            debt_groups=self.groups,
            consents=tuple(self.consents),
            wrong_numbers=frozenset(self.wrong),
            electronic_consent=bool(self.consents),
        )


def read_story(inputs: dict, more_debts: list[str]) -> Story:
    """Read events, or a plain number of calls, with everything said around them."""
    story = Story(purpose=inputs.get("purpose", ""))
    story.role = role_name(inputs["person"]) if "person" in inputs else "consumer"
    story.debts = [str(debt) for debt in as_list(inputs.get("debts"))] + more_debts
    events = list(inputs.get("events", [])) or _events_of_counts(inputs, story.debts)
    seen: dict[str, int] = {}
    for event in events:
        for _copy in range(int(first_of(event, "count", "times", "n", default=1))):
            number = seen[event["date"]] = seen.get(event["date"], -1) + 1
            _read_event(story, event, _moment(event, number), inputs)
    story.groups = _groups(inputs, story.debts)
    story.history.sort(key=lambda past: past.at)
    return story


def _events_of_counts(inputs: dict, debts: list[str]) -> list[dict]:
    for key, value in inputs.items():
        if CALL_COUNT.match(key) and isinstance(value, int):
            first = date(2026, 11, 9)
            days = (first + timedelta(days=number % 7) for number in range(value))
            return [
                {"date": day.isoformat(), "outcome": "no_answer", "debts": debts}
                for day in sorted(days)
            ]
    raise NotInterpreted(f"no events in {sorted(inputs)}")


def _moment(event: dict, number: int) -> datetime:
    """Return when an event took place; without a time, in the order told and apart."""
    day, _sep, rest = event["date"].partition("T")
    rest = rest or event.get("time", "")
    if rest:
        hour, minute = (int(part) for part in rest.split(":")[:2])
        return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(
            hours=hour, minutes=minute
        )
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    return start + timedelta(hours=8, minutes=7 * number)


def _read_event(story: Story, event: dict, at: datetime, inputs: dict) -> None:
    if "fact" in event:
        _read_fact(story, event["fact"], at)
    consent = first_of(event, "consent", "prior_consent")
    if consent:
        story.consents.append(_consent(consent, event, at))
    if first_of(event, "consent_revoked", "revokes_consent", "revocation"):
        _revoke(story, at)
    if event.get("reason"):
        story.reasons[at] = event["reason"]
    statement = first_of(event, "statement", "person_says", "says", "request")
    if statement:
        story.statements.append(str(statement))
    if "channel" in event or "outcome" in event or "direction" in event:
        story.history.append(_past(event, at, story, inputs))


def _past(event: dict, at: datetime, story: Story, inputs: dict) -> PastContact:
    channel = channel_name(event.get("channel", "phone"))
    calls = channel in CALLS
    outcome = event.get("outcome", "no_answer" if calls else "")
    effect = effect_of(outcome_name(outcome)) if calls else None
    debts = tuple(str(debt) for debt in as_list(event.get("debts")))
    raised = as_list(first_of(event, "consumer_raised", "raised", "raised_by_consumer"))
    counted = as_list(
        first_of(event, "counted_to", "counted_for", "counted_as", "counted_toward", "count_toward")
    )
    discussed = first_of(event, "discussed", "debts_discussed")
    general = effect.general if effect else False
    if discussed is not None and not discussed:
        general = True
    elif discussed:
        debts = debts or tuple(discussed)
        raised = [*raised, *(debt for debt in discussed if debt not in debts)]
    names_debt = effect.names_debt if effect else False
    names_debt = first_of(event, "names_debt", "refers_to_debts", default=names_debt)
    story.debts += [*debts, *raised]
    who = first_of(event, "person", "to", "with", default=None)
    return PastContact(
        at,
        channel,
        "in" if str(event.get("direction", "out")).startswith("in") else "out",
        debts,
        tuple(raised),
        tuple(counted),
        role_name(who) if who else story.role,
        address=first_of(event, "number", "address", default=""),
        place=event.get("place", ""),
        purpose=event.get("purpose", story.purpose),
        connected=effect.connected if effect else True,
        conversation=effect.conversation if effect else False,
        voicemail=effect.voicemail if effect else False,
        names_debt=bool(names_debt),
        general=general or (bool(effect and effect.conversation) and not debts and not raised),
    )


def _read_fact(story: Story, text: str, at: datetime) -> None:
    match = re.search(
        r"number (\S+) (belongs|is not|was never|has been reassigned|is someone)", text
    )
    if match:
        story.wrong.add(match[1])
    elif re.search(r"revok|withdr", text):
        _revoke(story, at)
    elif re.search(r"learn|wrong number|someone else|not (the|that) (person|consumer)", text):
        story.wrong.update(past.address for past in story.history if past.address)
        if not story.wrong:
            raise NotInterpreted(f"which number is meant? {text!r}")
    else:
        raise NotInterpreted(f"unknown fact {text!r}")


def _revoke(story: Story, at: datetime) -> None:
    story.consents = [
        Consent(one.received_at, one.debts, one.first_day, one.last_day, one.revoked_at or at)
        for one in story.consents
    ]


def _consent(words: object, event: dict, at: datetime) -> Consent:
    """Read a consent: True, a sentence with a weekday or a last day, or a mapping."""
    debts = frozenset(str(debt) for debt in as_list(event.get("debts")))
    first = last = None
    if isinstance(words, dict):
        through = first_of(words, "through", "until", "last_day")
        last = date.fromisoformat(through) if through else None
        debts = frozenset(as_list(words.get("debts"))) or debts
    elif isinstance(words, str):
        text, day = words.lower(), at.date()
        iso = re.search(r"\d{4}-\d{2}-\d{2}", text)
        named = weekdays(text)
        limit = re.search(r"until|through|till|by|before", text)
        within = re.search(r"(?:for|within|next)\D{0,12}(\d+) days?", text)
        target = date.fromisoformat(iso[0]) if iso else None
        if "tomorrow" in text:
            target = day + timedelta(days=1)
        elif "today" in text:
            first, last = day, day
        elif named and not iso:
            target = local_date(named[0], day + timedelta(days=1))
            if not limit and len(named) > 1:
                target, first = local_date(named[-1], day + timedelta(days=1)), target
                last = target
        if target and last is None:
            first, last = (None if limit else target), target
        if within:
            last = day + timedelta(days=int(within[1]) - 1)
    return Consent(at, debts, first, last)


def _groups(inputs: dict, debts: list[str]) -> dict[str, str]:
    """Return which debts are one: student loans serviced under a single account number."""
    for key, value in inputs.items():
        if not re.search(r"student|account|serviced|group", key) or not value:
            continue
        if isinstance(value, dict):
            groups = {}
            for name, target in value.items():
                for member in as_list(target) if isinstance(target, list) else [name]:
                    groups[str(member)] = name if isinstance(target, list) else str(target)
            return groups
        members = [str(one) for one in value] if isinstance(value, list) else debts
        return {member: "account" for member in members}
    return {}


__all__ = ["DAYS", "Story", "call_reason", "read_story"]
