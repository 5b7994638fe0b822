"""Which stage an item warrants."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ladder_world import ON, action, day, item, policies, stage

from odoo.addons.collections_followup.tools.escalation import (
    Ladder,
    next_step_date,
    prefer,
    waiting_days,
    warranted,
)

LADDER = Ladder((stage(1, 5), stage(2, 20), stage(3, 40)))
COURTESY = Ladder((stage(1, -5), stage(2, 3), stage(3, 20)))
BIG = Decimal(1000)


@pytest.mark.parametrize(
    ("overdue", "expected"), [(-1, None), (4, None), (5, 1), (19, 1), (39, 1), (400, 1)]
)
def test_a_new_item_enters_at_the_first_stage(overdue, expected):
    assert warranted(LADDER, item(1, -overdue), ON, BIG) == expected


@pytest.mark.parametrize(("overdue", "expected"), [(4, None), (5, 1), (20, 2), (39, 2), (40, 3)])
def test_a_direct_ladder_takes_the_highest_that_fits(overdue, expected):
    direct = replace(LADDER, direct=True)
    assert warranted(direct, item(1, -overdue), ON, BIG) == expected


@pytest.mark.parametrize(("overdue", "expected"), [(-6, None), (-5, 1), (2, 1), (3, 2), (50, 2)])
def test_courtesy_is_only_for_those_who_come_early(overdue, expected):
    assert warranted(COURTESY, item(1, -overdue), ON, BIG) == expected


def test_nothing_advances_without_delivery():
    waiting = item(1, -300, stage=1, stage_since=day(-200))
    assert warranted(LADDER, waiting, ON, BIG) == 1
    assert next_step_date(LADDER, waiting) is None


def test_the_courtesy_needs_no_delivery():
    assert warranted(COURTESY, item(1, -3, stage=1, stage_since=day(-8)), ON, BIG) == 2


def test_a_late_item_waits_the_catch_up_days():
    late = item(1, -300, stage=1, stage_since=day(-9), reached_on=day(-6))
    assert next_step_date(LADDER, late) == day(1)
    assert warranted(LADDER, late, ON, BIG) == 1
    assert warranted(LADDER, late, day(1), BIG) == 2


def test_an_item_on_time_keeps_the_spacing_of_the_ladder():
    reached = item(1, -5, stage=1, stage_since=ON, reached_on=ON)
    assert next_step_date(LADDER, reached) == day(15)


def test_the_amount_keeps_an_item_where_it_is():
    ladder = Ladder((stage(1, 5), stage(2, 6, min_amount=100)))
    reached = item(1, -60, stage=1, stage_since=day(-30), reached_on=day(-30))
    assert warranted(ladder, reached, ON, Decimal("99.99")) == 1
    assert warranted(ladder, reached, ON, Decimal(100)) == 2


def test_a_stage_of_another_policy_counts_as_none():
    foreign = item(1, -6, stage=99, stage_since=day(-1), reached_on=day(-1))
    assert warranted(LADDER, foreign, ON, BIG) == 1


def test_the_last_stage_has_no_next_step():
    last = item(1, -90, stage=3, stage_since=day(-9), reached_on=day(-9))
    assert next_step_date(LADDER, last) is None
    assert warranted(LADDER, last, ON, BIG) == 3


def test_a_ladder_without_stages_warrants_nothing():
    assert warranted(Ladder(()), item(1, -90), ON, BIG) is None


@given(policies(), st.integers(-70, 30), st.integers(0, 5), st.integers(0, 300), st.booleans())
def test_a_stage_never_goes_down_and_climbs_one_step_at_most(rule, due, rank, amount, reached):
    ladder = rule.ladder
    rank = min(rank, len(ladder.stages)) - 1
    here = item(
        1,
        due,
        stage=ladder.stages[rank].id if rank >= 0 else None,
        stage_since=day(-5),
        reached_on=day(-3) if reached else None,
    )
    after = ladder.rank(warranted(ladder, here, ON, Decimal(amount)))
    assert after >= rank
    if not ladder.direct and rank >= 0:
        assert after <= rank + 1
        if after > rank and not ladder.stages[rank].before_due:
            assert reached
    if after > rank:
        assert here.days_overdue(ON) >= ladder.stages[after].min_days
        assert amount >= ladder.stages[after].min_amount


@given(policies())
def test_waiting_is_at_least_a_day_and_at_most_the_spacing(rule):
    ladder = rule.ladder
    for rank in range(len(ladder.stages) - 1):
        gap = ladder.stages[rank + 1].min_days - ladder.stages[rank].min_days
        assert 1 <= waiting_days(ladder, rank) <= gap


# === The channel a debtor prefers === #
MAIL_THEN_LETTER = (action(1), action(2, "letter", fallback=True))
MAIL_AND_CALL = (action(1), action(2, "call", delay_days=3, repeat_days=5, max_repeats=2))


def preferring(actions, channel):
    return prefer(Ladder((stage(1, 5, *actions),)), channel).stages[0].actions


@pytest.mark.parametrize("channel", [None, "email", "sms", "visit"])
def test_a_wish_the_stage_already_follows_or_cannot_changes_nothing(channel):
    assert preferring(MAIL_THEN_LETTER, channel) == MAIL_THEN_LETTER


def test_a_preferred_fallback_changes_places_with_the_first():
    letter, mail = preferring(MAIL_THEN_LETTER, "letter")
    assert (letter.channel, letter.fallback) == ("letter", False)
    assert (mail.channel, mail.fallback) == ("email", True)


def test_a_preferred_channel_of_the_same_rank_comes_first():
    call, mail = preferring(MAIL_AND_CALL, "call")
    assert (call.channel, call.delay_days, call.max_repeats) == ("call", 0, 2)
    assert (mail.channel, mail.delay_days, mail.fallback) == ("email", 3, False)


def test_a_preferred_channel_that_comes_sooner_stays_sooner():
    first = (action(1, delay_days=2), action(2, "call"))
    assert [a.delay_days for a in preferring(first, "call")] == [0, 2]


@given(policies(), st.sampled_from([f"channel {number}" for number in range(4)]))
def test_a_wish_never_adds_or_drops_a_contact(rule, channel):
    ladder = prefer(rule.ladder, channel)
    for before, after in zip(rule.ladder.stages, ladder.stages, strict=True):
        assert {a.id for a in after.actions} == {a.id for a in before.actions}
        assert sum(a.fallback for a in after.actions) == sum(a.fallback for a in before.actions)
        regular = [a for a in after.actions if not a.fallback]
        if regular and any(a.channel == channel for a in before.actions):
            assert any(a.channel == channel for a in regular)
