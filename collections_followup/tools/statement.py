"""Statements of account: balances that run, and the days on which statements are sent."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from .errors import ToolError

FREQUENCIES = ("weekly", "monthly", "quarterly")


def running(amounts: Iterable[Decimal], opening: Decimal) -> list[Decimal]:
    """Return the balance after each amount."""
    balances, balance = [], opening
    for amount in amounts:
        balance += amount
        balances.append(balance)
    return balances


def next_day(frequency: str, day: int, after: date) -> date:
    """Return the first day after another one on which a statement is due.

    :param day: of the week (1 is Monday) or of the month; months that are shorter end earlier.
        Quarters begin with January.
    """
    if frequency not in FREQUENCIES or not 1 <= day <= (7 if frequency == "weekly" else 31):
        raise ToolError("schedule_invalid", "There is no such day.")
    if frequency == "weekly":
        return after + timedelta(days=(day - after.isoweekday() - 1) % 7 + 1)
    year, month = after.year, after.month
    while True:
        found = date(year, month, min(day, calendar.monthrange(year, month)[1]))
        if found > after and (frequency == "monthly" or month % 3 == 1):
            return found
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
