"""Figures of the department, ageing, and the provision."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools import ageing, ecl, kpi
from odoo.addons.collections_followup.tools.errors import ToolError

ON = date(2026, 3, 31)
AMOUNTS = st.decimals("0", "1000000", places=2)
POSITIVE = st.decimals("0.01", "1000000", places=2)


def test_a_figure_without_a_base_has_no_value():
    assert kpi.dso_simple(Decimal(1), Decimal(0), 30) is None
    assert kpi.recovery_rate_pct(Decimal(1), Decimal(0)) is None
    assert kpi.right_party_contact_rate_pct(0, 0, 0) is None
    assert kpi.mean_days_late([]) is None
    empty = kpi.CollectionPeriod(Decimal(0), Decimal(0), Decimal(0), Decimal(0))
    assert kpi.cei_pct(empty) is None
    assert kpi.promise_kept([], ON).by_number_pct is None


@given(AMOUNTS, POSITIVE, st.integers(1, 366), st.decimals("0", "1", places=2))
def test_delinquent_days_are_the_overdue_part_of_dso(receivables, sales, days, share):
    current = receivables * share
    dso = kpi.dso_simple(receivables, sales, days)
    best = kpi.best_possible_dso(current, sales, days)
    overdue = kpi.dso_simple(receivables - current, sales, days)
    assert kpi.average_days_delinquent(dso, best) == overdue >= 0


def test_countback_that_runs_out_of_months_has_no_value():
    months = [kpi.MonthSales(Decimal(100), 31)]
    assert kpi.dso_countback(Decimal(101), months) is None
    assert kpi.dso_countback(Decimal(100), months) == 31
    assert kpi.dso_countback(Decimal(0), months) == 0
    assert kpi.dso_countback(Decimal(-5), months) == 0


def test_countback_skips_a_month_without_sales():
    months = [kpi.MonthSales(Decimal(0), 28), kpi.MonthSales(Decimal(100), 31)]
    assert kpi.dso_countback(Decimal(50), months) == 28 + Fraction(31, 2)


@given(AMOUNTS, POSITIVE, st.lists(st.tuples(POSITIVE, st.integers(28, 31)), max_size=6))
def test_owing_more_never_lowers_the_countback(receivables, more, rows):
    months = [kpi.MonthSales(sales, days) for sales, days in rows]
    before = kpi.dso_countback(receivables, months)
    after = kpi.dso_countback(receivables + more, months)
    assert after is None or after >= before


def test_cei_is_100_when_nothing_overdue_is_left():
    full = kpi.CollectionPeriod(Decimal(500), Decimal(900), Decimal(300), Decimal(300), months=3)
    assert kpi.cei_pct(full) == 100
    with pytest.raises(ToolError) as caught:
        kpi.cei_pct(kpi.CollectionPeriod(Decimal(1), Decimal(1), Decimal(1), Decimal(1), months=0))
    assert caught.value.code == "period_invalid"


def test_mean_days_late_plain_weighted_and_with_early_payments():
    items = [
        kpi.PaidItem(ON, ON + timedelta(days=10), Decimal(900)),
        kpi.PaidItem(ON, ON - timedelta(days=4), Decimal(100)),
    ]
    assert kpi.mean_days_late(items) == 5
    assert kpi.mean_days_late(items, early_counts=True) == 3
    assert kpi.mean_days_late(items, weighted=True) == 9


def test_roll_rates_out_of_each_bucket():
    rates = kpi.roll_rates_pct(
        {"current": Decimal(1000), "1-30": Decimal(0)},
        {"1-30": Decimal(150), "31-60": Decimal(20)},
        ["current", "1-30", "31-60"],
    )
    assert rates == {"current": 15, "1-30": None}


@pytest.mark.parametrize(
    ("promise", "due", "kept"),
    [
        (kpi.Promise(ON - timedelta(days=1), Decimal(100), Decimal(100)), 1, 1),
        (kpi.Promise(ON - timedelta(days=1), Decimal(100), Decimal("99.99")), 1, 0),
        (kpi.Promise(ON, Decimal(100)), 0, 0),  # the day is not over
        (kpi.Promise(ON, Decimal(100), Decimal(100)), 1, 1),
        (kpi.Promise(ON + timedelta(days=1), Decimal(100), Decimal(100)), 0, 0),
        (kpi.Promise(ON - timedelta(days=1), Decimal(100), is_cancelled=True), 0, 0),
    ],
)
def test_which_promises_are_judged(promise, due, kept):
    result = kpi.promise_kept([promise], ON)
    assert (result.due, result.kept) == (due, kept)


def test_the_base_of_the_right_party_rate_is_a_setting():
    assert kpi.right_party_contact_rate_pct(25, 50, 200) == 50
    calls = kpi.right_party_contact_rate_pct(25, 50, 200, kpi.Reached.CALLS)
    assert calls == Fraction(25, 2)
    assert kpi.promise_rate_pct(12, 25) == 48
    assert kpi.cost_to_collect_pct(Decimal(5), Decimal(100)) == 5


# --- ageing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "name"),
    [(-5, "not due"), (0, "not due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (90, "61-90"),
     (91, ">90")],
)  # fmt: skip
def test_boundaries_of_the_buckets(days, name):
    due = ON - timedelta(days=days)
    assert ageing.bucket_of(due, ON, ageing.buckets()).name == name


@pytest.mark.parametrize("limits", [(), (30, 30), (60, 30), (0, 30)])
def test_limits_that_make_no_sense(limits):
    with pytest.raises(ToolError) as caught:
        ageing.buckets(limits)
    assert caught.value.code == "buckets_invalid"


def test_limits_as_people_write_them():
    assert ageing.parse_limits("30, 60;90") == (30, 60, 90)


@pytest.mark.parametrize("text", ["", "a", "30, 20", "-1", "1,2,3,4,5,6,7,8,9", "9999"])
def test_limits_that_cannot_be_read(text):
    with pytest.raises(ToolError):
        ageing.parse_limits(text)


def test_what_was_open_on_a_day():
    matched = [(ON - timedelta(days=2), Decimal(30)), (ON, Decimal(50)), (ON + timedelta(1), 20)]
    assert ageing.residual(Decimal(100), matched, ON) == 20
    assert ageing.residual(Decimal(100), matched, ON - timedelta(days=3)) == 100


def test_a_set_of_buckets_with_a_hole_is_refused():
    with pytest.raises(ToolError) as caught:
        ageing.bucket_of(ON, ON, ageing.buckets()[1:])
    assert caught.value.code == "bucket_missing"


@given(
    st.lists(
        st.tuples(
            st.dates(date(2024, 1, 1), date(2027, 1, 1)),
            st.decimals("-10000", "10000", places=2),
        )
    ),
    st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True).map(sorted),
)
def test_buckets_add_up_to_the_open_items(items, limits):
    found = ageing.age(items, ON, ageing.buckets(limits))
    assert sum(found.values()) == sum((amount for _due, amount in items), Decimal(0))
    assert len(found) == len(limits) + 2


# --- provision -----------------------------------------------------------------------------


def test_adjustment_against_the_booked_allowance():
    result = ecl.provision([ecl.Exposure("1-30", Decimal(1000), Decimal("4.55"))])
    assert result.total == Decimal("45.50")
    assert result.adjustment(Decimal(10)) == Decimal("35.50")
    assert result.adjustment(Decimal(-10)) == Decimal("55.50")
    assert result.net == Decimal("954.50")


@pytest.mark.parametrize("rate", ["-1", "100.1"])
def test_a_loss_rate_outside_0_to_100_is_refused(rate):
    with pytest.raises(ToolError) as caught:
        ecl.provision([ecl.Exposure("1-30", Decimal(1), Decimal(rate))])
    assert caught.value.code == "loss_rate_invalid"


@given(st.lists(st.tuples(AMOUNTS, st.decimals("0", "100", places=4)), max_size=6))
def test_a_provision_is_between_nothing_and_everything(rows):
    exposures = [ecl.Exposure(str(i), gross, rate) for i, (gross, rate) in enumerate(rows)]
    result = ecl.provision(exposures)
    assert 0 <= result.total <= result.gross
    drift = abs(sum(amount for _bucket, amount in result.by_bucket) - result.total)
    assert drift <= Decimal("0.005") * (len(rows) + 1)


def test_loss_rates_of_a_cohort():
    names = ("not overdue", "1-30", "31+")
    cohort = ecl.Cohort(Decimal(1000), (Decimal(900), Decimal(80)), names)
    assert cohort.reached == (1000, 100, 20)
    assert ecl.loss_rates(cohort) == {"not overdue": 2, "1-30": 20, "31+": 100}
    raised = ecl.loss_rates(cohort, Decimal("1.1"))
    assert raised["1-30"] == 22
    assert raised["31+"] == 100


def test_cohorts_that_do_not_fit():
    with pytest.raises(ToolError):
        ecl.Cohort(Decimal(1), (Decimal(1),), ("a",))
    over = ecl.Cohort(Decimal(1), (Decimal(2),), ("a", "b"))
    with pytest.raises(ToolError):
        ecl.loss_rates(over)


@given(st.lists(POSITIVE, min_size=2, max_size=6))
def test_older_buckets_never_lose_less(parts):
    *paid, unpaid = parts
    names = tuple(str(index) for index in range(len(parts)))
    cohort = ecl.Cohort(sum(paid) + unpaid, tuple(paid), names)
    rates = list(ecl.loss_rates(cohort).values())
    assert rates == sorted(rates)
    assert rates[-1] == 100
