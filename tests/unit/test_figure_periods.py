"""Periods of figures: ends of months, periods by name, and months for the count-back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools import figure_periods as periods
from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.kpi import MonthSales

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
TODAY = date(2026, 3, 16)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("last_30", date(2026, 2, 15), TODAY),
        ("last_90", date(2025, 12, 17), TODAY),
        ("this_month", date(2026, 3, 1), TODAY),
        ("last_month", date(2026, 2, 1), date(2026, 2, 28)),
        ("this_quarter", date(2026, 1, 1), TODAY),
        ("last_quarter", date(2025, 10, 1), date(2025, 12, 31)),
        ("this_year", date(2026, 1, 1), TODAY),
        ("last_12", date(2025, 3, 1), date(2026, 2, 28)),
    ],
)
def test_periods_by_name(name, first, last):
    assert periods.resolve(name, TODAY) == (first, last)


def test_an_unknown_period_is_refused():
    with pytest.raises(ToolError):
        periods.resolve("next_year", TODAY)


@given(DAYS)
def test_no_period_ends_before_it_begins_or_in_the_future(today):
    for name in periods.PRESETS:
        first, last = periods.resolve(name, today)
        assert first <= last <= today


@given(DAYS)
def test_the_end_of_a_month_is_followed_by_a_first(day):
    assert (periods.month_end(day) + timedelta(days=1)).day == 1
    assert periods.month_start(day) <= day <= periods.month_end(day)
    assert periods.previous_month_end(day) + timedelta(days=1) == periods.month_start(day)


def test_ends_of_months_that_are_over():
    ends = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]
    assert periods.month_ends(TODAY, 3) == ends
    assert periods.month_ends(date(2026, 2, 28), 3) == ends, "A day that ends a month counts"


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 3, 16), date(2026, 2, 16)),
        (date(2026, 3, 31), date(2026, 2, 28)),
        (date(2026, 3, 30), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2026, 1, 31)),
    ],
)
def test_a_month_before(day, before):
    assert periods.month_before(day) == before


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 2, 1), date(2026, 2, 28), 1),
        (date(2026, 1, 1), date(2026, 3, 31), 3),
        (date(2026, 3, 16), date(2026, 3, 16), 1),
        (date(2025, 3, 1), date(2026, 2, 28), 12),
    ],
)
def test_length_in_months(first, last, months):
    assert periods.months_in(first, last) == months


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ToolError):
        periods.days_in(date(2026, 3, 2), date(2026, 3, 1))


def test_share_of_a_month():
    april = date(2026, 4, 1)
    assert periods.share_of_month(april, date(2026, 4, 16), date(2026, 5, 3)) == Decimal("0.5")
    assert periods.share_of_month(april, date(2026, 1, 1), date(2026, 12, 31)) == 1
    assert periods.share_of_month(april, date(2026, 5, 1), date(2026, 5, 3)) == 0


@given(DAYS, st.integers(0, 400))
def test_shares_of_months_add_up_to_the_days(first, length):
    last = first + timedelta(days=length)
    months = periods.months_between(first, last)
    days = sum(
        periods.share_of_month(month, first, last) * periods.month_end(month).day
        for month in months
    )
    assert round(days) == length + 1


def test_months_for_the_countback():
    sales = {date(2026, 3, 1): Decimal(10), date(2026, 1, 1): Decimal(30)}
    assert periods.month_sales(TODAY, sales, 3) == [
        MonthSales(Decimal(10), 16),
        MonthSales(Decimal(0), 28),
        MonthSales(Decimal(30), 31),
    ]
