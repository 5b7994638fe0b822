"""Late interest: segments, payments, caps, grace, refusals."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.amounts import (
    ceil_to,
    floor_to,
    round_to,
    split_pro_rata,
)
from odoo.addons.collections_followup.tools.compound import Compounding, compound_interest
from odoo.addons.collections_followup.tools.daycount import DayCount
from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.interest import (
    Claim,
    Payment,
    interest_of_days,
    late_interest,
)
from odoo.addons.collections_followup.tools.rates import MissingRateError, shipped_series
from odoo.addons.collections_followup.tools.regimes import (
    REGIMES,
    GraceMode,
    PaymentsTo,
    Rounding,
    contractual,
)

SERIES = shipped_series()
DAYS = st.dates(date(2016, 1, 1), date(2026, 12, 31))
AMOUNTS = st.decimals("0.01", "1000000", places=2)
STATUTES = st.sampled_from([regime for regime in REGIMES.values() if regime.series])


def claim(principal="1000", due=date(2025, 3, 31), until=date(2025, 4, 30), **options):
    return Claim(Decimal(principal), due, until, **options)


def test_first_interest_day_is_the_day_after_and_the_last_counts():
    result = late_interest(claim(until=date(2025, 4, 1)), REGIMES["IT"], SERIES)
    assert result.days == 1
    assert result.segments[0].date_from == result.segments[0].date_to == date(2025, 4, 1)
    assert result.compensation == 40


@pytest.mark.parametrize("until", [date(2025, 3, 31), date(2025, 1, 1)])
def test_nothing_on_the_due_date_or_before(until):
    result = late_interest(claim(until=until), REGIMES["IT"], SERIES)
    assert (result.interest, result.days, result.segments) == (0, 0, ())
    assert result.compensation == 0


def test_a_missing_rate_is_refused_only_for_days_that_bear_interest():
    late = claim(due=date(2026, 12, 1), until=date(2027, 1, 1))
    with pytest.raises(MissingRateError, match="2027H1"):
        late_interest(late, REGIMES["IT"], SERIES)
    paid = replace(late, payments=(Payment(date(2026, 12, 31), Decimal(1000)),))
    assert late_interest(paid, REGIMES["IT"], SERIES).days == 30
    suspended = replace(late, suspended=((date(2027, 1, 1), date(2027, 3, 1)),))
    assert late_interest(suspended, REGIMES["IT"], SERIES).days == 30
    assert late_interest(late, REGIMES["UK"], SERIES).days == 31
    assert late_interest(late, REGIMES["NONE"], SERIES).interest == 0


def test_a_series_that_nobody_loaded_is_refused_by_name():
    with pytest.raises(MissingRateError, match="EU_MRO"):
        late_interest(claim(), REGIMES["IT"], {})


def test_a_payment_lowers_the_base_from_the_next_day():
    payments = (Payment(date(2025, 4, 10), Decimal(400)), Payment(date(2025, 9, 1), Decimal(9)))
    result = late_interest(claim(payments=payments), REGIMES["IT"], SERIES)
    assert [(s.days, s.base) for s in result.segments] == [(10, 1000), (20, 600)]
    assert result.principal_left == 600  # the payment after the day of calculation is not there


def test_a_payment_above_the_debt_leaves_nothing_to_bear_interest():
    payments = (Payment(date(2025, 4, 10), Decimal(5000)),)
    result = late_interest(claim(payments=payments), REGIMES["IT"], SERIES)
    assert (result.days, result.principal_left) == (10, 0)


def test_interest_survives_payment_of_the_principal():
    payments = (Payment(date(2025, 4, 30), Decimal(1000)),)
    result = late_interest(claim(until=date(2026, 5, 1), payments=payments), REGIMES["IT"], SERIES)
    assert result.principal_left == 0
    assert result.interest_left == result.interest == Decimal("9.16")


def test_a_payment_that_settles_interest_first():
    regime = replace(REGIMES["DE_B2B"], payments_to=PaymentsTo.INTEREST)
    payments = (Payment(date(2025, 4, 10), Decimal(100)),)
    result = late_interest(claim(payments=payments), regime, SERIES)
    assert result.interest_paid == Decimal("3.09")  # 1000 at 11.27 % for 10 days
    assert result.principal_left == Decimal("903.09")


def test_daily_rounding_of_gov_uk():
    regime = contractual(Decimal("8.5"), rounding=Rounding.DAILY)
    late = claim(due=date(2025, 1, 1), until=date(2025, 2, 20))
    assert late_interest(late, regime, SERIES).interest == Decimal("11.50")
    once = replace(regime, rounding=Rounding.TOTAL)
    assert late_interest(late, once, SERIES).interest == Decimal("11.64")


def test_caps_cut_and_are_named():
    regime = contractual(Decimal(9), rate_cap=Decimal(7), total_cap_ratio=Decimal(1))
    late = claim(due=date(2000, 1, 1), until=date(2020, 1, 1))
    result = late_interest(late, regime, SERIES)
    assert result.interest == 1000
    assert result.caps == ("rate", "total")
    again = late_interest(replace(late, charged_before=Decimal(990)), regime, SERIES)
    assert again.interest == 10
    full = late_interest(replace(late, charged_before=Decimal(1200)), regime, SERIES)
    assert full.interest == 0


def test_grace_that_waives_and_grace_that_shifts():
    waive = replace(REGIMES["IT"], grace_days=10)
    assert late_interest(claim(until=date(2025, 4, 10)), waive, SERIES).days == 0
    assert late_interest(claim(until=date(2025, 4, 11)), waive, SERIES).days == 11
    shift = replace(waive, grace_mode=GraceMode.SHIFT)
    assert late_interest(claim(until=date(2025, 4, 10)), shift, SERIES).days == 0
    assert late_interest(claim(until=date(2025, 4, 11)), shift, SERIES).days == 1


def test_a_negative_base_rate_never_becomes_a_gift():
    regime = replace(REGIMES["DE_B2B"], margin=Decimal(0))
    late = claim(due=date(2021, 1, 31), until=date(2021, 6, 30))
    assert late_interest(late, regime, SERIES).interest == 0


def test_negative_amounts_are_refused():
    with pytest.raises(ToolError) as caught:
        claim("-1")
    assert caught.value.code == "amount_negative"


def test_yen_and_dinars_round_to_their_own_unit():
    late = claim("123456", until=date(2025, 5, 1))
    yen = late_interest(replace(late, unit=Decimal(1)), REGIMES["IT"], SERIES)
    dinar = late_interest(replace(late, unit=Decimal("0.001")), REGIMES["IT"], SERIES)
    assert yen.interest == 1169
    assert dinar.interest == Decimal("1169.111")


def brute_force(late, regime):
    """Add up day by day, independently of segments; simple interest, act/365."""
    total, base = Fraction(0), Fraction(late.principal)
    paid = {}
    for payment in late.payments:
        paid[payment.date] = paid.get(payment.date, 0) + payment.amount
    base -= sum((Fraction(amount) for on, amount in paid.items() if on <= late.due), Fraction(0))
    on = late.due
    first = late.due + timedelta(days=1)
    while on < late.until:
        on += timedelta(days=1)
        fixed = regime.rate_mode.value == "fixed"
        rate = SERIES[regime.series].lookup(first if fixed else on).rate + regime.margin
        total += max(Fraction(0), base) * Fraction(rate) / 36500
        base -= Fraction(paid.get(on, 0))
    return total


@given(
    AMOUNTS,
    DAYS,
    st.integers(0, 900),
    STATUTES,
    st.lists(st.tuples(st.integers(-5, 900), AMOUNTS), max_size=4),
)
def test_segments_add_up_to_the_sum_of_the_days(principal, due, length, regime, paid):
    until = min(due + timedelta(days=length), date(2026, 12, 31))
    payments = tuple(Payment(due + timedelta(days=at), amount) for at, amount in paid)
    late = Claim(principal, due, until, payments)
    result = late_interest(late, regime, SERIES)
    assert result.interest == round_to(brute_force(late, regime))
    assert result.interest >= 0
    assert 0 <= result.principal_left <= principal
    lasts = [segment.date_to for segment in result.segments]
    firsts = [segment.date_from for segment in result.segments]
    assert all(last < first for last, first in zip(lasts, firsts[1:], strict=False))


@given(AMOUNTS, DAYS, st.integers(1, 900), STATUTES, st.sampled_from(DayCount))
def test_waiting_longer_never_lowers_the_interest(principal, due, length, regime, convention):
    regime = replace(regime, day_count=convention)
    until = min(due + timedelta(days=length), date(2026, 12, 31))
    earlier = Claim(principal, due, max(due, until - timedelta(days=1)))
    before = late_interest(earlier, regime, SERIES)
    after = late_interest(Claim(principal, due, until), regime, SERIES)
    assert after.unrounded >= before.unrounded


@given(AMOUNTS, DAYS, st.integers(0, 400), st.integers(0, 400), STATUTES)
def test_interest_is_simple(principal, due, one, two, regime):
    """Twice the debt bears twice the interest: nothing is ever added to the base."""
    until = min(due + timedelta(days=one + two), date(2026, 12, 31))
    single = late_interest(Claim(principal, due, until), regime, SERIES)
    double = late_interest(Claim(principal * 2, due, until), regime, SERIES)
    # Shown to twelve decimals a segment, so a rounding of each may remain.
    gap = abs(double.unrounded - 2 * single.unrounded)
    assert gap <= Decimal("1e-11") * (1 + len(single.segments))


@given(AMOUNTS, st.decimals("0", "30", places=2), st.integers(0, 364))
def test_compound_equals_simple_within_the_first_year(principal, rate, days):
    start = date(2023, 1, 1)
    found = compound_interest(principal, rate, start, start + timedelta(days=days))
    assert found == interest_of_days(principal, rate, days)


def test_compounding_more_often_costs_more():
    span = (Decimal(10000), Decimal(8), date(2022, 1, 1), date(2024, 1, 1))
    costs = [
        compound_interest(*span, how)
        for how in (
            Compounding.ANNUAL,
            Compounding.HALF_YEARLY,
            Compounding.QUARTERLY,
            Compounding.MONTHLY,
            Compounding.DAILY,
        )
    ]
    assert costs == sorted(costs)
    assert round_to(costs[0]) == Decimal("1664.00")
    with pytest.raises(ToolError) as caught:
        compound_interest(Decimal(1), Decimal(1), date(2024, 1, 2), date(2024, 1, 1))
    assert caught.value.code == "dates_reversed"


# --- rounding ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "rounded"),
    [
        ("0.005", "0.01", "0.01"),
        ("-0.005", "0.01", "-0.01"),
        ("2.675", "0.01", "2.68"),
        ("1.024", "0.05", "1.00"),
        ("1.025", "0.05", "1.05"),
        ("149.5", "1", "150"),
    ],
)
def test_halves_go_away_from_zero(value, unit, rounded):
    assert round_to(Decimal(value), Decimal(unit)) == Decimal(rounded)


def test_rounding_down_and_up_and_what_cannot_be_shared():
    assert floor_to(Decimal("1.019")) == Decimal("1.01")
    assert ceil_to(Decimal("1.011")) == Decimal("1.02")
    with pytest.raises(ToolError) as caught:
        split_pro_rata(Decimal(1), [Decimal(0)])
    assert caught.value.code == "weights_invalid"
    with pytest.raises(ToolError) as caught:
        round_to(Decimal(1), Decimal(0))
    assert caught.value.code == "unit_invalid"


def test_interest_may_be_rounded_by_segment():
    regime = replace(REGIMES["IT"], rounding=Rounding.SEGMENT)
    late = claim("12000", due=date(2025, 5, 31), until=date(2025, 8, 31))
    result = late_interest(late, regime, SERIES)
    assert result.interest == Decimal("316.86")  # 109.97 + 206.89
    assert late_interest(late, REGIMES["IT"], SERIES).interest == Decimal("316.87")


@given(
    st.integers(0, 10**9),
    st.lists(st.decimals("0.01", "100000", places=2), min_size=1, max_size=20),
    st.sampled_from(["0.01", "1", "0.001", "0.05"]),
)
def test_shares_add_up_and_stay_within_a_unit_of_fair(units, weights, unit):
    amount = units * Decimal(unit)
    parts = split_pro_rata(amount, weights, Decimal(unit))
    assert sum(parts) == amount
    total = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(
            Fraction(part) - Fraction(amount) * Fraction(weight) / Fraction(total)
        ) < Fraction(unit)
