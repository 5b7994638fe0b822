"""Ageing: which bucket an open item falls into, and the allowance by age."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .amounts import ZERO
from .errors import ToolError


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
