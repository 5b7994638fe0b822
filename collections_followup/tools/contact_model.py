"""Vocabulary of the contact rules: what a rule, a contact, a person's wishes and a verdict are.

Everything here is frozen and free of behaviour that needs a clock. Moments are aware
``datetime`` objects; days are calendar days in the first of the person's time zones.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

ELECTRONIC = frozenset({"email", "sms", "whatsapp", "chat", "social", "portal"})
"""Media that leave a message at an electronic address (12 CFR 1006.6(e))."""

CALLS = frozenset({"phone", "prerecorded_call", "ringless_voicemail"})
"""Media that are a telephone call; a ringless voicemail is one (12 CFR 1006, comment 14(b)-1)."""

BYSTANDERS = frozenset(
    {"attorney", "credit_bureau", "creditor", "creditor_attorney", "collector_attorney"}
)
"""Roles whose calls never count (12 CFR 1006.14(b)(3)(iii) with 1006.6(d)(1)(ii)-(vi))."""

Hours = tuple[int, int] | None
"""Opening and closing minute of a day, closing excluded; None = closed."""


@dataclass(frozen=True, slots=True)
class ContactRule:
    """One rule of law or of the house. ``kind`` names the check that reads the parameters.

    ``channels`` empty means every channel. ``unit`` is what the limits are counted per:
    ``debt`` (person and debt, or account) or ``person``. ``basis`` says which contacts count:
    ``connected`` (calls that reached the dialed number) or ``attempt`` (every one).
    Windows and cooldowns are whole calendar days, the first event's day being day one.
    """

    code: str
    kind: str
    policy: str = ""
    name: str = ""
    legal_source: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    country: str = ""
    state: str = ""
    locality: str = ""
    debtor_type: str = "any"
    party: str = "any"
    channels: frozenset[str] = frozenset()
    mode: str = "block"
    active: bool = True
    # frequency
    unit: str = "debt"
    basis: str = "connected"
    window_days: int = 7
    max_attempts: int | None = None
    max_attempts_without_consent: int | None = None
    max_conversations_day: int | None = None
    max_conversations_window: int | None = None
    cooldown_days: int = 0
    consent_days: int = 0
    places: frozenset[str] = frozenset()
    not_places: frozenset[str] = frozenset()
    # soft warnings
    rapid_minutes: int = 0
    concentrated_per_day: int = 0
    # hours
    hours: tuple[Hours, ...] = ()
    holiday_hours: Hours = None
    time_zones: str = "intersection"
    consumer_may_widen: bool = False
    # media, place, documents
    consent_lifts: bool = False
    request_days: int = 0
    location_contacts: int | None = None
    notice_days: int = 0
    validity_days: int = 0
    retention_years: int = 0


@dataclass(frozen=True, slots=True)
class ProposedContact:
    """A contact somebody wants to make at ``at`` (aware datetime; electronic: when it is sent).

    ``debts`` are the debts it is meant to be about. ``place`` is ``home``, ``work``, ``other``
    or empty when the medium is tied to no place. ``purpose`` is empty for ordinary collection.
    """

    at: datetime
    channel: str
    debts: tuple[str, ...] = ()
    role: str = "consumer"
    person_id: str = ""
    address: str = ""
    place: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class PastContact:
    """A contact that took place or was attempted.

    ``raised`` are debts the consumer brought up; ``counted_for`` is the collector's own choice
    of debt where the law leaves one. ``names_debt`` marks a voicemail that refers to its debts,
    ``general`` a conversation in which no particular debt was discussed.
    """

    at: datetime
    channel: str
    direction: str = "out"
    debts: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
    counted_for: tuple[str, ...] = ()
    role: str = "consumer"
    person_id: str = ""
    address: str = ""
    place: str = ""
    purpose: str = ""
    connected: bool = True
    conversation: bool = False
    voicemail: bool = False
    names_debt: bool = False
    general: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """Prior consent to further calls, given directly to the collector.

    ``debts`` empty means every debt. ``first_day`` and ``last_day`` narrow it to what the person
    said ("call back on Monday"); the rule's own maximum applies anyway.
    """

    received_at: datetime
    debts: frozenset[str] = frozenset()
    first_day: date | None = None
    last_day: date | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BlockedTime:
    """A recurring time the person called inconvenient, local time, ``end`` excluded.

    Minutes since midnight; ``weekdays`` 0 = Monday; empty ``channels`` = every channel.
    """

    weekdays: frozenset[int] = frozenset(range(7))
    start: int = 0
    end: int = 1440
    first_day: date | None = None
    last_day: date | None = None
    channels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OptOut:
    """A request not to use a medium, or one address of it. Empty ``channels`` = every medium."""

    channels: frozenset[str] = frozenset()
    address: str = ""
    since: date = date.min


@dataclass(frozen=True, slots=True)
class CeaseRequest:
    """A written refusal to pay or wish for silence; it counts from the day of receipt."""

    received: date
    debts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Attorney:
    """Known legal representation. Empty ``debts`` = every debt."""

    known_from: date
    debts: frozenset[str] = frozenset()
    unresponsive_from: date | None = None
    consents: bool = False


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """How an e-mail address or a number for texts was obtained and used.

    ``basis``: ``consumer_used``, ``consent``, ``creditor_notice`` or ``prior_collector``.
    ``confirmed`` is the latest day of use, consent or reassignment check (texts).
    """

    address: str
    basis: str = ""
    notice_sent: date | None = None
    opt_out_by: date | None = None
    public_domain: bool = True
    employer_provided: bool = False
    prior_used: bool = False
    disclosed_to_others: bool = False
    confirmed: date | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known about one person when a contact is judged.

    ``time_zones``: every zone where the person might be (number, address); the first is the one
    in which days are counted. ``blocked_places`` are places the person asked to be left alone at.
    """

    time_zones: tuple[ZoneInfo, ...] = ()
    country: str = ""
    state: str = ""
    locality: str = ""
    debtor_type: str = "consumer"
    party: str = "third"
    holidays: frozenset[date] = frozenset()
    debts: tuple[str, ...] = ()
    debt_groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    consents: tuple[Consent, ...] = ()
    electronic_consent: bool = False
    blocked_times: tuple[BlockedTime, ...] = ()
    preferred_times: tuple[BlockedTime, ...] = ()
    blocked_places: frozenset[str] = frozenset()
    opt_outs: tuple[OptOut, ...] = ()
    cease: tuple[CeaseRequest, ...] = ()
    attorney: Attorney | None = None
    wrong_numbers: frozenset[str] = frozenset()
    addresses: Mapping[str, AddressRecord] = field(default_factory=lambda: MappingProxyType({}))
    employer_prohibits: bool = False
    employer_request: date | None = None
    work_consent: bool = False
    third_party_consent: bool = False
    location_again: frozenset[str] = frozenset()
    disputed_debts: frozenset[str] = frozenset()
    initial_communication: date | None = None
    validation_sent: date | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's objection. ``message`` is a template for ``params``, so Odoo can translate it.

    ``earliest`` is the first moment (UTC) from the proposed one on that this rule allows;
    None means no moment at all while the facts stay as they are.
    """

    code: str
    message: str
    params: Mapping[str, object]
    rule: str
    mode: str
    earliest: datetime | None = None

    @property
    def text(self) -> str:
        """Return the sentence in English."""
        return self.message % self.params


@dataclass(frozen=True, slots=True)
class Verdict:
    """May the contact be made?

    Refused: ``mode`` is ``block`` and code, message and rule are those of the first objection.
    Allowed with objections of warning rules only: ``mode`` is ``warn`` and the first warning
    speaks. Allowed without any: ``mode`` is None, ``code`` is ``ok``. ``earliest`` is the first
    moment (UTC, not before the proposed one) at which every blocking rule allows the contact.
    """

    allowed: bool
    mode: str | None
    code: str
    message: str
    params: Mapping[str, object]
    earliest: datetime | None
    rule: str
    warnings: tuple[Finding, ...] = ()
    blocks: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """Return the sentence in English."""
        return self.message % self.params
