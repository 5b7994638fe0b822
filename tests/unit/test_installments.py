"""Payment plans: dates, amounts, interest, tracking, affordability."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.affordability import (
    Budget,
    Capacity,
    PlanRequest,
    capacity,
    check_plan,
    propose,
    simulate,
)
from odoo.addons.collections_followup.tools.annuity import (
    annuity_count,
    annuity_payment,
    annuity_schedule,
    periodic_rate,
)
from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.installments import (
    MAX_LINES,
    DownPayment,
    amounts_of,
    build_plan,
    equal_amounts,
)
from odoo.addons.collections_followup.tools.interest import Payment
from odoo.addons.collections_followup.tools.plan_dates import (
    BusinessDay,
    Calendar,
    Rhythm,
    check_dates,
    plan_dates,
)
from odoo.addons.collections_followup.tools.plan_tracking import (
    LineState,
    PlanState,
    Terms,
    overdue_base,
    track,
)

FIRST = date(2026, 1, 31)
UNITS = st.sampled_from([Decimal(unit) for unit in ("0.01", "1", "0.001", "0.05", "0.5")])
COUNTS = st.integers(1, 120)
RATES = st.decimals("0.01", "40", places=2)


def refused(code):
    return pytest.raises(ToolError, check=lambda error: error.code == code)


# --- dates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "rhythm", "expected"),
    [
        (date(2026, 1, 31), Rhythm.MONTHLY, ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (date(2026, 4, 30), Rhythm.MONTHLY, ["2026-04-30", "2026-05-31", "2026-06-30"]),
        (date(2026, 1, 30), Rhythm.MONTHLY, ["2026-01-30", "2026-02-28", "2026-03-30"]),
        (date(2024, 1, 31), Rhythm.MONTHLY, ["2024-01-31", "2024-02-29", "2024-03-31"]),
        (date(2026, 1, 5), Rhythm.WEEKLY, ["2026-01-05", "2026-01-12", "2026-01-19"]),
        (date(2026, 1, 5), Rhythm.FORTNIGHTLY, ["2026-01-05", "2026-01-19", "2026-02-02"]),
        (date(2025, 11, 30), Rhythm.QUARTERLY, ["2025-11-30", "2026-02-28", "2026-05-31"]),
    ],
)
def test_rhythms_and_the_end_of_the_month(first, rhythm, expected):
    assert [day.isoformat() for day in plan_dates(first, 3, rhythm)] == expected


def test_without_the_end_of_month_rule_the_day_stays():
    dates = plan_dates(date(2026, 4, 30), 2, Rhythm.MONTHLY, end_of_month=False)
    assert dates[1] == date(2026, 5, 30)


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (BusinessDay.FOLLOWING, date(2026, 1, 31), date(2026, 2, 2)),
        (BusinessDay.PRECEDING, date(2026, 1, 31), date(2026, 1, 30)),
        (BusinessDay.MODIFIED_FOLLOWING, date(2026, 1, 31), date(2026, 1, 30)),
        (BusinessDay.MODIFIED_FOLLOWING, date(2026, 1, 17), date(2026, 1, 19)),
        (BusinessDay.KEEP, date(2026, 1, 31), date(2026, 1, 31)),
        (BusinessDay.FOLLOWING, date(2026, 1, 1), date(2026, 1, 2)),
    ],
)
def test_weekends_and_holidays(rule, day, expected):
    assert Calendar(holidays={date(2026, 1, 1)}, rule=rule).adjust(day) == expected


def test_a_weekend_of_friday_and_saturday():
    gulf = Calendar(weekend=frozenset({4, 5}), rule=BusinessDay.FOLLOWING)
    assert gulf.adjust(date(2026, 1, 2)) == date(2026, 1, 4)
    with refused("calendar_invalid"):
        Calendar(weekend=frozenset(range(7)))


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    COUNTS,
    st.sampled_from(Rhythm),
    st.sampled_from(BusinessDay),
)
def test_dates_stay_in_order_and_on_business_days(first, count, rhythm, rule):
    dates = plan_dates(first, count, rhythm, Calendar(rule=rule))
    assert len(dates) == count
    assert all(earlier < later for earlier, later in pairwise(dates))
    if rule is not BusinessDay.KEEP:
        assert all(day.weekday() < 5 for day in dates)


def test_custom_dates_are_checked():
    days = [date(2026, 1, 1), date(2026, 1, 9)]
    assert check_dates(days, date(2026, 1, 1)) == tuple(days)
    with refused("date_in_past"):
        check_dates(days, date(2026, 1, 2))
    with refused("dates_unordered"):
        check_dates(days[::-1], date(2026, 1, 1))
    with refused("plan_empty"):
        check_dates([], date(2026, 1, 1))


# --- amounts -------------------------------------------------------------------------------


def test_the_last_line_takes_the_rounding():
    assert [str(a) for a in equal_amounts(Decimal(1000), 3)] == ["333.33", "333.33", "333.34"]
    assert [str(a) for a in amounts_of(Decimal(1000), Decimal(300))] == [
        "300.00",
        "300.00",
        "300.00",
        "100.00",
    ]


@given(st.integers(1, 10**9), COUNTS, UNITS)
def test_equal_amounts_add_up_in_every_currency(units, count, unit):
    assume(units >= count)
    amounts = equal_amounts(units * unit, count, unit)
    assert sum(amounts) == units * unit
    assert len(amounts) == count
    assert all(amount > 0 and amount % unit == 0 for amount in amounts)
    assert len(set(amounts[:-1])) <= 1
    assert 0 <= amounts[-1] - amounts[0] < count * unit


@given(st.integers(1, 10**6), st.integers(1, 10**6), UNITS)
def test_lines_of_a_wished_amount_add_up(units, each, unit):
    assume(units // each < MAX_LINES)
    amounts = amounts_of(units * unit, each * unit, unit)
    assert sum(amounts) == units * unit
    assert all(0 < amount <= each * unit for amount in amounts)


@given(st.integers(1, 10**9), st.integers(1, 60), RATES, UNITS, st.integers(0, 100))
def test_plans_with_interest_pay_back_exactly_the_debt(units, count, rate, unit, share):
    total = units * unit
    down_units = units * share // 200
    down = DownPayment(FIRST, down_units * unit) if down_units else None
    dates = plan_dates(FIRST, count, Rhythm.MONTHLY)
    try:
        lines = build_plan(total, dates, unit, down, periodic_rate(rate, 12))
    except ToolError as error:
        assert error.code == "too_many_lines"
        assert units < 100 * count  # only where a line would be a handful of smallest units
        return
    assert sum(line.principal for line in lines) == total
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(earlier.date <= later.date for earlier, later in pairwise(lines))
    for line in lines:
        assert line.amount == line.principal + line.interest
        assert line.principal > 0
        assert line.interest >= 0
        assert line.amount % unit == 0
    plain = [line for line in lines if not line.is_down_payment]
    assert len({line.amount for line in plain[:-1]}) <= 1


def test_published_annuities():
    payment = annuity_payment(Decimal(200000), Decimal("7.5"), 12, 180)
    assert round(payment, 2) == Decimal("1854.02")
    count = annuity_count(Decimal(8000), Decimal(7), 12, Decimal(150))
    assert round(count, 5) == Decimal("64.07335")
    assert round(annuity_count(Decimal(1000), Decimal(0), 12, Decimal(300)), 4) == Decimal("3.3333")
    lines = annuity_schedule(Decimal(2500), periodic_rate(Decimal("8.24"), 12), 12)
    assert (lines[0].interest, lines[0].principal) == (Decimal("17.17"), Decimal("200.58"))
    # Published unrounded: 112.98. Rounding every month to the cent gives a cent less.
    exact = annuity_payment(Decimal(2500), Decimal("8.24"), 12, 12) * 12 - 2500
    assert round(exact, 2) == Decimal("112.98")
    assert sum(line.interest for line in lines) == Decimal("112.97")
    assert lines[-1].balance == 0


def test_what_a_plan_refuses():
    dates = plan_dates(FIRST, 3, Rhythm.MONTHLY)
    with refused("too_many_lines"):
        equal_amounts(Decimal("0.02"), 3)
    with refused("total_not_rounded"):
        equal_amounts(Decimal("10.005"), 2)
    with refused("plan_empty"):
        equal_amounts(Decimal(10), 0)
    with refused("plan_empty"):
        plan_dates(FIRST, 0, Rhythm.WEEKLY)
    with refused("too_many_periods"):
        equal_amounts(Decimal(10000), MAX_LINES + 1)
    with refused("amount_not_positive"):
        amounts_of(Decimal(10), Decimal(0))
    with refused("down_payment_invalid"):
        build_plan(Decimal(10), dates, down=DownPayment(FIRST, Decimal(10)))
    with refused("dates_unordered"):
        build_plan(Decimal(10), dates, down=DownPayment(dates[1], Decimal(1)))
    with refused("plan_sum_differs"):
        build_plan(Decimal(10), dates, amounts=[Decimal(3)] * 3)
    with refused("plan_mismatch"):
        build_plan(Decimal(10), dates, amounts=[Decimal(5)] * 2)
    with refused("amount_not_positive"):
        build_plan(Decimal(10), dates, amounts=[Decimal(11), Decimal(-2), Decimal(1)])
    with refused("plan_empty"):
        annuity_payment(Decimal(10), Decimal(5), 12, 0)
    with refused("too_many_lines"):
        build_plan(Decimal("0.02"), dates, periodic=Decimal("0.01"))
    with refused("payment_too_small"):
        annuity_count(Decimal(1000), Decimal(12), 12, Decimal(10))


# --- tracking ------------------------------------------------------------------------------


def plan(*amounts):
    dates = plan_dates(FIRST, len(amounts), Rhythm.MONTHLY)
    values = [Decimal(amount) for amount in amounts]
    return build_plan(sum(values), dates, amounts=values)


def paid(*rows):
    return [Payment(date.fromisoformat(day), Decimal(amount)) for day, amount in rows]


def states(status):
    return [line.state.value for line in status.lines]


def test_payments_land_on_the_lines_in_order():
    status = track(plan(100, 100, 100), paid(("2026-01-20", 150)), date(2026, 2, 1))
    assert [int(line.paid) for line in status.lines] == [100, 50, 0]
    assert states(status) == ["kept", "pending", "pending"]
    assert status.lines[0].settled_on == date(2026, 1, 20)
    assert status.state is PlanState.ACTIVE


@pytest.mark.parametrize(
    ("payments", "on", "expected"),
    [
        ([], "2026-01-31", "pending"),  # the day is not over
        ([], "2026-02-03", "pending"),  # last day of grace
        ([], "2026-02-04", "broken"),
        ([("2026-02-03", 100)], "2026-02-04", "kept"),
        ([("2026-02-04", 100)], "2026-02-04", "broken"),
        ([("2026-02-03", 60)], "2026-02-04", "partly"),
        ([("2026-02-03", "99.50")], "2026-02-04", "kept"),  # within the tolerance
        ([("2026-02-10", 100)], "2026-02-04", "broken"),  # not there yet
    ],
)
def test_kept_partly_broken_from_dates(payments, on, expected):
    terms = Terms(grace_days=3, tolerance=Decimal("0.50"))
    status = track(plan(100), paid(*payments), date.fromisoformat(on), terms)
    assert states(status) == [expected]


def test_a_late_payment_settles_a_line_that_stays_broken():
    status = track(plan(100), paid(("2026-02-04", 120)), date(2026, 3, 1))
    assert states(status) == ["broken"]
    assert status.lines[0].settled_on == date(2026, 2, 4)
    assert status.overdue == 0
    assert status.excess == 20
    assert status.state is PlanState.BROKEN
    allowed = track(plan(100), paid(("2026-02-04", 120)), date(2026, 3, 1), Terms(allowed_misses=1))
    assert allowed.state is PlanState.KEPT


def test_only_the_overdue_lines_bear_interest():
    lines = plan(500, 500)
    assert overdue_base(lines, Decimal(0), date(2026, 1, 31)) == 0
    assert overdue_base(lines, Decimal(0), date(2026, 2, 10)) == 500
    assert overdue_base(lines, Decimal(700), date(2026, 3, 1)) == 300
    assert overdue_base(lines, Decimal(1200), date(2026, 3, 1)) == 0


PAYMENTS = st.lists(
    st.builds(
        Payment,
        date=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        amount=st.decimals("0.01", "500", places=2),
    ),
    max_size=8,
)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6), PAYMENTS, st.integers(0, 300))
def test_tracking_loses_no_money_and_never_forgives(amounts, payments, days):
    on = date(2026, 1, 15) + timedelta(days=days)
    status = track(plan(*amounts), payments, on)
    counted = sum((p.amount for p in payments if p.date <= on), Decimal(0))
    assert sum((line.paid for line in status.lines), status.excess) == counted
    for earlier, later in pairwise(status.lines):
        assert not later.paid or not earlier.open
    for line in status.lines:
        assert 0 <= line.paid_in_time <= line.paid <= line.line.amount
        if line.state is LineState.KEPT:
            assert line.paid_in_time == line.line.amount
    assert status.overdue <= overdue_base(plan(*amounts), Decimal(0), on)


# --- affordability -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "monthly", "codes"),
    [
        (Budget(Decimal(2000), Decimal(1500)), 500, []),
        (Budget(Decimal(2000), Decimal(1500), share=Decimal("0.5")), 250, []),
        (Budget(Decimal(2000), Decimal(1500), reserve=Decimal(600)), 0, ["no_free_income"]),
        (Budget(Decimal(2000), Decimal(1500), offer=Decimal(900)), 500, ["offer_above_capacity"]),
        (Budget(Decimal(2000), Decimal(1500), offer=Decimal(100)), 100, ["offer_below_capacity"]),
        (Budget(Decimal(2000), Decimal(1500), offer=Decimal(500)), 500, []),
    ],
)
def test_capacity_with_its_reasons(budget, monthly, codes):
    found = capacity(budget)
    assert found.monthly == monthly
    assert [reason.code for reason in found.reasons] == codes
    assert all(reason.sentence for reason in found.reasons)


def test_bad_budgets_are_refused():
    with refused("amount_negative"):
        capacity(Budget(Decimal(-1), Decimal(0)))
    with refused("share_invalid"):
        capacity(Budget(Decimal(1), Decimal(0), share=Decimal(2)))


def test_the_simulator_offers_a_plan_for_each_rhythm():
    able = Capacity(Decimal(300), Decimal(300), ())
    request = PlanRequest(Decimal(1000), FIRST, fee=Decimal(10))
    monthly, weekly = simulate(request, able, [Rhythm.MONTHLY, Rhythm.WEEKLY])
    assert [int(line.amount) for line in monthly.lines] == [300, 300, 300, 100]
    assert monthly.cost == 10
    assert monthly.is_affordable
    assert weekly.lines[0].amount == Decimal("69.23")
    assert len(weekly.lines) == 15


def test_a_plan_with_interest_costs_more_and_lasts_as_long_as_needed():
    request = PlanRequest(Decimal(8000), FIRST, rate=Decimal(7), max_months=60)
    proposal = propose(request, Rhythm.MONTHLY, Decimal(150))
    assert len(proposal.lines) == 65
    assert proposal.interest > 1500
    assert [reason.code for reason in proposal.reasons] == ["too_long"]
    assert "65 months" in proposal.reasons[0].sentence
    assert propose(request, Rhythm.MONTHLY, Decimal(40)) is None  # not even the interest


def test_no_capacity_gives_no_plan():
    able = capacity(Budget(Decimal(1000), Decimal(1000)))
    assert simulate(PlanRequest(Decimal(100), FIRST), able) == ()
    endless = Capacity(Decimal(1), Decimal(1), ())
    assert simulate(PlanRequest(Decimal(100000), FIRST), endless) == ()


def test_lines_above_the_capacity_are_named():
    able = Capacity(Decimal(200), Decimal(200), ())
    (reason,) = check_plan(plan(150, 250, 300), Rhythm.MONTHLY, able)
    assert reason.code == "above_capacity"
    assert "300" in reason.sentence
    assert check_plan(plan(150, 200), Rhythm.MONTHLY, able) == ()


@given(st.integers(100, 10**6), st.integers(50, 10**5), st.sampled_from(["0", "4", "12.5"]))
def test_no_proposal_asks_for_more_than_the_amount(cents, each, rate):
    request = PlanRequest(Decimal(cents) / 100, FIRST, rate=Decimal(rate))
    proposal = propose(request, Rhythm.MONTHLY, Decimal(each) / 100)
    if proposal:
        assert sum(line.principal for line in proposal.lines) == request.total
        # The last line takes the rounding: half a cent a line and what it bore.
        slack = Decimal("0.02") * len(proposal.lines) if request.rate else 0
        assert all(line.amount <= Decimal(each) / 100 + slack for line in proposal.lines)
