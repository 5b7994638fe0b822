"""Day counts: how many days, and which part of a year, lie between two dates.

A span is written (start, end]: the start day is excluded and the end day included, because
late interest runs from the day after the due date and the day of payment counts
(Directive 2011/7/EU art. 3(3)(a), BGB section 187(1), LPCDIA 1998 s.4(2)).
"""

import calendar
from datetime import date
from enum import StrEnum
from fractions import Fraction


class DayCount(StrEnum):
    """The conventions found in practice; ``ACT_365`` is the default everywhere."""

    ACT_365 = "act/365"  # IT, PL, UK, IE, FR and ES practice: 365 also in leap years
    ACT_ACT = "act/act"  # one of three German practices: 366 for days of a leap year
    ACT_360 = "act/360"  # money-market contracts
    THIRTY_360 = "30/360"  # German commercial method (30E/360): every month has 30 days


def count_days(start: date, end: date, convention: DayCount = DayCount.ACT_365) -> int:
    """Return the number of interest days in (start, end]; 0 when ``end`` is not after ``start``.

    With 30/360 the 31st of a month counts as the 30th, so that neighbouring spans add up.
    """
    if end <= start:
        return 0
    if convention is not DayCount.THIRTY_360:
        return (end - start).days
    months = (end.year - start.year) * 12 + end.month - start.month
    return 30 * months + min(end.day, 30) - min(start.day, 30)


def portions(start: date, end: date, convention: DayCount) -> list[tuple[int, int]]:
    """Return ``[(days, divisor), …]`` for (start, end]: one entry a divisor.

    Only act/act can give more than one entry: days of a leap year are divided by 366.
    """
    if convention is not DayCount.ACT_ACT:
        divisor = 365 if convention is DayCount.ACT_365 else 360
        days = count_days(start, end, convention)
        return [(days, divisor)] if days else []
    found: list[tuple[int, int]] = []
    while start < end:
        year = start.year + 1 if (start.month, start.day) == (12, 31) else start.year
        stop = min(end, date(year, 12, 31))
        found.append(((stop - start).days, 366 if calendar.isleap(year) else 365))
        start = stop
    return found


def year_fraction(start: date, end: date, convention: DayCount = DayCount.ACT_365) -> Fraction:
    """Return the exact part of a year in (start, end]."""
    parts = portions(start, end, convention)
    return sum((Fraction(days, divisor) for days, divisor in parts), Fraction(0))
