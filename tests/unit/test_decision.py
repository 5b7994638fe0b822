"""The decision about one debtor on one day, and what holds over many days."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from ladder_world import (
    EUR,
    ON,
    USD,
    World,
    action,
    day,
    debts,
    decided,
    item,
    policies,
    policy,
    stage,
)

from odoo.addons.collections_followup.tools.decision import IDLE_DAYS

LADDER = (stage(1, 5), stage(2, 20), stage(3, 40))
OUTCOMES = st.lists(st.sampled_from(("done", "done", "failed", "sent")), min_size=1, max_size=4)
THOROUGH = settings(max_examples=80, deadline=None)


def contacts(decision):
    return [(i.stage, i.action.id, i.lines, i.amount) for i in decision.intents if not i.refusal]


# === One day === #
def test_the_notice_asks_for_the_balance_after_credits():
    items = [item(100, -6, 1), item(30, -2, 2), item(50, 3, 3), item(-20, line=4)]
    assert contacts(decided(policy(*LADDER), items)) == [(1, 10, (1, 2), Decimal(110))]


def test_nothing_is_planned_when_credits_cover():
    decision = decided(policy(*LADDER), [item(100, line=1), item(-100, line=2)])
    assert (decision.stage, decision.intents, decision.moved) == (None, (), ())
    assert decision.reason.code == "covered_by_credits"


def test_overdue_for_too_short_a_time_is_its_own_reason():
    decision = decided(policy(*LADDER), [item(100, -2)])
    assert decision.reason.code == "before_first_stage"
    assert decision.review_on == day(3)


def test_nothing_overdue_is_its_own_reason():
    decision = decided(policy(*LADDER), [item(100, 8)])
    assert decision.reason.code == "nothing_overdue"


def test_excluded_items_speak_for_themselves():
    decision = decided(policy(*LADDER), [item(100, excluded="disputed")])
    assert (decision.reason.code, decision.intents) == ("disputed", ())


def test_a_stage_without_actions_says_so():
    rule = policy(replace(stage(1, 5), actions=()))
    decision = decided(rule, [item(100)])
    assert (decision.stage, decision.reason.code, decision.intents) == (1, "no_actions", ())


def test_below_the_minimum_is_refused_and_looked_at_tomorrow():
    decision = decided(policy(*LADDER, minimum_amount=Decimal(101)), [item(100)])
    assert [i.refusal.code for i in decision.intents] == ["below_minimum"]
    assert (decision.reason.code, decision.review_on) == ("below_minimum", day(1))


def test_the_minimum_itself_is_enough():
    assert contacts(decided(policy(*LADDER, minimum_amount=Decimal(100)), [item(100)]))


def no_rate(amount, currency):
    return amount if currency == USD else None


def test_no_rate_is_refused_where_a_minimum_asks_for_it():
    rule = policy(*LADDER, minimum_amount=Decimal(1))
    decision = decided(rule, [item(100, currency=EUR)], convert=no_rate)
    assert decision.reason.code == "no_rate"


def test_no_rate_is_refused_where_a_stage_asks_for_it():
    rule = policy(stage(1, 5), stage(2, 20, min_amount=50))
    decision = decided(rule, [item(100, currency=EUR)], convert=no_rate)
    assert decision.reason.code == "no_rate"
    assert not contacts(decision)


def test_currencies_are_decided_apart():
    items = [item(100, -6, 1, USD), item(200, -50, 2, EUR), item(-500, -1, 3, USD)]
    decision = decided(policy(*LADDER), items)
    assert contacts(decision) == [(1, 10, (2,), Decimal(200))]


def test_a_step_that_no_channel_can_make_asks_for_a_person():
    rule = policy(stage(1, 5, action(10), action(11, "call", fallback=True)))
    world = World(rule, (item(100),))
    world.apply(world.decide(ON), ON, "failed")
    assert not world.decide(ON).unreachable
    world.apply(world.decide(ON), ON, "failed")
    assert world.decide(ON).unreachable
    assert [made[2].channel for made in world.made] == ["email", "call"]


def test_a_ladder_without_stages_decides_nothing():
    decision = decided(policy(), [item(100)])
    assert (decision.stage, decision.intents) == (None, ())


# === Many days === #
def live(rule, items, outcomes, length=120):
    """Live through days as the engine does, looking only on review days.

    :return: the world, and (day, decision, world before and after) through a callback-free list
    """
    world, review, days = World(rule, items), ON, []
    for offset in range(length):
        on = day(offset)
        if on < review:
            continue
        before = {i.line_id: i for i in world.items}
        decision = world.decide(on)
        world.apply(decision, on, outcomes[offset % len(outcomes)])
        # A contact that arrived or failed has the case looked at again the next day.
        review = max(decision.review_on, on + timedelta(days=1))
        if any(not i.refusal for i in decision.intents):
            review = on + timedelta(days=1)
        days.append((on, decision, before))
    return world, days


@THOROUGH
@given(policies(), debts(), OUTCOMES)
def test_stages_never_go_down(rule, items, outcomes):
    world, days = live(rule, items, outcomes)
    rank = rule.ladder.rank
    for _on, decision, before in days:
        for line, target in decision.moved:
            assert rank(target) > rank(before[line].stage)
    assert all(rank(i.stage) >= rank(j.stage) for i, j in zip(world.items, items, strict=True))


@THOROUGH
@given(policies(), debts(), OUTCOMES)
def test_one_stage_speaks_a_day_and_steps_keep_their_distance(rule, items, outcomes):
    world, _days = live(rule, items, outcomes)
    by_day = {}
    for on, number, *_rest in world.made:
        by_day.setdefault(on, set()).add(number)
    assert all(len(stages) == 1 for stages in by_day.values())
    ordered = sorted((on, stages.pop()) for on, stages in by_day.items())
    for (first, one), (second, two) in pairwise(ordered):
        if one != two:
            assert (second - first).days >= max(1, rule.min_interval)


@THOROUGH
@given(policies(), debts(), OUTCOMES)
def test_an_item_is_never_contacted_twice_in_an_unrepeated_step(rule, items, outcomes):
    world, _days = live(rule, items, outcomes)
    seen = {}
    tops = {}
    for _on, number, act, lines, _amount in world.made:
        for line in lines:
            tops.setdefault(line, number)
            key = (line, act.id)
            seen[key] = seen.get(key, 0) + 1
    # A later step of another item may name this one again; alone, it hears of an action once.
    if len([i for i in items if i.residual > 0 and not i.excluded]) == 1:
        limits = {a.id: 1 + a.max_repeats for s in rule.ladder.stages for a in s.actions}
        assert all(count <= limits[act] for (_line, act), count in seen.items())


@THOROUGH
@given(policies(), debts(), OUTCOMES)
def test_what_is_asked_for_is_owed_followed_and_not_covered(rule, items, outcomes):
    world, _days = live(rule, items, outcomes)
    owed = {i.line_id: i for i in items}
    credit = -sum(i.residual for i in items if i.residual < 0 and not i.excluded)
    for _on, _number, _act, lines, amount in world.made:
        assert lines
        assert all(owed[n].residual > 0 and not owed[n].excluded for n in lines)
        assert 0 < amount <= sum(owed[n].residual for n in lines)
        assert amount >= rule.minimum_amount
    if rule.net and credit >= sum(i.residual for i in items if i.residual > 0 and not i.excluded):
        assert not world.made


@THOROUGH
@given(policies(), debts(), OUTCOMES, st.integers(0, 60))
def test_nothing_changes_before_the_review_day(rule, items, outcomes, length):
    """Brute force: every day until the review day is decided, and decided alike."""
    world, days = live(rule, items, outcomes, length + 1)
    on = days[-1][0]
    decision = world.decide(on)
    world.apply(decision, on, "sent")
    after = world.decide(on)
    assert ON < after.review_on <= on + timedelta(days=IDLE_DAYS)
    shape = _shape(after)
    for offset in range(1, (after.review_on - on).days):
        assert _shape(world.decide(on + timedelta(days=offset))) == shape


def _shape(decision):
    refusals = [i.refusal.code for i in decision.intents if i.refusal]
    return decision.stage, decision.moved, contacts(decision), refusals, decision.unreachable


@THOROUGH
@given(policies(), debts(), OUTCOMES)
def test_every_silence_has_a_reason(rule, items, outcomes):
    _world, days = live(rule, items, outcomes)
    for _on, decision, _before in days:
        assert bool(contacts(decision)) == (decision.reason is None)


def test_the_review_day_is_the_day_on_which_something_happens():
    decision = decided(policy(*LADDER), [item(100, -2)])
    assert not decision.intents
    assert contacts(decided(policy(*LADDER), [item(100, -2)], on=decision.review_on))
