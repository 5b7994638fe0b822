"""Dated reference rates: look one up, and refuse a period for which none is published.

The values ship in ``data/reference_rates.json`` with the source of each; the same file feeds the
records a user can edit. All rates are percent per annum.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from .errors import ToolError

DATA_FILE = Path(__file__).parent.parent / "data" / "reference_rates.json"


class RateStep(StrEnum):
    """How long a published value lasts."""

    HALF_YEAR = "half_year"  # until 30 June or 31 December, never longer
    CHANGE = "change"  # until the next value, and at most to the day the series is known


@dataclass(frozen=True)
class Rate:
    """One published value, in percent per annum, valid from ``date_from``."""

    date_from: date
    rate: Decimal
    source: str = ""
    verified: bool = True


class MissingRateError(ToolError):
    """No rate is published for a period; ``params``: series, period, date_from, date_to."""

    def __init__(self, series: str, date_from: date, date_to: date) -> None:
        super().__init__(
            "rate_missing",
            "No rate of the series %(series)s is published for %(period)s "
            "(%(date_from)s to %(date_to)s), so interest cannot be computed.",
            {
                "series": series,
                "period": half_year_label(date_from),
                "date_from": date_from,
                "date_to": date_to,
            },
        )


@dataclass(frozen=True)
class RateSeries:
    """A named list of dated rates, oldest first.

    ``known_until`` is the last day for which the publisher's last value is known to hold; a
    half-yearly value ends with its half-year in any case.
    """

    code: str
    rates: tuple[Rate, ...]
    step: RateStep = RateStep.HALF_YEAR
    known_until: date | None = None
    country: str = ""
    name: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.rates, key=lambda rate: rate.date_from))
        object.__setattr__(self, "rates", ordered)

    def lookup(self, on: date) -> Rate:
        """Return the rate in force on a day, or raise ``MissingRateError``."""
        index = bisect_right(self.rates, on, key=lambda rate: rate.date_from) - 1
        if index >= 0:
            found = self.rates[index]
            if on <= self._last_day(found, is_last=index == len(self.rates) - 1):
                return found
        raise MissingRateError(self.code, *self._gap(on, index))

    def starts(self, first: date, last: date) -> list[date]:
        """Return the days in ``first``..``last`` on which another value may begin."""
        if self.step is RateStep.HALF_YEAR:
            days = set(half_year_starts(first, last))
        else:
            days = set()
        days.update(rate.date_from for rate in self.rates if first <= rate.date_from <= last)
        return sorted(days)

    def with_rates(self, rates: Iterable[Rate]) -> "RateSeries":
        """Return a copy with rates added; a value of the same date is replaced."""
        merged = {rate.date_from: rate for rate in (*self.rates, *rates)}
        return replace(self, rates=tuple(merged.values()))

    def _last_day(self, rate: Rate, *, is_last: bool) -> date:
        if self.step is RateStep.HALF_YEAR:
            return half_year_end(rate.date_from)
        return (self.known_until or date.max) if is_last else date.max

    def _gap(self, on: date, index: int) -> tuple[date, date]:
        """Return the days without a rate around ``on``, cut to its half-year."""
        start, end = half_year_start(on), half_year_end(on)
        if index + 1 < len(self.rates):
            end = min(end, self.rates[index + 1].date_from - timedelta(days=1))
        known = self.known_until if self.step is RateStep.CHANGE else None
        if known and index >= 0:
            start = max(start, known + timedelta(days=1))
        return start, end


def half_year_start(on: date) -> date:
    """Return 1 January or 1 July, whichever begins the half-year of a day."""
    return date(on.year, 1 if on.month <= 6 else 7, 1)


def half_year_end(on: date) -> date:
    """Return 30 June or 31 December, whichever ends the half-year of a day."""
    return date(on.year, 6, 30) if on.month <= 6 else date(on.year, 12, 31)


def half_year_label(on: date) -> str:
    """Return for example ``2027H1``."""
    return f"{on.year}H{1 if on.month <= 6 else 2}"


def half_year_starts(first: date, last: date) -> list[date]:
    """Return every 1 January and 1 July from ``first`` to ``last``, both included."""
    days = (date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 7))
    return [day for day in days if first <= day <= last]


def parse_series(data: Mapping[str, Any]) -> dict[str, RateSeries]:
    """Turn the content of the data file into rate series by code."""
    return {row["code"]: _parse_one(row) for row in data["series"]}


@cache
def shipped_series() -> Mapping[str, RateSeries]:
    """Return the series that ship with the addon, by code."""
    return parse_series(json.loads(DATA_FILE.read_text(encoding="utf-8")))


def _parse_one(row: Mapping[str, Any]) -> RateSeries:
    rates = tuple(
        Rate(
            date_from=date.fromisoformat(rate["date_from"]),
            rate=Decimal(rate["rate"]),
            source=rate.get("source") or row["source"],
            verified=rate["verified"],
        )
        for rate in row["rates"]
    )
    known = row.get("known_until")
    return RateSeries(
        code=row["code"],
        rates=rates,
        step=RateStep(row["step"]),
        known_until=date.fromisoformat(known) if known else None,
        country=row["country"],
        name=row["name"],
        source=row["source"],
    )
