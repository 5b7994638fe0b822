"""Legal public holidays of the United States, 5 U.S.C. 6103(a)."""

from datetime import date, timedelta
from functools import lru_cache

MON, THU = 0, 3
JUNETEENTH_SINCE = 2021
KING_SINCE = 1986


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    """Return the ``number``-th weekday of a month; ``-1`` is the last one."""
    if number > 0:
        first = date(year, month, 1)
        offset = (weekday - first.weekday()) % 7
        return first + timedelta(days=offset + 7 * (number - 1))
    following = date(year + month // 12, month % 12 + 1, 1)
    last = following - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


@lru_cache(maxsize=64)
def federal_holidays(year: int, observed: bool = False) -> frozenset[date]:
    """Return the legal public holidays of a year.

    :param observed: add the Friday before a Saturday holiday and the Monday after a Sunday one
        (6103(b) and Executive Order 11582: days off of federal employees). Regulation F refers
        to the days of 6103(a) themselves, so this is off by default; with it a period that
        leaves holidays out can only become longer.
    """
    days = {
        date(year, 1, 1),
        _nth(year, 2, MON, 3),
        _nth(year, 5, MON, -1),
        date(year, 7, 4),
        _nth(year, 9, MON, 1),
        _nth(year, 10, MON, 2),
        date(year, 11, 11),
        _nth(year, 11, THU, 4),
        date(year, 12, 25),
    }
    if year >= KING_SINCE:
        days.add(_nth(year, 1, MON, 3))
    if year >= JUNETEENTH_SINCE:
        days.add(date(year, 6, 19))
    if observed:
        days |= {day - timedelta(days=1) for day in days if day.weekday() == 5}
        days |= {day + timedelta(days=1) for day in days if day.weekday() == 6}
        if date(year + 1, 1, 1).weekday() == 5:
            days.add(date(year, 12, 31))
    return frozenset(days)


def add_business_days(start: date, number: int, observed: bool = False) -> date:
    """Return the day ``number`` business days after ``start``.

    Saturdays, Sundays and the holidays of ``federal_holidays`` are left out; ``start`` itself
    is not counted.
    """
    day = start
    while number > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in federal_holidays(day.year, observed):
            number -= 1
    return day
