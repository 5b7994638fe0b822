"""The forecast of receipts: what is learned from the past, how a debt is shared among weeks, and
how it does on real invoices beside the naive rule."""

import importlib.util
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools import forecast
from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.forecast import (
    Curve,
    Debt,
    Forecaster,
    Habits,
    Promise,
    Spell,
)

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT.parent / "shared" / "data" / "ibm_accounts_receivable.csv"
ON = date(2026, 3, 16)  # a Monday
ENDS = forecast.week_ends(ON, 6)

AMOUNTS = st.decimals("0", "100000", places=2)
DAYS = st.integers(-200, 60).map(lambda number: ON + timedelta(days=number))
SPELLS = st.lists(
    st.builds(
        lambda debtor, entered, length, paid, weight: Spell(
            debtor, entered, entered + length, paid, weight
        ),
        st.sampled_from("xyz"),
        st.integers(-60, 10),
        st.integers(0, 150),
        st.booleans(),
        st.floats(0.1, 3),
    ),
    max_size=25,
)
PROMISES = st.lists(st.builds(Promise, DAYS, AMOUNTS), max_size=3).map(tuple)


@st.composite
def debts(draw):
    amount = draw(AMOUNTS)
    part = draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)]))
    return Debt(
        debtor=draw(st.sampled_from("xyzw")),
        amount=amount,
        due=draw(DAYS),
        promises=draw(PROMISES),
        disputed=(amount * part).quantize(Decimal("0.01"), "ROUND_DOWN"),
        held_until=draw(st.none() | DAYS),
    )


def paid(debtor, *late, entered=-30):
    return [Spell(debtor, entered, day, paid=True) for day in late]


def seer(spells=(), **options):
    return Forecaster(ON, ENDS, Habits(spells), **options)


# === Money is neither lost nor made === #
@given(SPELLS, debts(), st.floats(0, 1))
def test_weeks_later_and_disputed_add_up_to_the_debt_and_none_is_negative(spells, debt, rate):
    found = seer(spells, kept={"x": rate}).expect(debt)
    assert found.total == debt.amount
    assert min(*found.habit, *found.promised, found.later, found.disputed) >= 0
    assert found.disputed == debt.disputed


@given(SPELLS, st.integers(-70, 200), st.integers(-70, 200), st.integers(0, 90))
def test_chances_are_chances_and_grow_with_time(spells, given_day, day, more):
    curve = Habits(spells).curve("x")
    first, second = curve.paid_by(day, given_day), curve.paid_by(day + more, given_day)
    assert 0 <= first <= second <= 1


def test_amounts_without_cents_stay_without_cents():
    found = seer(paid("x", 3, 9, 14), unit=Decimal(1)).expect(Debt("x", Decimal(1001), ON))
    assert all(week == week.to_integral_value() for week in found.weeks)
    assert found.total == 1001


@pytest.mark.parametrize(("amount", "disputed"), [("-1", "0"), ("5", "6"), ("5", "-1")])
def test_impossible_debts_are_refused(amount, disputed):
    with pytest.raises(ToolError):
        seer().expect(Debt("x", Decimal(amount), ON, disputed=Decimal(disputed)))


# === What is learned === #
def test_without_history_half_comes_within_three_weeks_of_the_due_date():
    curve = Habits([]).curve("x")
    assert curve.paid_by(-1, -10) == 0
    assert 0.45 < curve.paid_by(21, 0) < 0.55


def test_the_curve_of_everybody_is_how_late_they_paid():
    habits = Habits(paid("x", *[0] * 50, *[10] * 30, *[20] * 20))
    assert habits.everybody.survival(0) == pytest.approx(0.5, abs=0.06)
    assert habits.everybody.survival(10) == pytest.approx(0.2, abs=0.06)


def test_a_debtor_with_much_history_is_judged_by_it_and_one_with_little_like_all():
    others = [spell for name in range(30) for spell in paid(name, *[0] * 10)]
    habits = Habits([*others, *paid("slow", *[40] * 60), *paid("new", 40)])
    everybody = habits.everybody.survival(5)
    assert habits.curve("slow").survival(5) > 0.8
    assert abs(habits.curve("new").survival(5) - everybody) < 0.15
    assert habits.curve("unknown") is habits.everybody


def test_debts_that_are_still_open_count_for_as_long_as_they_were_seen():
    """Who forgets them thinks that everybody pays early: the late ones have not paid yet."""
    early, waiting = paid("x", *[-10] * 20), [Spell("x", -30, 25, paid=False)] * 20
    assert Habits(early).everybody.survival(20) < 0.1
    assert Habits([*early, *waiting]).everybody.survival(20) > 0.4


def test_what_is_long_ago_counts_less():
    old = [Spell("x", -30, 50, True, forecast.fade(720))] * 20
    new = [Spell("x", -30, 2, True, forecast.fade(0))] * 20
    assert Habits([*old, *new]).everybody.survival(10) < 0.25


def test_a_debt_later_than_all_history_is_expected_with_the_speed_of_the_slowest():
    habits = Habits(paid("x", *range(31)))
    curve = habits.curve("x")
    chance = curve.paid_by(207, 200)
    assert 0 < chance < 1
    assert curve.paid_by(307, 300) == pytest.approx(chance)


def test_a_debt_due_next_year_is_not_expected_now_because_nobody_was_seen_paying_so_early():
    spells = [Spell("x", -330, -300, paid=False), Spell("y", -30, 10, paid=False)]
    found = seer([*spells, *paid("y", 2, 5)]).expect(Debt("x", Decimal(100), ON + timedelta(300)))
    assert found.later == 100


def test_unpaid_days_make_early_payment_no_longer_possible():
    """Half pay at the due date, half a month later: who has not paid by now is of the second."""
    seen = seer(paid("x", *[0] * 100, *[30] * 100))
    fresh = seen.expect(Debt("x", Decimal(1000), ON + timedelta(days=3)))
    late = seen.expect(Debt("x", Decimal(1000), ON - timedelta(days=25)))
    assert fresh.weeks[0] > 400
    assert late.weeks[0] > 800


# === Promises, disputes, holds === #
def test_a_promise_is_worth_what_the_debtor_has_kept_of_others():
    promise = (Promise(ON + timedelta(days=9), Decimal(600)),)
    debt = Debt("x", Decimal(1000), ON - timedelta(days=90), promise)
    found = seer(kept={"x": 0.75}).expect(debt)
    assert found.promised[1] == 450
    assert sum(found.promised) == 450
    # What a broken promise leaves comes no sooner than the promise.
    assert (
        found.habit[0]
        < seer(kept={"x": 0.75}).expect(Debt("x", Decimal(1000), ON - timedelta(days=90))).habit[0]
    )


def test_a_promise_of_more_than_is_open_counts_for_what_is_open():
    found = seer(kept_default=1.0).expect(
        Debt("x", Decimal(100), ON, (Promise(ON, Decimal(80)), Promise(ENDS[2], Decimal(80))))
    )
    assert found.promised == (80, 0, 20, 0, 0, 0)


def test_a_promise_whose_day_has_just_passed_is_expected_in_the_first_week():
    promise = (Promise(ON - timedelta(days=2), Decimal(10)),)
    assert seer(kept_default=1.0).expect(Debt("x", Decimal(10), ON, promise)).promised[0] == 10


def test_a_payment_promised_for_after_the_last_week_is_not_in_the_weeks():
    promise = (Promise(ENDS[-1] + timedelta(days=1), Decimal(10)),)
    found = seer(paid("x", 1, 2, 3)).expect(Debt("x", Decimal(10), ON, promise))
    assert found.later == 10


def test_what_is_disputed_is_in_no_week():
    found = seer(paid("x", 1, 2)).expect(Debt("x", Decimal(100), ON, disputed=Decimal(100)))
    assert (sum(found.weeks), found.later, found.disputed) == (0, 0, 100)


def test_what_is_held_is_expected_afterwards():
    held = Debt("x", Decimal(100), ON, held_until=ENDS[1])
    found = seer(paid("x", 1, 2, 5, 9)).expect(held)
    assert found.weeks[:2] == (0, 0)
    assert found.weeks[2] > 0


def test_few_promises_of_ones_own_are_judged_by_everybodys():
    assert forecast.kept_rate(0, 0, 80, 20) == pytest.approx(0.794, abs=0.001)
    assert forecast.kept_rate(0, 1, 80, 20) > 0.5
    assert forecast.kept_rate(0, 30, 80, 20) < 0.1
    assert forecast.kept_rate(0, 0, 0, 0) == 0.5


# === Weeks === #
def test_weeks_end_on_sundays_and_begin_tomorrow():
    assert [end.weekday() for end in ENDS] == [6] * 6
    assert ENDS[0] == ON + timedelta(days=6)
    sunday = date(2026, 3, 15)
    assert forecast.week_ends(sunday, 1) == (sunday + timedelta(days=7),)
    with pytest.raises(ToolError):
        forecast.week_ends(ON, 0)


def test_the_naive_rule_expects_late_debts_at_once_and_others_when_due():
    rows = [(-40, 1), (0, 2), (6, 4), (7, 8), (500, 16)]
    listed = [Debt("x", Decimal(a), ON + timedelta(days=day)) for day, a in rows]
    assert forecast.naive(listed, ENDS) == [7, 8, 0, 0, 0, 0]


def test_a_day_before_all_curves_is_before_any_payment():
    assert Curve(-5, (0.9, 0.5), 0.1).survival(-6) == 1
    assert Curve(-5, (0.9, 0.5), 0.1).survival(-2) == pytest.approx(0.5 * 0.9**2)


# === Real invoices === #
def load_backtest():
    path = ROOT / "benchmarks" / "backtest_forecast.py"
    spec = importlib.util.spec_from_file_location("backtest_forecast", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not FILE.exists(), reason=f"shared file absent: {FILE.name}")
def test_on_real_invoices_the_forecast_is_off_by_less_than_two_thirds_of_the_naive_rule():
    """From many days, each knowing only its past; week by week, and debtor by debtor."""
    bench = load_backtest()
    found = bench.backtest(bench.read(FILE), forecast, step=21)
    assert found["days"] >= 25
    assert sum(found["forecast"]) < sum(found["naive"]) * 2 / 3
    assert found["forecast_debtors"] < found["naive_debtors"]


@pytest.mark.skipif(not FILE.exists(), reason=f"shared file absent: {FILE.name}")
def test_a_forecast_knows_nothing_of_what_came_after_its_day():
    """The same invoices with another future give the same forecast."""
    bench = load_backtest()
    on = date(2013, 1, 6)
    real = bench.read(FILE)
    other = [
        bench.Invoice(i.debtor, i.date, i.due, i.paid + timedelta(days=400), i.amount)
        if i.paid > on
        else i
        for i in real
    ]
    first, second = (
        [mine for mine, _naive, _real in bench.compare(forecast, rows, on)]
        for rows in (real, other)
    )
    assert first == second
