"""Compound interest, for judgments and contracts that allow it; never for late payment in the EU.

Each full period adds its interest to the base; the days left over bear simple interest.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from dateutil.relativedelta import relativedelta

from .errors import ToolError


class Compounding(StrEnum):
    """How often interest joins the base."""

    ANNUAL = "annual"
    HALF_YEARLY = "half-yearly"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    DAILY = "daily"


_MONTHS = {
    Compounding.ANNUAL: 12,
    Compounding.HALF_YEARLY: 6,
    Compounding.QUARTERLY: 3,
    Compounding.MONTHLY: 1,
}


def compound_interest(
    principal: Decimal,
    rate: Decimal,
    start: date,
    end: date,
    compounding: Compounding = Compounding.ANNUAL,
    divisor: int = 365,
) -> Fraction:
    """Return the exact interest from ``start`` to ``end``; round it with ``round_to``.

    :param rate: percent per annum.
    :param divisor: days of a year for daily compounding and for the days left over.
    """
    if end < start:
        raise ToolError(
            "dates_reversed",
            "The period ends on %(end)s, before it starts on %(start)s.",
            {"start": start, "end": end},
        )
    yearly = Fraction(rate) / 100
    if compounding is Compounding.DAILY:
        growth = (1 + yearly / divisor) ** (end - start).days
    else:
        months = _MONTHS[compounding]
        periods, last = _full_periods(start, end, months)
        growth = (1 + yearly * months / 12) ** periods
        growth *= 1 + yearly * (end - last).days / divisor
    return Fraction(principal) * (growth - 1)


def _full_periods(start: date, end: date, months: int) -> tuple[int, date]:
    """Return how many whole periods fit and the anniversary that ends the last of them."""
    gap = relativedelta(end, start)
    periods = (gap.years * 12 + gap.months) // months
    return periods, start + relativedelta(months=periods * months)
