"""Periods of figures: the usual ones by name, months in them, and ends of months."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from .amounts import ZERO
from .errors import ToolError
from .kpi import MonthSales

#: Mean length of a month in days.
MONTH = Decimal("30.4375")
#: Periods that have a name; a custom one has two days instead.
PRESETS = (
    *("last_30", "last_90", "this_month", "last_month", "this_quarter", "last_quarter"),
    *("this_year", "last_12"),
)


def month_start(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def previous_month_end(day: date) -> date:
    """Return the last day of the month before that of a day."""
    return month_start(day) - timedelta(days=1)


def month_ends(last: date, count: int) -> list[date]:
    """Return the last days of ``count`` months, oldest first; the newest is over on ``last``."""
    found, day = [], last if last == month_end(last) else previous_month_end(last)
    for _number in range(count):
        found.append(day)
        day = previous_month_end(day)
    return found[::-1]


def month_before(day: date) -> date:
    """Return the same day a month earlier; the end of a month follows the end of a month."""
    before = previous_month_end(day)
    return before if day == month_end(day) else before.replace(day=min(day.day, before.day))


def months_between(start: date, end: date) -> list[date]:
    """Return the first day of each month that a period touches, oldest first."""
    found, day = [], month_start(start)
    while day <= end:
        found.append(day)
        day = month_end(day) + timedelta(days=1)
    return found


def days_in(start: date, end: date) -> int:
    """Return how many days a period has, both ends counted."""
    if end < start:
        raise ToolError("period_invalid", "A period cannot end before it begins.")
    return (end - start).days + 1


def months_in(start: date, end: date) -> int:
    """Return a period's length in months, rounded, and at least one: the N of the CEI."""
    return max(1, int((days_in(start, end) / MONTH).to_integral_value("ROUND_HALF_UP")))


def share_of_month(month: date, start: date, end: date) -> Decimal:
    """Return which part of a month lies in a period, from 0 to 1."""
    first, last = month_start(month), month_end(month)
    days = (min(last, end) - max(first, start)).days + 1
    return Decimal(max(0, days)) / days_in(first, last)


def month_sales(on: date, sales: Mapping[date, Decimal], count: int) -> list[MonthSales]:
    """Return the sales of ``count`` months for the count-back, most recent first.

    The month of ``on`` counts with the days it has had by then.

    :param sales: by first day of the month
    """
    found, last = [], on
    for _number in range(count):
        first = month_start(last)
        found.append(MonthSales(sales.get(first, ZERO), days_in(first, last)))
        last = first - timedelta(days=1)
    return found


def resolve(preset: str, today: date) -> tuple[date, date]:
    """Return first and last day of a period that has a name; no day is in the future."""
    quarter = today.replace(month=today.month - (today.month - 1) % 3, day=1)
    last_month, last_quarter = previous_month_end(today), quarter - timedelta(days=1)
    year_ago = month_start(today).replace(year=today.year - 1)
    periods = {
        "last_30": (today - timedelta(days=29), today),
        "last_90": (today - timedelta(days=89), today),
        "this_month": (month_start(today), today),
        "last_month": (month_start(last_month), last_month),
        "this_quarter": (quarter, today),
        "last_quarter": (last_quarter.replace(month=last_quarter.month - 2, day=1), last_quarter),
        "this_year": (today.replace(month=1, day=1), today),
        "last_12": (year_ago, last_month),
    }
    if preset not in periods:
        raise ToolError("period_unknown", "There is no period named so.")
    return periods[preset]
