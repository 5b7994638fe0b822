"""Score of a case for the work list: who to call first, and why.

Each factor is brought to 0..1, weighted, and added up to 0..100. Every part is returned with its
points and a sentence, so that the person on the phone sees what lifted a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from .amounts import CENT, ZERO
from .errors import ToolError

HUNDRED = Decimal(100)
LEVEL_UNIT = Decimal("0.0001")

#: Relative importance of each factor; only the proportions matter.
DEFAULT_WEIGHTS: Mapping[str, Decimal] = {
    "amount": Decimal(30),
    "age": Decimal(20),
    "broken_promises": Decimal(20),
    "silence": Decimal(10),
    "risk": Decimal(10),
    "trend": Decimal(10),
}


@dataclass(frozen=True)
class Scales:
    """The value at which a factor reaches half of its points, or all of them for ``_full``.

    :ivar amount_half: overdue amount in company currency.
    :ivar trend_full: days later than before that give all points.
    """

    amount_half: Decimal = Decimal(5000)
    age_half: Decimal = Decimal(60)
    broken_half: Decimal = Decimal(1)
    silence_half: Decimal = Decimal(14)
    trend_full: Decimal = Decimal(30)


@dataclass(frozen=True)
class Facts:
    """What is known of a debtor on the day of scoring.

    :ivar amount_overdue: in company currency; negative counts as zero.
    :ivar days_overdue: of the oldest open item.
    :ivar broken_promises: within the time the policy looks back.
    :ivar days_silent: since the last time the debtor answered; since the case began if never.
    :ivar risk: own risk grade from 0 (none) to 1 (worst).
    :ivar trend: mean days late of recent payments less that of earlier ones; positive is worse.
    """

    amount_overdue: Decimal = ZERO
    days_overdue: int = 0
    broken_promises: int = 0
    days_silent: int = 0
    risk: Decimal = ZERO
    trend: Decimal = ZERO


class Part(NamedTuple):
    """One factor: its share of its own scale (0..1), the points it gave, and a sentence."""

    factor: str
    level: Decimal
    points: Decimal
    template: str
    params: Mapping[str, Any]

    @property
    def sentence(self) -> str:
        """Return the English sentence."""
        return self.template % self.params


class Score(NamedTuple):
    """0..100 with two decimals; the points of the parts add up to it exactly."""

    value: Decimal
    parts: tuple[Part, ...]


def score(
    facts: Facts,
    weights: Mapping[str, Decimal] = DEFAULT_WEIGHTS,
    scales: Scales = Scales(),
) -> Score:
    """Score one debtor; more overdue, older, more broken, more silent, riskier: never lower."""
    given = points(facts, weights, scales)
    parts = tuple(
        _part(factor, level, given[factor], facts)
        for factor, level in _levels(facts, scales).items()
    )
    return Score(sum(given.values(), ZERO), parts)


def points(
    facts: Facts,
    weights: Mapping[str, Decimal] = DEFAULT_WEIGHTS,
    scales: Scales = Scales(),
) -> dict[str, Decimal]:
    """Points of each factor, which add up to the score: what is kept of many thousand debtors."""
    most = _most_points(tuple(weights.items()))
    # Cut, not rounded: so the parts can never add up to more than 100.
    return {
        factor: (level * most[factor]).quantize(CENT, ROUND_DOWN)
        for factor, level in _levels(facts, scales).items()
    }


@lru_cache(maxsize=64)
def _most_points(weights: tuple[tuple[str, Decimal], ...]) -> Mapping[str, Decimal]:
    """Points of each factor at its highest, 100 in all."""
    known = dict(weights)
    total = _check_weights(known)
    return {factor: known.get(factor, ZERO) / total * HUNDRED for factor in _FIELDS}


def _levels(facts: Facts, scales: Scales) -> dict[str, Decimal]:
    return {
        "amount": _saturate(facts.amount_overdue, scales.amount_half),
        "age": _saturate(Decimal(facts.days_overdue), scales.age_half),
        "broken_promises": _saturate(Decimal(facts.broken_promises), scales.broken_half),
        "silence": _saturate(Decimal(facts.days_silent), scales.silence_half),
        "risk": min(Decimal(1), max(ZERO, facts.risk)),
        "trend": min(Decimal(1), max(ZERO, facts.trend / scales.trend_full)),
    }


def _saturate(value: Decimal, half: Decimal) -> Decimal:
    """Return value / (value + half): 0 at zero, 1/2 at ``half``, towards 1 beyond.

    One huge invoice must not flatten the differences between all other cases.
    """
    return value / (value + half) if value > 0 else ZERO


_TEMPLATES = {
    "amount": "%(amount_overdue)s overdue",
    "age": "oldest item %(days_overdue)s days overdue",
    "broken_promises": "%(broken_promises)s broken promises",
    "silence": "no answer for %(days_silent)s days",
    "risk": "risk grade %(risk)s of 1",
    "trend": "payments %(trend)s days later than before",
}
_FIELDS = {
    "amount": "amount_overdue",
    "age": "days_overdue",
    "broken_promises": "broken_promises",
    "silence": "days_silent",
    "risk": "risk",
    "trend": "trend",
}


def _part(factor: str, level: Decimal, given: Decimal, facts: Facts) -> Part:
    name = _FIELDS[factor]
    rounded = level.quantize(LEVEL_UNIT, ROUND_HALF_UP)
    return Part(factor, rounded, given, _TEMPLATES[factor], {name: getattr(facts, name)})


def _check_weights(weights: Mapping[str, Decimal]) -> Decimal:
    unknown = sorted(set(weights) - set(_FIELDS))
    if unknown:
        raise ToolError(
            "weight_unknown",
            "The score has no factor named %(factors)s.",
            {"factors": ", ".join(unknown)},
        )
    total = sum(weights.values(), ZERO)
    if total <= 0 or any(weight < 0 for weight in weights.values()):
        raise ToolError(
            "weights_invalid", "The weights must not be negative and must not all be zero."
        )
    return total
