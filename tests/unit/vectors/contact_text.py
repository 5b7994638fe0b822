"""Turn the plain words of worked examples into the facts the contact rules take."""

import re
from datetime import date, datetime, time, timedelta

from odoo.addons.collections_followup.tools.contact_model import BlockedTime
from odoo.addons.collections_followup.tools.contact_rebuttal import (
    AVERT_HARM,
    INFORMATION_REQUEST,
    LEGAL_DUTY,
    LITIGATION,
    CallReason,
)

from .compare import NotInterpreted

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_RE = re.compile(
    r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|es|nes|rs|ur|r)?(?:day)?s?\b", re.IGNORECASE
)
CLOCK_RE = re.compile(r"\b(\d{1,2})(?::(\d{2}))?\s*([ap])?\.?(?:\s?m\b\.?)?", re.IGNORECASE)
RANGE_RE = re.compile(
    r"(\d{1,2}(?::\d{2})?\s*(?:[ap]\.?\s?m\.?)?)\s*(?:-|–|to|until|and)\s*"
    r"(\d{1,2}(?::\d{2})?\s*(?:[ap]\.?\s?m\.?)?)",
    re.IGNORECASE,
)
CHANNEL_WORDS = (
    ("email", r"e-?mails?\b|e-?mailing"),
    ("sms", r"\btext(s|ing|ed)?\b|\bsms\b|text messages?"),
    ("letter", r"\bletters?\b|\bmail(s|ing|ed)?\b|\bpost(al)?\b"),
    ("social", r"social media|facebook|linkedin"),
    ("visit", r"\bvisit(s|ing)?\b|come to my"),
    ("portal", r"web ?site|\bapp\b|application|portal"),
    ("phone", r"\bcall(s|ing|ed)?\b|\b(tele)?phon(e|es|ing)\b|voicemails?"),
)
ZONES = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "arizona": "America/Phoenix",
    "atlantic": "America/Puerto_Rico",
    "utc": "UTC",
}


def clock(text: str) -> int:
    """Return minutes since midnight of "15:00", "3:00 p.m." or "3pm"."""
    match = CLOCK_RE.search(text)
    if not match:
        raise NotInterpreted(f"no time in {text!r}")
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half == "p" and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    return hour * 60 + minute


def weekdays(text: str) -> list[int]:
    """Return the weekdays a text names, Monday 0; "weekends" and "weekdays" included."""
    names = [d[:3] for d in DAYS]
    lower = text.lower()
    found = [names.index(match[1].lower()) for match in DAY_RE.finditer(lower)]
    span = re.search(
        r"\b(mon|tue|wed|thu|fri|sat|sun)\w*\s*[-–]\s*(mon|tue|wed|thu|fri|sat|sun)", lower
    )
    if span:
        found += list(range(names.index(span[1]), names.index(span[2]) + 1))
    if "weekend" in lower:
        found += [5, 6]
    if "weekday" in lower:
        found += [0, 1, 2, 3, 4]
    return sorted(set(found))


def _until(text: str, on: date) -> date | None:
    lower = text.lower()
    if re.search(r"end of (the |this )?(calendar )?year", lower):
        return date(on.year, 12, 31)
    match = re.search(r"(?:until|through|till|to) (\d{4}-\d{2}-\d{2})", lower)
    return date.fromisoformat(match[1]) if match else None


def blocked_times(text: str, on: date) -> tuple[BlockedTime, ...]:
    """Return the times a note or a consumer's own words call inconvenient.

    "Convenient on weekdays, except 3 to 5 p.m.; weekends no" blocks what is excepted and what is
    refused; "cannot be disturbed Tuesdays" blocks what is named.
    """
    last, spans = _until(text, on), []
    text = re.sub(r"\b([ap])\.\s?m\.?", r"\1m", text, flags=re.IGNORECASE)
    parts = re.split(r"[;]|,? but |\. |, and (?=weekend|all|any)|, (?=no |not |weekend)", text)
    for part in parts:
        hours = RANGE_RE.search(re.sub(r"\d{4}-\d{2}-\d{2}", "", part))
        days = weekdays(part) or list(range(7))
        if not hours and not weekdays(part):
            continue
        if hours:
            start, end = clock(hours[1]), clock(hours[2])
            if (
                "p" in hours[2].lower()
                and "m" not in hours[1].lower()
                and start < 720 <= start + 720 < end
            ):
                start += 720
        else:
            start, end = 0, 1440
            if re.search(r"\b(convenient|fine|ok|yes)\b", part, re.I) and not re.search(
                r"\b(not|in)\s?-?convenient|\bno\b|n't", part, re.I
            ):
                continue
        spans.append(BlockedTime(frozenset(days), start, end, None, last))
        more = re.search(r"(?:and|plus|also)\s+(?:all\s+)?(weekends|sundays|saturdays)", part, re.I)
        if hours and more:
            kept = frozenset(days) - frozenset(weekdays(more[1]))
            spans[-1] = BlockedTime(kept, start, end, None, last)
            spans.append(BlockedTime(frozenset(weekdays(more[1])), 0, 1440, None, last))
    if not spans:
        raise NotInterpreted(f"no time in the note {text!r}")
    return tuple(spans)


def channels_in(text: str) -> list[str]:
    """Return the channels a text names, in a fixed order."""
    lower, found = text.lower(), []
    for channel, pattern in CHANNEL_WORDS:
        if re.search(pattern, lower):
            found.append(channel)
            lower = re.sub(pattern, " ", lower)
    return found


def channel_name(text: str) -> str:
    """Return the channel code of one written in other words ("text message", "telephone")."""
    simple = text.lower().replace("-", "_").replace(" ", "_")
    if simple in {"ringless_voicemail", "prerecorded_call", "whatsapp", "chat", "postcard"}:
        return simple
    found = channels_in(simple.replace("_", " "))
    if not found:
        raise NotInterpreted(f"unknown channel {text!r}")
    return found[0]


def call_reason(text: str) -> CallReason:
    """Sort a reason for a further call into the factors of comment 14(b)(2)(ii)-2."""
    lower = text.lower().replace("_", " ")
    own = bool(
        re.search(r"(under|within|in) (the )?(collector|debt collector|own)('s)? control", lower)
    )
    own = own or bool(re.search(r"discount|one-time|one time|promotion", lower))
    if re.search(r"not (in|under|within) (the )?(debt )?collector", lower):
        own = False
    if own:
        return CallReason(AVERT_HARM, own_control=True)
    patterns = (
        (LITIGATION, r"litigation|court|lawsuit|trial"),
        (
            LEGAL_DUTY,
            r"required by|applicable law|complian|comply|loss mitigation|regulation|reg x|statut",
        ),
        (INFORMATION_REQUEST, r"request|asked for|wanted (more )?information|more information"),
        (
            AVERT_HARM,
            r"drop|cut off|grace period|late fee|deadline|negative effect|avoid|avert|pending",
        ),
    )
    for kind, pattern in patterns:
        if re.search(pattern, lower):
            return CallReason(kind)
    return CallReason()


def local_date(weekday: int, on: date) -> date:
    """Return the first day with a weekday from ``on`` on."""
    return on + timedelta(days=(weekday - on.weekday()) % 7)


def point(text: str, on: date) -> tuple[datetime, bool]:
    """Return a wall-clock moment and whether it is a holiday: "Mon 08:29", ISO, "holiday 11:00"."""
    text = text.strip()
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        day, _sep, rest = text.partition("T" if "T" in text else " ")
        minute = clock(rest) if rest and re.search(r"\d", rest) else 720
        return _wall(date.fromisoformat(day), minute), "holiday" in rest.lower()
    days, rest = weekdays(text), DAY_RE.sub(" ", text)
    minute = clock(rest) if re.search(r"\d", rest) else 720
    return _wall(local_date(days[0], on) if days else on, minute), "holiday" in text.lower()


def _wall(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def show(minute: int) -> str:
    """Return "HH:MM" of a minute of the day; 1440 is "24:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
