"""Dates of a payment plan: rhythm, end of month, business days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from .errors import ToolError

SATURDAY_SUNDAY = frozenset({5, 6})  # as date.weekday() counts: Monday is 0


class Rhythm(StrEnum):
    """How often a line falls due."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


PERIODS_PER_YEAR = {
    Rhythm.WEEKLY: 52,
    Rhythm.FORTNIGHTLY: 26,
    Rhythm.MONTHLY: 12,
    Rhythm.QUARTERLY: 4,
}
_STEPS = {
    Rhythm.WEEKLY: relativedelta(weeks=1),
    Rhythm.FORTNIGHTLY: relativedelta(weeks=2),
    Rhythm.MONTHLY: relativedelta(months=1),
    Rhythm.QUARTERLY: relativedelta(months=3),
}


class BusinessDay(StrEnum):
    """What happens to a date on a weekend or holiday."""

    KEEP = "keep"
    FOLLOWING = "following"  # BGB 193: performance moves to the next working day
    PRECEDING = "preceding"
    MODIFIED_FOLLOWING = "modified following"  # following, but never into the next month


@dataclass(frozen=True)
class Calendar:
    """Days on which nothing falls due; weekends differ by country (Friday and Saturday in SA)."""

    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: Collection[date] = frozenset()
    rule: BusinessDay = BusinessDay.KEEP

    def __post_init__(self) -> None:
        if len(self.weekend) > 6:
            raise ToolError("calendar_invalid", "A week needs at least one business day.")

    def is_business_day(self, day: date) -> bool:
        """Tell whether payments can fall due on a day."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def adjust(self, day: date) -> date:
        """Move a day that is no business day as the rule says."""
        if self.rule is BusinessDay.KEEP or self.is_business_day(day):
            return day
        if self.rule is BusinessDay.PRECEDING:
            return self._walk(day, -1)
        moved = self._walk(day, 1)
        if self.rule is BusinessDay.MODIFIED_FOLLOWING and moved.month != day.month:
            return self._walk(day, -1)
        return moved

    def _walk(self, day: date, step: int) -> date:
        while not self.is_business_day(day):
            day += timedelta(days=step)
        return day


NO_CALENDAR = Calendar()


def plan_dates(
    first: date,
    count: int,
    rhythm: Rhythm,
    calendar: Calendar = NO_CALENDAR,
    end_of_month: bool = True,
) -> tuple[date, ...]:
    """Return the due dates of ``count`` lines from ``first`` on.

    Every date is counted from the first one, so that a short month does not shift the later
    ones: 31 January, 28 February, 31 March.

    :param end_of_month: a plan that starts on the last day of a month stays on last days.
    """
    if count < 1:
        raise ToolError("plan_empty", "A plan needs at least one line.")
    step = _STEPS[rhythm]
    days = [first + step * index for index in range(count)]
    if end_of_month and step.months and _is_month_end(first):
        days = [day + relativedelta(day=31) for day in days]
    return tuple(calendar.adjust(day) for day in days)


def check_dates(days: Sequence[date], not_before: date) -> tuple[date, ...]:
    """Return custom dates unchanged, or refuse them when out of order or in the past."""
    if not days:
        raise ToolError("plan_empty", "A plan needs at least one line.")
    if days[0] < not_before:
        raise ToolError(
            "date_in_past",
            "The first date %(date)s is before %(not_before)s.",
            {"date": days[0], "not_before": not_before},
        )
    for earlier, later in pairwise(days):
        if later <= earlier:
            raise ToolError(
                "dates_unordered",
                "The date %(later)s does not come after %(earlier)s.",
                {"earlier": earlier, "later": later},
            )
    return tuple(days)


def _is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
