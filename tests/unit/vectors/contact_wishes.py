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


class Cease:
    """A written wish for silence: what it blocks, from when, and what may still be said."""

    TEXTS = [
        "purposes",
        "purpose",
        "messages",
        "notices",
        "contacts_after",
        "later_contacts",
        "then",
        "contents",
    ]

    def __init__(self, inputs: dict):
        self.inputs = inputs
        self.received = day(next(v for k, v in inputs.items() if k.endswith("received")))
        self.facts = PersonFacts(
            time_zones=(ZoneInfo("UTC"),), cease=(CeaseRequest(self.received, frozenset({"D1"})),)
        )
        self.rules = policy_rules(policy_code(inputs.get("policy", "US-REGF")), "cease")

    def ask(self, on: date, channel: str = "email", purpose: str = "", debt: str = "D1") -> bool:
        """Tell whether a contact on a day is allowed."""
        contact = ProposedContact(_noon(on), channel, (debt,), purpose=purpose)
        return check_contact(contact, (), self.rules, self.facts).allowed

    def first_blocked(self) -> str:
        """Return the first blocked day, looking from the day before anything happened."""
        on = min(day(v) for v in self.inputs.values() if re.match(r"\d{4}-", str(v)))
        while self.ask(on):
            on += timedelta(days=1)
        return on.isoformat()

    def contact_on(self, channel: str, word: str, want: object) -> object:
        """Answer for the contacts by one medium among the inputs ("collector_email": a day)."""
        name = next(n for n in self.inputs if channel in n and not n.startswith("letter_"))
        found = [self.ask(day(on), channel_name(channel)) for on in as_list(self.inputs[name])]
        found = found if word == "allowed" else [not one for one in found]
        return shaped(found, isinstance(self.inputs[name], list), want)

    def purposes(self, key: str, want: object) -> object:
        """Answer for messages described by what they say."""
        texts, several = many(self.inputs, *self.TEXTS)
        found = []
        for text in texts:
            purpose = next((p for words, p in PURPOSES if re.search(words, text, re.I)), "")
            found.append(self.ask(self.received + timedelta(days=1), purpose=purpose))
        found = [not one for one in found] if key == "violates" else found
        return shaped(found, several, want)

    def resolve(self, key: str, want: object) -> object:
        """Answer one expected key."""
        if key in ("block_from", "blocked_from", "effective", "effective_from", "complete_on"):
            return self.first_blocked()
        match = re.match(r"^(?:collector_)?(\w+?)_(violates|violation|allowed)$", key)
        if match and any(match[1] in name for name in self.inputs):
            return self.contact_on(match[1], match[2], want)
        if "other_debt" in key:
            allowed = self.ask(self.received, debt="D2")
            return like(want, allowed if "allow" in key else not allowed)
        if key in ("allowed", "permitted", "violates", "may_send"):
            return self.purposes(key, want)
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")


class Medium:
    """A wish about a medium or an address: what is blocked and what is not."""

    SAID = ("person_says", "consumer_says", "says", "request", "opt_out")
    ADDRESS = ["address", "opt_out_address", "email", "email_address", "number", "telephone_number"]

    def __init__(self, inputs: dict):
        said = str(first_of(inputs, *self.SAID, default=""))
        found = re.search(r"[\w.+-]+@[\w-]+\.[\w.]+", said)
        self.address = first_of(inputs, *self.ADDRESS, default=found[0] if found else "")
        words = said or " ".join(map(str, inputs.values()))
        words = words.replace(self.address, " ") if self.address else words
        self.channels = frozenset(channels_in(words))
        if "channel" in inputs:
            self.channels = frozenset({channel_name(inputs["channel"])})
        if not self.channels and self.address:
            self.channels = frozenset({"email"} if "@" in self.address else {"sms"})
        if not self.channels and not re.search(r"contact|communicat|leave me alone", words):
            raise NotInterpreted(f"no medium in {words!r}")
        wish = OptOut(self.channels, self.address)
        self.facts = PersonFacts(time_zones=(ZoneInfo("UTC"),), opt_outs=(wish,))
        self.rules = policy_rules(policy_code(inputs.get("policy", "US-REGF")), "medium")
        self.medium = next((m for m in MEDIA if m in self.channels), "phone")
        self.at = _noon(date(2026, 9, 16))

    def ask(self, channel="", address=None, past=(), purpose="", debt="D1") -> bool:
        """Tell whether a contact is allowed; ``past`` are minutes before, direction, purpose."""
        address = self.address if address is None else address
        history = [
            PastContact(
                self.at - timedelta(minutes=minutes),
                self.medium,
                direction,
                address=self.address,
                purpose=said,
            )
            for minutes, direction, said in past
        ]
        contact = ProposedContact(
            self.at, channel or self.medium, (debt,), address=address, purpose=purpose
        )
        return check_contact(contact, history, self.rules, self.facts).allowed

    def blocked(self) -> list[str]:
        """Return the media that are blocked."""
        return [channel for channel in MEDIA if not self.ask(channel)]

    def questions(self):
        """Return what the words of a key ask, the more special first."""
        confirm, other, came = "opt_out_confirmation", "other@gmail.com", (9, "in", "")
        sent = (5, "out", "")
        return (
            (r"^blocked_(channels|media|medium)$", self.blocked),
            (r"^other_(channels|media)_blocked$", lambda: set(self.blocked()) > self.channels),
            (r"^blocked_address(es)?$", lambda: "" if self.ask() else self.address),
            (
                r"other_(address|number|e_?mail)\w*_(blocked|prohibited)",
                lambda: not self.ask("", other),
            ),
            (r"other_(address|number|e_?mail)\w*_allowed", lambda: self.ask("", other)),
            (r"(any|all|every|other)_debts?", lambda: not self.ask(debt="D2")),
            (
                r"second_confirmation|confirmation_twice",
                lambda: self.ask(past=[came, (5, "out", confirm)], purpose=confirm),
            ),
            (r"confirm", lambda: self.ask(purpose=confirm)),
            (r"second|further|after_reply|again", lambda: self.ask(past=[came, sent])),
            (r"reply|respon|answer|initiat", lambda: self.ask(past=[came])),
            (r"required|statement|law", lambda: self.ask(purpose=LEGALLY_REQUIRED)),
        )

    def resolve(self, key: str, want: object) -> object:
        """Answer one expected key."""
        for pattern, answer in self.questions():
            if re.search(pattern, key):
                value = answer()
                return like(want, value) if isinstance(value, bool) else value
        match = re.match(r"^(\w+?)_(blocked|allowed|prohibited)$", key)
        if match:
            allowed = self.ask(channel_name(match[1]))
            return like(want, allowed if match[2] == "allowed" else not allowed)
        raise NotInterpreted(f"expected key {key!r} cannot be interpreted")


def cease_communication(inputs: dict, expected: dict) -> None:
    """Run one example of a cease notice."""
    compare(expected, Cease(inputs).resolve)


def channel_block(inputs: dict, expected: dict) -> None:
    """Run one example of an unwanted medium or address."""
    compare(expected, Medium(inputs).resolve)
