"""Worked examples of when a person may be contacted."""

import re
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from odoo.addons.collections_followup.tools.contact_model import (
    PastContact,
    PersonFacts,
    ProposedContact,
)
from odoo.addons.collections_followup.tools.contact_rules import check_contact

from .compare import NotInterpreted, as_list, compare, first_of, like
from .contact_policies import home_zone, policy_code, policy_rules
from .contact_text import ZONES, blocked_times, channel_name, channels_in, clock, point, show

ON = date(2026, 9, 14)
"""A Monday; worked examples that name only weekdays are placed in its week."""

ZONE_RE = re.compile(
    r"\b(?:America|Europe|Asia|Africa|Australia|Pacific|Atlantic|Indian)/[\w/+-]+|\bUTC\b"
)
EVENT_CHANNELS = (("portal", r"web ?site|\bapp\b|portal"), ("email", r"e-?mail"))

POINT_ANSWERS = {
    "allowed": lambda verdict: verdict.allowed,
    "compliant": lambda verdict: verdict.allowed,
    "permitted": lambda verdict: verdict.allowed,
    "blocked": lambda verdict: not verdict.allowed,
    "warned": lambda verdict: verdict.mode == "warn",
    "warn": lambda verdict: verdict.mode == "warn",
    "mode": lambda verdict: verdict.mode,
}
LIMITS = {
    "max_conversations_per_day": "max_conversations_day",
    "max_conversations_per_week": "max_conversations_window",
    "max_calls_per_week": "max_attempts",
}


def zone_names(texts: list[str]) -> list[str]:
    """Return the zones named in texts, by IANA name or by their US name."""
    found = []
    for text in texts:
        named = ZONE_RE.findall(text) or [
            zone for word, zone in ZONES.items() if re.search(rf"\b{word}\b", text, re.I)
        ]
        if not named:
            raise NotInterpreted(f"no time zone in {text!r}")
        found += named
    return list(dict.fromkeys(found))


class Clock:
    """One example: rules, zones, wishes, channel."""

    def __init__(self, inputs: dict):
        self.inputs = inputs
        code = policy_code(inputs.get("policy", "US-REGF"))
        self.rules = policy_rules(code, "hours", "inconvenient")
        self.counts = policy_rules(code, "frequency")
        signals = as_list(
            first_of(
                inputs, "signals", "tz", "time_zones", "timezones", "zones", "time_zone", "zone"
            )
        )
        names = zone_names([str(s) for s in signals]) if signals else [home_zone(code)]
        self.zones = tuple(ZoneInfo(name) for name in names)
        self.on = date.fromisoformat(inputs["date"]) if "date" in inputs else ON
        self.on -= timedelta(days=self.on.weekday()) if "date" not in inputs else timedelta()
        self.channel = channel_name(inputs.get("channel", "phone"))
        words = first_of(
            inputs, "consumer_note", "note", "consumer_says", "blocked", "inconvenient"
        )
        self.spans = blocked_times(words, self.on) if isinstance(words, str) else ()
        place = first_of(inputs, "blocked_place", "inconvenient_place", "not_at")
        self.places = frozenset({place} if place else ())
        self.history: list[PastContact] = []

    def facts(self, holidays=()) -> PersonFacts:
        """Return the facts, with extra holidays."""
        given = {date.fromisoformat(day) for day in as_list(self.inputs.get("holidays"))}
        return PersonFacts(
            time_zones=self.zones,
            holidays=frozenset(given | set(holidays)),
            blocked_times=self.spans,
            blocked_places=self.places,
        )

    def ask(self, at: datetime, channel: str = "", place: str = "", holidays=(), history=None):
        """Return the verdict for an aware moment."""
        contact = ProposedContact(at, channel or self.channel, place=place)
        past = self.history if history is None else history
        return check_contact(contact, past, self.rules, self.facts(holidays))

    def zone(self, name: str) -> ZoneInfo:
        """Return the zone a key's ending names; "local" or nothing is the person's first."""
        name = name.strip("_").lower()
        if name in ("", "local", "consumer", "consumer_local"):
            return self.zones[0]
        if name in ZONES:
            return ZoneInfo(ZONES[name])
        for zone in self.zones:
            if name in zone.key.lower().replace("/", "_"):
                return zone
        raise NotInterpreted(f"unknown zone {name!r}")

    def window(self, zone: ZoneInfo) -> list:
        """Return first and last minute allowed on a usual weekday, on the zone's own clock."""
        day = self.on + timedelta(days=2) if "date" not in self.inputs else self.on
        start = datetime(day.year, day.month, day.day, tzinfo=zone)
        spans, was = [], False
        for minute in range(1441):
            good = minute < 1440 and self.ask(start + timedelta(minutes=minute)).allowed
            if good and not was:
                spans.append([show(minute), ""])
            if was and not good:
                spans[-1][1] = show(minute)
            was = good
        return spans[0] if len(spans) == 1 else spans

    def point_verdicts(self) -> list:
        """Return the verdict for each point in time given."""
        for key, value in self.inputs.items():
            if key.startswith(("points", "times", "moments", "check_points")):
                ask = partial(
                    self._point, zone=self.zone(re.sub(r"^[a-z]*points?|^times|^moments", "", key))
                )
                return [ask(entry) for entry in as_list(value)]
            if key.startswith("check_weekdays"):
                return [self._point(str(entry), self.zones[0]) for entry in value]
        for name in ("sent", "sent_at", "sent_local"):
            if name in self.inputs:
                return [self._point(self.inputs[name], self.zones[0])]
        raise NotInterpreted(f"no points in time in {sorted(self.inputs)}")

    def _point(self, entry, zone: ZoneInfo):
        holiday, channel, place = False, "", ""
        if isinstance(entry, dict):
            holiday = bool(entry.get("holiday"))
            channel = channel_name(entry["channel"]) if "channel" in entry else ""
            place = entry.get("place", "")
            entry = first_of(entry, "at", "time", "point", "when")
        wall, named_holiday = point(str(entry), self.on)
        holidays = (wall.date(),) if holiday or named_holiday else ()
        return self.ask(wall.replace(tzinfo=zone), channel, place, holidays)

    def resolve(self, key: str, want: object) -> object:
        """Answer one expected key."""
        if key.startswith("window"):
            return self.window(self.zone(key.removeprefix("window")))
        if key in POINT_ANSWERS:
            answers = [POINT_ANSWERS[key](verdict) for verdict in self.point_verdicts()]
            return answers if isinstance(want, list) else like(want, answers[0])
        if key in ("expires", "until", "expires_on"):
            return self._expiry(want)
        if key.startswith("binding") or key in ("violates", "violation"):
            return any(not verdict.allowed for verdict in self.point_verdicts())
        if key in LIMITS:
            values = (getattr(rule, LIMITS[key]) for rule in self.counts)
            return next(value for value in values if value is not None)
        if "event" in self.inputs or self.places:
            return Reply(self).resolve(key, want)
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")

    def _expiry(self, want: object) -> object:
        last = {span.last_day for span in self.spans}
        if len(last) != 1:
            raise NotInterpreted("several or no expiry dates")
        (day,) = last
        if day is None:
            return None
        year_end = day == date(self.on.year, 12, 31)
        return want if year_end and "year" in str(want) else day.isoformat()


class Reply:
    """The person makes contact at a time or place they had called inconvenient."""

    def __init__(self, clock_: Clock):
        self.case = clock_
        words = clock_.inputs.get("event", "")
        self.channel = next(
            (name for name, pattern in EVENT_CHANNELS if re.search(pattern, words, re.I)), None
        )
        self.channel = self.channel or (channels_in(words) or ["phone"])[0]
        self.place = next(iter(clock_.places), "")
        if self.place and re.search(r"mobile|cell", words, re.I):
            self.place = ""
        wall, _holiday = point(words, clock_.on) if re.search(r"\d", words) else (None, None)
        if wall is None:
            span = clock_.spans[0] if clock_.spans else None
            day = clock_.on
            while span and day.weekday() not in span.weekdays:
                day += timedelta(days=1)
            wall = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001 - a wall clock
        self.start = wall.replace(tzinfo=clock_.zones[0])

    def at(self, minutes: int) -> datetime:
        """Return a moment after the person's contact."""
        return self.start + timedelta(minutes=minutes)

    def message(self, minutes: int, direction: str) -> PastContact:
        """Return a message of either side."""
        return PastContact(self.at(minutes), self.channel, direction, place=self.place)

    def may(self, history: list, minutes: int, channel: str = "", place: str | None = None) -> bool:
        """Tell whether a message is allowed after a history."""
        place = self.place if place is None else place
        verdict = self.case.ask(self.at(minutes), channel or self.channel, place, history=history)
        return verdict.allowed

    def last_reply(self) -> str:
        """Return until when the one reply may be sent: the end of the blocked time."""
        received = [self.message(0, "in")]
        ends = {
            show(span.end)
            for span in self.case.spans
            if span.start <= clock(self.start.strftime("%H:%M")) < span.end
        }
        assert len(ends) == 1, ends
        (end,) = ends
        left = clock(end) - clock(self.start.strftime("%H:%M"))
        assert self.may(received, 1)
        assert self.may(received, left - 1)
        assert not self.may([], left - 1)
        return end

    def resolve(self, key: str, want: object) -> object:
        """Answer a key by the words in it."""
        incoming, answer = self.message(0, "in"), self.message(2, "out")
        other = "sms" if self.channel != "sms" else "email"
        if key.endswith("before") and isinstance(want, str):
            return self.last_reply()
        questions = (
            (r"each|every", lambda: self.may([incoming, answer, self.message(4, "in")], 6)),
            (r"other_med|different_med|another_med", lambda: self.may([incoming], 2, other)),
            (r"mobile|cell", lambda: self.may([], 2, "phone", "")),
            (r"e_?mail_while|text_while", lambda: self.may([], 2, "email", "")),
            (r"mail_to_home|letter", lambda: self.may([], 2, "letter", "home")),
            (r"landline|home_call|call_home|at_home$", lambda: self.may([], 2, "phone", "home")),
            (
                r"second|unprompted|further|again|another|after|future|later|follow|subsequent|next",
                lambda: self.may([incoming, answer], 4),
            ),
            (r"reply|respon|answer|while|during|once", lambda: self.may([incoming], 2)),
        )
        for pattern, ask in questions:
            if re.search(pattern, key):
                if re.search(r"prohibit|block|violat", key):
                    return like(want, not ask())
                return like(want, ask())
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")


def contact_time(inputs: dict, expected: dict) -> None:
    """Run one example of permitted times."""
    compare(expected, Clock(inputs).resolve)
