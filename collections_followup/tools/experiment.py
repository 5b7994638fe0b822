"""Two policies on random halves: who gets which, and what the difference is worth.

Amounts are exact ``Decimal``; chances and intervals are ``float``, because they are estimates.

The share of debtors who paid is compared by Newcombe's interval for two proportions (Newcombe 1998,
method 10: Wilson's interval for each half), which stays honest when few have paid. The share of
money is a ratio of two sums that vary together; its variance is that of Cochran's ratio estimator
("Sampling Techniques", 1977, ch. 6), with the debtor as the unit that was drawn.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import sqrt
from statistics import NormalDist, fmean

from .amounts import ZERO
from .errors import ToolError

#: Of so many trials alike, that many intervals hold the truth.
CONFIDENCE = 0.95
#: Fewer debtors in a half say nothing that can be relied on.
FEWEST = 30


class Arm(StrEnum):
    """The halves of a trial."""

    A = "a"
    B = "b"


def arm_of(debtor: int, seed: str) -> Arm:
    """Return the half of a debtor: by chance, and the same whenever it is asked for."""
    digest = hashlib.sha256(f"{seed}:{debtor}".encode()).digest()
    return Arm.B if digest[0] & 1 else Arm.A


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a debtor: what was overdue on joining, what of it was paid in time, and
    after how many days all of it was, if it was."""

    owed: Decimal
    paid: Decimal
    days: int | None = None

    def __post_init__(self) -> None:
        if self.owed <= 0 or not 0 <= self.paid <= self.owed:
            raise ToolError(
                "outcome_invalid", "Nobody can pay less than nothing or more than is owed."
            )


@dataclass(frozen=True, slots=True)
class ArmResult:
    """A half in figures; shares are parts of one."""

    debtors: int
    owed: Decimal
    paid: Decimal
    in_full: int
    mean_days: float | None

    @property
    def money_share(self) -> float:
        """The part of what was owed that was paid."""
        return float(self.paid / self.owed) if self.owed else 0.0

    @property
    def debtor_share(self) -> float:
        """The part of the debtors who paid all of it."""
        return self.in_full / self.debtors if self.debtors else 0.0


@dataclass(frozen=True, slots=True)
class Difference:
    """B less A in points (parts of a hundred), and the bounds of its interval."""

    low: float
    points: float
    high: float

    @property
    def is_reliable(self) -> bool:
        """Whether no difference at all is out of the interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both halves and how they differ; no difference while a half has too few debtors."""

    a: ArmResult
    b: ArmResult
    money: Difference | None
    debtors: Difference | None


def compare(a: Sequence[Outcome], b: Sequence[Outcome], fewest: int = FEWEST) -> Comparison:
    """Return the halves and the differences between them."""
    results = summarize(a), summarize(b)
    if min(len(a), len(b)) < max(fewest, 2):
        return Comparison(*results, None, None)
    shares = newcombe(results[0].in_full, len(a), results[1].in_full, len(b))
    return Comparison(*results, ratio_difference(a, b), shares)


def summarize(outcomes: Sequence[Outcome]) -> ArmResult:
    """Return the figures of a half."""
    days = [outcome.days for outcome in outcomes if outcome.days is not None]
    return ArmResult(
        debtors=len(outcomes),
        owed=sum((outcome.owed for outcome in outcomes), ZERO),
        paid=sum((outcome.paid for outcome in outcomes), ZERO),
        in_full=sum(outcome.paid == outcome.owed for outcome in outcomes),
        mean_days=fmean(days) if days else None,
    )


def wilson(hits: int, count: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's interval of a share."""
    z = _z(confidence)
    share, z2 = hits / count, z * z
    middle = share + z2 / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z2 / (4 * count * count))
    return (
        max(0.0, (middle - spread) / (1 + z2 / count)) if hits else 0.0,
        min(1.0, (middle + spread) / (1 + z2 / count)) if hits < count else 1.0,
    )


def newcombe(
    hits_a: int, count_a: int, hits_b: int, count_b: int, confidence: float = CONFIDENCE
) -> Difference:
    """Return the difference of two shares, B less A, in points."""
    a, b = hits_a / count_a, hits_b / count_b
    (low_a, high_a), (low_b, high_b) = (
        wilson(hits_a, count_a, confidence),
        wilson(hits_b, count_b, confidence),
    )
    down = sqrt((b - low_b) ** 2 + (high_a - a) ** 2)
    up = sqrt((high_b - b) ** 2 + (a - low_a) ** 2)
    return _points(b - a - down, b - a, b - a + up)


def ratio_difference(
    a: Sequence[Outcome], b: Sequence[Outcome], confidence: float = CONFIDENCE
) -> Difference:
    """Return the difference of the shares of money that were paid, B less A, in points."""
    (share_a, variance_a), (share_b, variance_b) = _ratio(a), _ratio(b)
    spread = _z(confidence) * sqrt(variance_a + variance_b)
    middle = share_b - share_a
    return _points(middle - spread, middle, middle + spread)


def _ratio(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """Return the share of money paid and the variance of this estimate."""
    owed = [float(outcome.owed) for outcome in outcomes]
    paid = [float(outcome.paid) for outcome in outcomes]
    count, share = len(outcomes), sum(paid) / sum(owed)
    left = sum((p - share * o) ** 2 for o, p in zip(owed, paid, strict=True))
    return share, left / (count * (count - 1) * fmean(owed) ** 2)


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _points(low: float, middle: float, high: float) -> Difference:
    return Difference(100 * max(low, -1.0), 100 * middle, 100 * min(high, 1.0))
