"""Provision for bad debts: expected credit loss by ageing bucket (IFRS 9 B5.5.35).

Loss rates are percent. Amounts stay exact and are rounded where the caller says: the total is
the rounded exact total, so that it does not drift with the number of buckets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .amounts import CENT, ZERO, round_to
from .errors import ToolError


@dataclass(frozen=True)
class Exposure:
    """Open amount of one bucket and the part of it that will not be paid, in percent."""

    bucket: str
    gross: Decimal
    loss_pct: Decimal | Fraction

    @property
    def loss(self) -> Fraction:
        """Return the exact expected loss."""
        return Fraction(self.gross) * Fraction(self.loss_pct) / 100


@dataclass(frozen=True)
class Provision:
    """Expected loss by bucket and in total, each rounded by itself.

    :ivar exact_total: the unrounded total; ``total`` rounds it, so the buckets as printed may
        differ from it by a unit.
    """

    by_bucket: tuple[tuple[str, Decimal], ...]
    total: Decimal
    gross: Decimal
    exact_total: Fraction

    def adjustment(self, booked: Decimal) -> Decimal:
        """Return what is to be posted as expense; negative releases.

        :param booked: the credit balance of the allowance account, negative for a debit balance.
        """
        return self.total - booked

    @property
    def net(self) -> Decimal:
        """Return the receivables less the provision."""
        return self.gross - self.total


def provision(exposures: Sequence[Exposure], unit: Decimal = CENT) -> Provision:
    """Return the provision of a matrix: gross x lifetime loss rate of each bucket."""
    for exposure in exposures:
        if not 0 <= exposure.loss_pct <= 100:
            raise ToolError(
                "loss_rate_invalid",
                "The loss rate of %(bucket)s must lie between 0 and 100 percent, not %(rate)s.",
                {"bucket": exposure.bucket, "rate": exposure.loss_pct},
            )
    exact = sum((exposure.loss for exposure in exposures), Fraction(0))
    return Provision(
        by_bucket=tuple((e.bucket, round_to(e.loss, unit)) for e in exposures),
        total=round_to(exact, unit),
        gross=sum((exposure.gross for exposure in exposures), ZERO),
        exact_total=exact,
    )


@dataclass(frozen=True)
class Cohort:
    """Credit sales of a past period and when they were paid.

    :ivar sales: the total.
    :ivar paid: amount paid in each bucket, youngest first (the first is "on time").
    :ivar bucket_names: one more than ``paid``: the last bucket holds what was never paid.
    """

    sales: Decimal
    paid: tuple[Decimal, ...]
    bucket_names: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.bucket_names) != len(self.paid) + 1:
            raise ToolError(
                "cohort_invalid", "A cohort needs one more bucket than payments: the unpaid rest."
            )

    @property
    def reached(self) -> tuple[Decimal, ...]:
        """Return the amount that reached each bucket: sales less what was paid before."""
        found = [self.sales]
        for amount in self.paid:
            found.append(found[-1] - amount)
        return tuple(found)

    @property
    def unpaid(self) -> Decimal:
        """Return what was finally not paid."""
        return self.reached[-1]


def loss_rates(cohort: Cohort, factor: Decimal = Decimal(1)) -> dict[str, Fraction]:
    """Return the historical loss rate of each bucket in percent.

    Loss rate = finally unpaid / amount that reached the bucket. Keep it unrounded: 8.7 instead
    of 8.695652 changes the provision.

    :param factor: forward-looking adjustment (IFRS 9 5.5.17(c)): 1.1 for ten percent more.
        Rates stay at 100 at most.
    """
    unpaid = Fraction(cohort.unpaid)
    if unpaid < 0:
        raise ToolError("cohort_invalid", "More was paid than was sold.")
    rates = {}
    for name, reached in zip(cohort.bucket_names, cohort.reached, strict=True):
        rate = unpaid / Fraction(reached) * 100 * Fraction(factor) if reached else Fraction(0)
        rates[name] = min(Fraction(100), rate)
    return rates
