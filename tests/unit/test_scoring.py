"""The score of the work list: explained, bounded, monotone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.scoring import (
    DEFAULT_WEIGHTS,
    Facts,
    Scales,
    score,
)

FACTS = st.builds(
    Facts,
    amount_overdue=st.decimals("0", "10000000", places=2),
    days_overdue=st.integers(-30, 4000),
    broken_promises=st.integers(0, 50),
    days_silent=st.integers(0, 4000),
    risk=st.decimals("0", "1", places=2),
    trend=st.decimals("-90", "90", places=1),
)
WEIGHTS = st.fixed_dictionaries({}, optional={
    factor: st.decimals("0", "100", places=1) for factor in DEFAULT_WEIGHTS
}).filter(lambda weights: sum(weights.values()) > 0)  # fmt: skip
MORE = {
    "amount_overdue": st.decimals("0", "100000", places=2),
    "days_overdue": st.integers(0, 400),
    "broken_promises": st.integers(0, 5),
    "days_silent": st.integers(0, 400),
    "risk": st.decimals("0", "1", places=2),
    "trend": st.decimals("0", "60", places=1),
}


def test_a_debtor_who_owes_nothing_scores_nothing():
    assert score(Facts()).value == 0


def test_every_part_comes_with_its_points_and_a_sentence():
    facts = Facts(Decimal(5000), 60, 1, 14, Decimal("0.5"), Decimal(15))
    result = score(facts)
    assert result.value == 50  # every factor stands at half of its scale
    assert [part.factor for part in result.parts] == list(DEFAULT_WEIGHTS)
    assert all(part.level == Decimal("0.5") for part in result.parts)
    sentences = [part.sentence for part in result.parts]
    assert "5000 overdue" in sentences
    assert "oldest item 60 days overdue" in sentences
    assert "no answer for 14 days" in sentences


@given(FACTS, WEIGHTS)
def test_the_score_lies_between_0_and_100_and_is_the_sum_of_its_parts(facts, weights):
    result = score(facts, weights)
    assert 0 <= result.value <= 100
    assert result.value == sum(part.points for part in result.parts)
    assert all(part.points >= 0 and 0 <= part.level <= 1 for part in result.parts)


@given(FACTS, WEIGHTS, st.sampled_from(sorted(MORE)), st.data())
def test_the_score_never_falls_when_one_factor_grows(facts, weights, field, data):
    more = data.draw(MORE[field])
    worse = replace(facts, **{field: getattr(facts, field) + more})
    assert score(worse, weights).value >= score(facts, weights).value


@given(FACTS)
def test_only_the_proportions_of_the_weights_matter(facts):
    doubled = {factor: weight * 2 for factor, weight in DEFAULT_WEIGHTS.items()}
    assert score(facts, doubled) == score(facts)


def test_a_weight_of_one_factor_alone():
    facts = Facts(amount_overdue=Decimal(100), risk=Decimal(1))
    assert score(facts, {"risk": Decimal(1)}).value == 100
    assert score(facts, {"amount": Decimal(1)}, Scales(amount_half=Decimal(100))).value == 50


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ({"mood": Decimal(1)}, "weight_unknown"),
        ({"amount": Decimal(0)}, "weights_invalid"),
        ({"amount": Decimal(2), "age": Decimal(-1)}, "weights_invalid"),
    ],
)
def test_bad_weights_are_refused(weights, code):
    with pytest.raises(ToolError) as caught:
        score(Facts(), weights)
    assert caught.value.code == code
