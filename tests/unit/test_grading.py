"""The own risk grade: explained part by part, bounded, never better for worse behaviour."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.grading import (
    GRADES,
    WEIGHTS,
    Behaviour,
    grade,
    letter_of,
)

BEHAVIOUR = st.builds(
    Behaviour,
    days_late=st.none() | st.decimals("0", "400", places=1),
    share_late=st.none() | st.decimals("0", "100", places=1),
    broken=st.integers(0, 20),
    bounced=st.integers(0, 20),
    months=st.integers(0, 400),
    used_percent=st.none() | st.decimals("0", "900", places=1),
)


def test_an_old_customer_who_pays_in_time_is_an_a():
    result = grade(Behaviour(Decimal(0), Decimal(0), 0, 0, 60, Decimal(40)))
    assert (result.letter, result.points) == ("A", 0)
    assert [part.code for part in result.parts] == list(WEIGHTS)


def test_everything_bad_is_an_e_with_all_points():
    result = grade(Behaviour(Decimal(90), Decimal(100), 5, 4, 0, Decimal(120)))
    assert (result.letter, result.points) == ("E", 100)


def test_a_new_customer_is_neither_good_nor_bad():
    result = grade(Behaviour())
    given_points = {part.code: part.points for part in result.parts}
    assert given_points == {
        "days_late": 15, "share_late": 10, "broken": 0, "bounced": 0, "relation": 10, "used": 5,
    }  # fmt: skip
    assert result.letter == "C"


def test_each_part_by_hand():
    result = grade(Behaviour(Decimal(12), Decimal(35), 1, 1, 18, Decimal(75)))
    given_points = {part.code: part.points for part in result.parts}
    assert given_points == {
        "days_late": 6, "share_late": 7, "broken": 5, "bounced": Decimal("7.5"),
        "relation": Decimal("2.5"), "used": 5,
    }  # fmt: skip
    assert (result.points, result.letter) == (33, "C")


@pytest.mark.parametrize(
    ("points", "letter"),
    [
        ("0", "A"),
        ("15", "A"),
        ("15.01", "B"),
        ("30", "B"),
        ("50", "C"),
        ("70", "D"),
        ("70.01", "E"),
    ],
)
def test_where_grades_begin(points, letter):
    assert letter_of(Decimal(points)) == letter


@given(BEHAVIOUR)
def test_points_are_the_sum_of_the_parts_and_never_above_a_hundred(behaviour):
    result = grade(behaviour)
    assert result.points == sum(part.points for part in result.parts)
    assert 0 <= result.points <= 100
    assert all(0 <= part.points <= part.most for part in result.parts)


@given(BEHAVIOUR, st.sampled_from(["broken", "bounced"]), st.integers(1, 5))
def test_worse_is_never_better(behaviour, name, more):
    worse = replace(behaviour, **{name: getattr(behaviour, name) + more})
    newer = replace(behaviour, months=max(0, behaviour.months - more))
    for other in (worse, newer):
        assert grade(other).points >= grade(behaviour).points
        assert GRADES.index(grade(other).letter) >= GRADES.index(grade(behaviour).letter)
