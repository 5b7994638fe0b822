"""A contact before it is made, as channels and contact rules see it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Proposal:
    """A contact somebody wants to make.

    :param key: identifies the proposal in answers
    :param case: identifier of the case
    :param debtor: identifier of the commercial partner
    :param company: identifier of the creditor company
    :param channel: code of the channel
    :param on: the day
    :param partner: the person who would be contacted, once resolved
    :param address: e-mail address or number, once resolved
    """

    key: int
    case: int
    debtor: int
    company: int
    channel: str
    on: date
    partner: int | None = None
    address: str | None = None


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
