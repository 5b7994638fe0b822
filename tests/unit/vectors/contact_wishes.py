"""Worked examples of what a person asked for: silence, or not by this medium."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.addons.collections_followup.tools.contact_model import (
    CeaseRequest,
    OptOut,
    PastContact,
    PersonFacts,
    ProposedContact,
)
from odoo.addons.collections_followup.tools.contact_requests import LEGALLY_REQUIRED
from odoo.addons.collections_followup.tools.contact_rules import check_contact

from .compare import NotInterpreted, as_list, compare, day, first_of, like, many, shaped
from .contact_policies import policy_code, policy_rules
from .contact_text import channel_name, channels_in

MEDIA = ("phone", "sms", "email", "letter", "social", "visit")
PURPOSES = (
    (r"terminat|ending (our )?(further )?efforts", "termination_notice"),
    (r"may (be )?invoke", "remedy_may_be_invoked"),
    (r"(will|intend\w* to|is going to) (be )?invoke", "remedy_will_be_invoked"),
    (r"required by", LEGALLY_REQUIRED),
)


def _noon(one_day: date) -> datetime:
    return datetime.combine(one_day, time(12), UTC)


def cease_communication(inputs: dict, expected: dict) -> None:
    """A written wish for silence: what it blocks, from when, and what may still be said."""
    received = day(
        first_of(
            inputs,
            "letter_received",
            "received",
            "notice_received",
            "email_received",
            "notification_received",
            "received_on",
        )
        or next((v for k, v in inputs.items() if k.endswith("received")), None)
    )
    facts = PersonFacts(
        time_zones=(ZoneInfo("UTC"),), cease=(CeaseRequest(received, frozenset({"D1"})),)
    )
    rules = policy_rules(policy_code(inputs.get("policy", "US-REGF")), "cease")

    def ask(one_day: date, channel="email", purpose="", debt="D1"):
        contact = ProposedContact(_noon(one_day), channel, (debt,), purpose=purpose)
        return check_contact(contact, (), rules, facts).allowed

    def purpose_of(text: str) -> str:
        return next((p for words, p in PURPOSES if re.search(words, text, re.I)), "")

    def first_blocked() -> str:
        start = min(day(v) for k, v in inputs.items() if re.match(r"\d{4}-", str(v)))
        one_day = start - timedelta(days=1)
        while ask(one_day):
            one_day += timedelta(days=1)
        return one_day.isoformat()

    def resolve(key, want):
        if key in ("block_from", "blocked_from", "effective", "effective_from", "complete_on"):
            return first_blocked()
        match = re.match(r"^(?:collector_)?(\w+?)_(violates|violation|allowed)$", key)
        if match and any(match[1] in name for name in inputs):
            name = next(n for n in inputs if match[1] in n and not n.startswith("letter_"))
            days = [day(one_day) for one_day in as_list(inputs[name])]
            found = [ask(one_day, channel_name(match[1])) for one_day in days]
            found = found if match[2] == "allowed" else [not one for one in found]
            return shaped(found, isinstance(inputs[name], list), want)
        if "other_debt" in key:
            blocked = not ask(received, debt="D2")
            return like(want, not blocked if "allow" in key else blocked)
        if key in ("allowed", "permitted", "violates", "may_send"):
            texts, several = many(
                inputs,
                "purposes",
                "purpose",
                "messages",
                "notices",
                "contacts_after",
                "later_contacts",
                "then",
                "contents",
            )
            found = [ask(received + timedelta(days=1), purpose=purpose_of(str(t))) for t in texts]
            found = [not one for one in found] if key == "violates" else found
            return shaped(found, several, want)
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")

    compare(expected, resolve)


def channel_block(inputs: dict, expected: dict) -> None:
    """A wish about a medium or an address: what is blocked and what is not."""
    said = first_of(
        inputs, "person_says", "consumer_says", "says", "request", "opt_out", default=""
    )
    address = first_of(
        inputs,
        "address",
        "opt_out_address",
        "email",
        "email_address",
        "number",
        "telephone_number",
        default="",
    )
    found = re.search(r"[\w.+-]+@[\w-]+\.[\w.]+", str(said))
    address = address or (found[0] if found else "")
    words = str(said) if said else " ".join(map(str, inputs.values()))
    channels = frozenset(channels_in(words.replace(address, " ") if address else words))
    if "channel" in inputs:
        channels = frozenset({channel_name(inputs["channel"])})
    if not channels and address:
        channels = frozenset({"email"} if "@" in address else {"sms"})
    everything = re.search(r"contact|communicat|leave me alone", words) and not channels
    if not channels and not everything:
        raise NotInterpreted(f"no medium in {words!r}")
    facts = PersonFacts(time_zones=(ZoneInfo("UTC"),), opt_outs=(OptOut(channels, address),))
    rules = policy_rules(policy_code(inputs.get("policy", "US-REGF")), "medium")
    medium = next((m for m in MEDIA if m in channels), "phone")
    at = _noon(date(2026, 9, 16))

    def ask(channel, to=address, history=(), purpose="", debt="D1"):
        contact = ProposedContact(at, channel, (debt,), address=to, purpose=purpose)
        return check_contact(contact, history, rules, facts).allowed

    def past(minutes, direction, purpose=""):
        when = at - timedelta(minutes=minutes)
        return PastContact(when, medium, direction, address=address, purpose=purpose)

    blocked = [channel for channel in MEDIA if not ask(channel)]
    questions = (
        (r"^blocked_(channels|media|medium)$", lambda: blocked),
        (r"^other_(channels|media)_blocked$", lambda: set(blocked) > set(channels)),
        (r"^blocked_address(es)?$", lambda: address if not ask(medium) else ""),
        (
            r"other_(address|number|e_?mail)\w*_(blocked|prohibited)",
            lambda: not ask(medium, "other@gmail.com"),
        ),
        (r"other_(address|number|e_?mail)\w*_allowed", lambda: ask(medium, "other@gmail.com")),
        (r"(any|all|every|other)_debts?", lambda: not ask(medium, debt="D2")),
        (
            r"second_confirmation|confirmation_twice",
            lambda: ask(
                medium,
                history=[past(9, "in"), past(5, "out", "opt_out_confirmation")],
                purpose="opt_out_confirmation",
            ),
        ),
        (r"confirm", lambda: ask(medium, purpose="opt_out_confirmation")),
        (
            r"second|further|after_reply|again",
            lambda: ask(medium, history=[past(9, "in"), past(5, "out")]),
        ),
        (r"reply|respon|answer|initiat", lambda: ask(medium, history=[past(5, "in")])),
        (r"required|statement|law", lambda: ask(medium, purpose=LEGALLY_REQUIRED)),
    )

    def resolve(key, want):
        for pattern, answer in questions:
            if re.search(pattern, key):
                value = answer()
                return value if not isinstance(value, bool) else like(want, value)
        match = re.match(r"^(\w+?)_(blocked|allowed|prohibited)$", key)
        if match:
            channel = channel_name(match[1])
            return like(want, ask(channel) if match[2] == "allowed" else not ask(channel))
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")

    compare(expected, resolve)
