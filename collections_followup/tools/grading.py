"""Own risk grade of a debtor, A to E, from how it has paid; each part with its points.

A hundred points are the worst. What is not known yet counts half: a new customer is neither good
nor bad.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .amounts import CENT, ZERO

GRADES = ("A", "B", "C", "D", "E")
#: The most points of each grade but the last.
MOST = (Decimal(15), Decimal(30), Decimal(50), Decimal(70))

#: The most points that a part can give; a hundred in all.
WEIGHTS = {
    "days_late": Decimal(30),
    "share_late": Decimal(20),
    "broken": Decimal(15),
    "bounced": Decimal(15),
    "relation": Decimal(10),
    "used": Decimal(10),
}
#: What brings all points of a part.
FULL_DAYS, FULL_BROKEN, FULL_BOUNCED = Decimal(60), Decimal(3), Decimal(2)
#: From so many months on a relation is an old one.
OLD_MONTHS = Decimal(24)
#: Up to this part of the limit, its use says nothing.
FREE_PERCENT, FULL_PERCENT = Decimal(50), Decimal(100)
HALF = Decimal("0.5")


@dataclass(frozen=True)
class Behaviour:
    """How a debtor has paid of late; disputed items are left out by the caller.

    :ivar days_late: mean days late of what was paid or is overdue, weighted by amount;
        ``None`` when nothing has fallen due yet
    :ivar share_late: percent of that amount which was, or is, late; ``None`` likewise
    :ivar broken: broken promises and plans
    :ivar bounced: payments that came back
    :ivar months: since the first invoice
    :ivar used_percent: exposure in percent of the limit; ``None`` without a limit
    """

    days_late: Decimal | None = None
    share_late: Decimal | None = None
    broken: int = 0
    bounced: int = 0
    months: int = 0
    used_percent: Decimal | None = None


class Part(NamedTuple):
    """Points of one part out of the most it can give, and the figure behind it."""

    code: str
    points: Decimal
    most: Decimal
    value: Decimal | None


class Grade(NamedTuple):
    """The grade, its points, which the parts add up to exactly, and the parts."""

    letter: str
    points: Decimal
    parts: tuple[Part, ...]


def grade(behaviour: Behaviour) -> Grade:
    """Return the grade; later, more broken, more returned, newer, fuller: never a better one."""
    parts = tuple(
        Part(code, (level * WEIGHTS[code]).quantize(CENT, ROUND_HALF_UP), WEIGHTS[code], value)
        for code, level, value in _levels(behaviour)
    )
    points = sum((part.points for part in parts), ZERO)
    return Grade(letter_of(points), points, parts)


def letter_of(points: Decimal) -> str:
    """Return the grade that a number of points stands for."""
    return next((g for g, most in zip(GRADES, MOST, strict=False) if points <= most), GRADES[-1])


def risk_of(letter: str) -> Decimal:
    """Return what a grade counts as a risk from 0 (the best) to 1 (the worst)."""
    return Decimal(GRADES.index(letter)) / (len(GRADES) - 1)


def _levels(b: Behaviour) -> tuple[tuple[str, Decimal, Decimal | None], ...]:
    spare = FULL_PERCENT - FREE_PERCENT
    return (
        ("days_late", _level(b.days_late, FULL_DAYS), b.days_late),
        ("share_late", _level(b.share_late, Decimal(100)), b.share_late),
        ("broken", _level(Decimal(b.broken), FULL_BROKEN), Decimal(b.broken)),
        ("bounced", _level(Decimal(b.bounced), FULL_BOUNCED), Decimal(b.bounced)),
        ("relation", _level(OLD_MONTHS - Decimal(b.months), OLD_MONTHS), Decimal(b.months)),
        (
            "used",
            _level(None if b.used_percent is None else b.used_percent - FREE_PERCENT, spare),
            b.used_percent,
        ),
    )


def _level(value: Decimal | None, full: Decimal) -> Decimal:
    """Return 0 for nothing, 1 for ``full`` and beyond, one half for what is not known."""
    if value is None:
        return HALF
    return min(Decimal(1), max(ZERO, value / full))
