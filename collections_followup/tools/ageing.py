"""Ageing: which bucket an open item falls into, and the allowance by age."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .amounts import ZERO
from .errors import ToolError

#: More columns than these nobody reads, and none fit on a page.
MAX_LIMITS = 8
#: Ten years; more is a slip of the finger.
LONGEST = 3650


@dataclass(frozen=True)
class Bucket:
    """Days overdue from ``first`` to ``last``, both included; ``None`` means no bound."""

    name: str
    first: int | None
    last: int | None

    def holds(self, days_overdue: int) -> bool:
        """Tell whether an item this many days overdue belongs here."""
        after = self.first is None or days_overdue >= self.first
        return after and (self.last is None or days_overdue <= self.last)


def buckets(limits: Sequence[int] = (30, 60, 90), not_due: str = "not due") -> tuple[Bucket, ...]:
    """Return the buckets cut at ascending limits: not due, 1-30, 31-60, 61-90, over 90."""
    if not limits or list(limits) != sorted(set(limits)) or limits[0] < 1:
        raise ToolError(
            "buckets_invalid", "The limits of the buckets must be positive and ascending."
        )
    found, first = [Bucket(not_due, None, 0)], 1
    for limit in limits:
        found.append(Bucket(f"{first}-{limit}", first, limit))
        first = limit + 1
    return (*found, Bucket(f">{limits[-1]}", first, None))


def parse_limits(text: str) -> tuple[int, ...]:
    """Read limits as a person writes them: ``"30, 60, 90"``.

    :raise ToolError: when they are no ascending whole numbers of days, or too many
    """
    parts = [part.strip() for part in (text or "").replace(";", ",").split(",") if part.strip()]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        raise ToolError("limits_unreadable", "The limits must be whole numbers of days.")
    limits = tuple(int(part) for part in parts)
    buckets(limits)
    if len(limits) > MAX_LIMITS or limits[-1] > LONGEST:
        raise ToolError(
            "limits_too_many",
            "There can be %(count)s limits of at most %(days)s days.",
            {"count": MAX_LIMITS, "days": LONGEST},
        )
    return limits


def bucket_of(due: date, on: date, among: Sequence[Bucket]) -> Bucket:
    """Return the bucket of an item on a day; an item due that very day is not overdue."""
    days = (on - due).days
    for bucket in among:
        if bucket.holds(days):
            return bucket
    raise ToolError(
        "bucket_missing", "No bucket holds an item %(days)s days overdue.", {"days": days}
    )


def age(
    items: Iterable[tuple[date, Decimal]], on: date, among: Sequence[Bucket]
) -> dict[str, Decimal]:
    """Return the open amount of each bucket; empty buckets are there with zero.

    :param items: due date and open amount; credits are negative and lower their bucket.
    """
    totals = {bucket.name: ZERO for bucket in among}
    for due, amount in items:
        totals[bucket_of(due, on, among).name] += amount
    return totals


def residual(amount: Decimal, matched: Iterable[tuple[date, Decimal]], on: date) -> Decimal:
    """Return what was open of an item on a day: its amount less what had been matched by then.

    :param matched: day and amount of each match, with the sign of the item
    """
    return amount - sum((part for day, part in matched if day <= on), ZERO)
