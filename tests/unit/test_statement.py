"""Running balances, and the days of schedules."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.statement import FREQUENCIES, next_day, running

AMOUNTS = st.lists(st.decimals("-1000", "1000", places=2))


@given(AMOUNTS, st.decimals("-1000", "1000", places=2))
def test_the_last_balance_is_the_sum(amounts, opening):
    balances = running(amounts, opening)
    assert len(balances) == len(amounts)
    assert (balances or [opening])[-1] == opening + sum(amounts, Decimal(0))


@pytest.mark.parametrize(
    ("frequency", "day", "after", "expected"),
    [
        ("weekly", 1, date(2026, 3, 16), date(2026, 3, 23)),
        ("weekly", 5, date(2026, 3, 16), date(2026, 3, 20)),
        ("monthly", 1, date(2026, 3, 16), date(2026, 4, 1)),
        ("monthly", 16, date(2026, 3, 15), date(2026, 3, 16)),
        ("monthly", 31, date(2026, 4, 1), date(2026, 4, 30)),
        ("monthly", 31, date(2026, 1, 31), date(2026, 2, 28)),
        ("quarterly", 10, date(2026, 1, 10), date(2026, 4, 10)),
        ("quarterly", 5, date(2026, 11, 1), date(2027, 1, 5)),
    ],
)
def test_the_next_day(frequency, day, after, expected):
    assert next_day(frequency, day, after) == expected


@given(st.sampled_from(FREQUENCIES), st.integers(1, 7), st.dates(date(2000, 1, 1)))
def test_the_next_day_is_later_and_not_too_late(frequency, day, after):
    if after.year < 9990:
        assert 0 < (next_day(frequency, day, after) - after).days <= 92


@pytest.mark.parametrize(("frequency", "day"), [("weekly", 8), ("monthly", 0), ("yearly", 1)])
def test_days_that_do_not_exist(frequency, day):
    with pytest.raises(ToolError):
        next_day(frequency, day, date(2026, 1, 1))
