"""Two policies on random halves: the split, the figures, and how sure one can be of them."""

import random
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools import experiment as trial
from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.experiment import Arm, Outcome

OUTCOMES = st.builds(
    lambda owed, share, days: Outcome(owed, (owed * share).quantize(Decimal("0.01")), days),
    st.decimals("1", "100000", places=2),
    st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1)]),
    st.none() | st.integers(0, 60),
)


def paying(count, share, owed=100):
    """So many debtors, the first of whom pay everything."""
    full = round(count * share)
    return [Outcome(Decimal(owed), Decimal(owed if n < full else 0)) for n in range(count)]


# === The split === #
@given(st.integers(1, 10**9), st.text(max_size=20))
def test_a_debtor_always_lands_in_the_same_half(debtor, seed):
    assert trial.arm_of(debtor, seed) is trial.arm_of(debtor, seed)


def test_the_halves_are_halves_and_differ_from_trial_to_trial():
    first = [trial.arm_of(n, "spring") for n in range(10_000)]
    second = [trial.arm_of(n, "autumn") for n in range(10_000)]
    assert 4_850 < first.count(Arm.A) < 5_150
    same = sum(a is b for a, b in zip(first, second, strict=True))
    assert 4_850 < same < 5_150  # as often as chance has it


def test_numbers_in_a_row_are_not_dealt_in_turn():
    arms = [trial.arm_of(n, "x") for n in range(1_000)]
    changes = sum(a is not b for a, b in pairwise(arms))
    assert 440 < changes < 560


# === Figures === #
def test_a_half_in_figures():
    found = trial.summarize(
        [
            Outcome(Decimal(100), Decimal(100), 4),
            Outcome(Decimal(300), Decimal(300), 10),
            Outcome(Decimal(600), Decimal(50)),
        ]
    )
    assert (found.debtors, found.owed, found.paid) == (3, 1000, 450)
    assert (found.in_full, found.money_share, found.mean_days) == (2, 0.45, 7)


def test_an_empty_half_has_shares_of_nothing():
    empty = trial.summarize([])
    assert (empty.money_share, empty.debtor_share, empty.mean_days) == (0, 0, None)


@pytest.mark.parametrize(("owed", "paid"), [(0, 0), (-1, 0), (10, 11), (10, -1)])
def test_impossible_outcomes_are_refused(owed, paid):
    with pytest.raises(ToolError):
        Outcome(Decimal(owed), Decimal(paid))


# === How sure === #
def test_newcombe_as_published():
    """56/70 against 48/80, method 10: 0.0524 to 0.3339 (Newcombe 1998, table II, example a)."""
    found = trial.newcombe(48, 80, 56, 70)
    assert found.points == pytest.approx(20)
    assert (found.low, found.high) == pytest.approx((5.24, 33.39), abs=0.01)


def test_newcombe_as_published_when_nobody_paid():
    """0/10 against 0/20, method 10: -0.1611 to 0.2775 (ibid., example f)."""
    found = trial.newcombe(0, 20, 0, 10)
    assert (found.low, found.high) == pytest.approx((-16.11, 27.75), abs=0.01)


def test_with_equal_debts_money_is_a_share_of_debtors():
    """Then the interval is the textbook one of two proportions, with n - 1 for n."""
    found = trial.ratio_difference(paying(100, 0.5), paying(200, 0.6))
    spread = 196 * (0.5 * 0.5 / 99 + 0.6 * 0.4 / 199) ** 0.5
    assert found.points == pytest.approx(10)
    assert found.high - found.points == pytest.approx(spread, rel=1e-3)


def test_too_few_debtors_say_nothing():
    found = trial.compare(paying(29, 0.1), paying(500, 0.9))
    assert (found.money, found.debtors) == (None, None)
    assert found.b.in_full == 450


def test_a_large_difference_among_many_is_reliable_and_a_small_one_among_few_is_not():
    assert trial.compare(paying(500, 0.4), paying(500, 0.6)).money.is_reliable
    assert not trial.compare(paying(50, 0.4), paying(50, 0.5)).money.is_reliable


@given(st.lists(OUTCOMES, min_size=2, max_size=40), st.lists(OUTCOMES, min_size=2, max_size=40))
def test_the_estimate_lies_in_its_interval_and_turning_round_turns_the_sign(a, b):
    there, back = trial.compare(a, b, fewest=2), trial.compare(b, a, fewest=2)
    for one, other in ((there.money, back.money), (there.debtors, back.debtors)):
        assert -100 <= one.low <= one.points + 1e-9
        assert one.points - 1e-9 <= one.high <= 100
        assert one.points == pytest.approx(-other.points)
        assert (one.low, one.high) == pytest.approx((-other.high, -other.low))


@pytest.mark.parametrize("better", [0.0, 0.1])
def test_of_a_hundred_trials_alike_about_ninety_five_intervals_hold_the_truth(better):
    """Debts as unequal as real ones, some paid in part."""
    chance = random.Random(7)

    def half(share, count):
        found = []
        for _number in range(count):
            owed = Decimal(str(round(chance.lognormvariate(6, 1), 2)))
            part = chance.choice(["0.5", "1"]) if chance.random() < share else "0"
            found.append(Outcome(owed, (owed * Decimal(part)).quantize(Decimal("0.01"))))
        return found

    truth = 100 * better * 0.75
    trials = [trial.ratio_difference(half(0.4, 120), half(0.4 + better, 150)) for _n in range(300)]
    held = sum(found.low <= truth <= found.high for found in trials)
    assert 0.92 <= held / 300 <= 0.98
