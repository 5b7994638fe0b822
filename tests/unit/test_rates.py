"""Reference rates: the shipped file, look-ups and refusals; fixed compensation; day counts."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.compensation import (
    IE_TIERS,
    PL_TIERS,
    UK_TIERS,
    Compensation,
    Tier,
    excess_costs,
    fixed_compensation,
    in_claim_currency,
)
from odoo.addons.collections_followup.tools.daycount import DayCount, count_days, year_fraction
from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.interest import first_rate
from odoo.addons.collections_followup.tools.rates import (
    DATA_FILE,
    MissingRateError,
    Rate,
    RateSeries,
    RateStep,
    half_year_label,
    shipped_series,
)
from odoo.addons.collections_followup.tools.regimes import REGIMES

SERIES = shipped_series()
DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))


def test_every_shipped_rate_has_a_source_and_a_mark():
    for row in json.loads(DATA_FILE.read_text(encoding="utf-8"))["series"]:
        for rate in row["rates"]:
            assert isinstance(rate["verified"], bool), row["code"]
            assert rate.get("source") or row["source"]
    for series in SERIES.values():
        assert len({rate.date_from for rate in series.rates}) == len(series.rates)


def test_half_yearly_ecb_rates_are_those_in_force_on_1_january_and_1_july():
    changes = SERIES["EU_MRO_CHANGES"]
    for rate in SERIES["EU_MRO"].rates:
        if rate.date_from >= date(2015, 1, 1):
            assert changes.lookup(rate.date_from).rate == rate.rate
            # Spain and Germany take the last operation before the day: the same value.
            assert changes.lookup(rate.date_from - timedelta(days=1)).rate == rate.rate


def test_polish_rate_for_health_debtors_is_two_points_lower_since_2020():
    for rate in SERIES["PL_COMMERCIAL"].rates:
        health = SERIES["PL_HEALTH"].lookup(rate.date_from).rate
        gap = 2 if rate.date_from >= date(2020, 1, 1) else 0
        assert rate.rate - health == gap


@pytest.mark.parametrize(
    ("code", "on", "rate"),
    [
        ("IT", date(2024, 12, 31), "12.25"),
        ("IT", date(2025, 1, 1), "11.15"),
        ("FR", date(2026, 7, 1), "12.40"),
        ("DE_B2B", date(2022, 12, 31), "8.12"),
        ("DE_CONSUMER", date(2026, 11, 22), "6.52"),
        ("PL_COMMERCIAL", date(2026, 6, 30), "14.00"),
        ("UK", date(2020, 7, 1), "8.10"),
        ("IE", date(2026, 12, 31), "10.40"),
    ],
)
def test_rate_of_a_regime(code, on, rate):
    assert first_rate(REGIMES[code], on, SERIES) == Decimal(rate)


@pytest.mark.parametrize("code", [code for code, regime in REGIMES.items() if regime.series])
def test_first_day_of_2027_is_refused_by_name(code):
    with pytest.raises(MissingRateError) as caught:
        first_rate(REGIMES[code], date(2027, 1, 1), SERIES)
    assert caught.value.code == "rate_missing"
    assert caught.value.params["series"] == REGIMES[code].series
    assert caught.value.params["period"] == "2027H1"
    assert "2027H1" in str(caught.value)
    assert REGIMES[code].series in str(caught.value)
    assert caught.value.template % caught.value.params == str(caught.value)


def test_a_hole_in_a_half_yearly_series_is_not_bridged():
    series = RateSeries(
        "X", (Rate(date(2025, 7, 1), Decimal(3)), Rate(date(2024, 1, 1), Decimal(1)))
    )
    assert series.lookup(date(2024, 6, 30)).rate == 1
    with pytest.raises(MissingRateError) as caught:
        series.lookup(date(2024, 7, 1))
    assert caught.value.params["date_to"] == date(2024, 12, 31)
    assert series.lookup(date(2025, 12, 31)).rate == 3


def test_a_series_of_changes_ends_on_the_day_it_is_known_to():
    series = RateSeries(
        "X", (Rate(date(2026, 3, 5), Decimal(9)),), RateStep.CHANGE, known_until=date(2026, 11, 22)
    )
    assert series.lookup(date(2026, 11, 22)).rate == 9
    with pytest.raises(MissingRateError) as caught:
        series.lookup(date(2026, 11, 23))
    assert caught.value.params["date_from"] == date(2026, 11, 23)
    with pytest.raises(MissingRateError):
        series.lookup(date(2026, 3, 4))


def test_an_added_rate_replaces_the_one_of_the_same_day():
    series = SERIES["EU_MRO"].with_rates([Rate(date(2027, 1, 1), Decimal("2.65"))])
    assert series.lookup(date(2027, 5, 1)).rate == Decimal("2.65")
    again = series.with_rates([Rate(date(2027, 1, 1), Decimal(3))])
    assert again.lookup(date(2027, 5, 1)).rate == 3
    assert len(again.rates) == len(series.rates)


def test_half_year_label():
    assert half_year_label(date(2027, 6, 30)) == "2027H1"
    assert half_year_label(date(2027, 7, 1)) == "2027H2"


# --- compensation --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tiers", "debt", "amount"),
    [
        (IE_TIERS, "1000.00", 40),
        (IE_TIERS, "1000.01", 70),
        (UK_TIERS, "999.99", 40),
        (UK_TIERS, "1000.00", 70),
        (PL_TIERS, "5000.00", 40),
        (PL_TIERS, "49999.99", 70),
        (PL_TIERS, "50000.00", 100),
        (PL_TIERS, "0", 0),
        (None, "1000", 0),
    ],
)
def test_boundaries_of_the_tiers(tiers, debt, amount):
    assert fixed_compensation(Decimal(debt), tiers) == amount


def test_tiers_without_an_open_end_are_refused_beyond_their_limit():
    tiers = Compensation("EUR", (Tier(Decimal(40), Decimal(1000)),))
    with pytest.raises(ToolError) as caught:
        fixed_compensation(Decimal(1001), tiers)
    assert caught.value.code == "tier_missing"


def test_polish_sums_are_paid_in_zloty():
    assert in_claim_currency(Decimal(70), Decimal("4.2578")) == Decimal("298.05")


def test_costs_above_the_fixed_sum():
    assert excess_costs(Decimal(40), Decimal(120)) == 80
    assert excess_costs(Decimal(40), Decimal(30)) == 0


# --- day counts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("convention", "days", "fraction"),
    [
        (DayCount.ACT_365, 60, Fraction(60, 365)),
        (DayCount.ACT_360, 60, Fraction(60, 360)),
        (DayCount.ACT_ACT, 60, Fraction(60, 366)),
        (DayCount.THIRTY_360, 60, Fraction(60, 360)),
    ],
)
def test_two_months_of_a_leap_year(convention, days, fraction):
    span = (date(2024, 1, 31), date(2024, 3, 31))
    assert count_days(*span, convention) == days
    assert year_fraction(*span, convention) == fraction


def test_act_act_divides_each_day_by_its_own_year():
    found = year_fraction(date(2023, 12, 30), date(2024, 1, 1), DayCount.ACT_ACT)
    assert found == Fraction(1, 365) + Fraction(1, 366)
    whole = year_fraction(date(2022, 12, 31), date(2024, 12, 31), DayCount.ACT_ACT)
    assert whole == 2


@given(DAYS, DAYS, DAYS, st.sampled_from(DayCount))
def test_neighbouring_spans_add_up(one, two, three, convention):
    start, middle, end = sorted((one, two, three))
    parts = year_fraction(start, middle, convention) + year_fraction(middle, end, convention)
    assert parts == year_fraction(start, end, convention)
    assert year_fraction(end, start, convention) == 0 or start < end
