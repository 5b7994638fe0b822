"""A contact before it is made, as channels and contact rules see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contact somebody wants to make.

    :param key: identifies the proposal in answers
    :param case: identifier of the case
    :param debtor: identifier of the commercial partner
    :param company: identifier of the creditor company
    :param channel: code of the channel
    :param on: the day
    :param at: the aware moment at which it would be made; ``None`` while it is only planned for
        the day
    :param partner: the person who would be contacted, once resolved
    :param address: e-mail address or number, once resolved
    :param by_hand: a person makes the contact, and has the case before their eyes
    :param role: who is contacted, as the contact rules call it
    :param purpose: what for, where contact rules make a difference
    :param person: who of the third parties is asked, as the history calls them
    """

    key: int
    case: int
    debtor: int
    company: int
    channel: str
    on: date
    partner: int | None = None
    address: str | None = None
    at: datetime | None = None
    by_hand: bool = False
    role: str = "consumer"
    purpose: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a proposed contact must not be made.

    :param earliest: the first aware moment (UTC) at which no rule objects, if there is one
    :param message: template of a sentence that says more than the code, with its ``params``
    """

    code: str
    message: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    earliest: datetime | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is contacted and where; with a ``code``, why that is not possible."""

    partner: int
    address: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact person of a debtor, in order of preference."""

    partner: int
    email: str | None
    email_normalized: str | None
    email_blacklisted: bool
    phone: str | None
    phone_sanitized: str | None
    phone_blacklisted: bool
    postal: bool
    stops: Sequence[str] = ()

    def refuses(self, channel: str) -> str | None:
        """Return the code of the opt-out that closes a channel for this person, if there is one.

        ``stops`` are ``channel:code``; the channel ``all`` closes every one.
        """
        for stop in self.stops:
            closed, _colon, code = stop.partition(":")
            if closed in (channel, "all"):
                return code
        return None
