"""Which contacts of a stage are due, given those made."""

from ladder_world import ON, action, day, item

from odoo.addons.collections_followup.tools.cadence import (
    Contact,
    due_actions,
    next_occurrence,
    undelivered,
)

MAIL, LETTER, CALL = (
    action(1),
    action(2, "letter", delay_days=3),
    action(3, "call", fallback=True),
)


def standing(line=1, since=0, reached=None):
    return item(
        100,
        line=line,
        stage=1,
        stage_since=day(since),
        reached_on=None if reached is None else day(reached),
    )


def contact(number=1, when=0, state="sent", lines=(1,), occurrence=1, stage=1, code=None):
    return Contact(number, stage, state, day(when), frozenset(lines), code, occurrence)


def due(actions, items, history=(), on=ON, **values):
    """[(action id, days from now)]"""
    found = due_actions(actions, 1, items, history, on, **values)
    return [(d.action.id, (d.on - ON).days) for d in found]


def test_each_action_once_after_its_delay():
    assert due((MAIL, LETTER), [standing()]) == [(1, 0), (2, 3)]
    assert due((MAIL, LETTER), [standing()], [contact()]) == [(2, 3)]
    assert due((MAIL, LETTER), [standing()], [contact(), contact(2, 3)]) == []


def test_the_step_ends_when_the_items_are_reached():
    assert due((MAIL, LETTER), [standing(reached=0)], [contact(state="done")]) == []


def test_a_planned_contact_counts_as_made_and_a_refused_one_does_not():
    assert due((MAIL,), [standing()], [contact(state="planned")]) == []
    assert due((MAIL,), [standing()], [contact(state="blocked")]) == [(1, 0)]
    assert due((MAIL,), [standing()], [contact(state="cancelled")]) == [(1, 0)]


def test_numbers_of_attempts_are_never_used_again():
    history = [contact(state="blocked"), contact(state="cancelled", occurrence=2)]
    assert next_occurrence(MAIL, history) == 3
    assert next_occurrence(LETTER, history) == 1


def test_a_contact_that_does_not_list_the_item_is_another_step():
    assert due((MAIL,), [standing(line=2)], [contact(when=-9)]) == [(1, 0)]


def test_a_contact_before_the_item_entered_the_stage_is_another_step():
    assert due((MAIL,), [standing(since=-1)], [contact(when=-2)]) == [(1, -1)]


def test_a_new_step_waits_for_the_interval():
    earlier = [contact(when=-1, state="done", lines=(9,))]
    assert due((MAIL,), [standing()], earlier, min_interval=5) == [(1, 4)]


def test_two_steps_never_fall_on_one_day():
    earlier = [contact(when=0, state="done", lines=(9,))]
    assert due((MAIL,), [standing()], earlier, min_interval=0) == [(1, 1)]


def test_repetitions_follow_the_last_contact_and_end():
    repeating = action(1, repeat_days=7, max_repeats=2)
    first = contact(when=-7, state="done")
    assert due((repeating,), [standing(since=-7, reached=-7)], [first]) == [(1, 0)]
    second = contact(when=0, state="done", occurrence=2)
    assert due((repeating,), [standing(since=-7, reached=-7)], [first, second]) == [(1, 7)]
    third = contact(when=7, state="done", occurrence=3)
    assert due((repeating,), [standing(since=-7, reached=-7)], [first, second, third]) == []


def test_nothing_is_repeated_while_a_contact_is_on_its_way():
    repeating = action(1, repeat_days=7, max_repeats=2)
    assert due((repeating,), [standing(since=-9)], [contact(when=-9)]) == []


def test_a_fallback_waits_for_a_failure():
    assert due((MAIL, CALL), [standing()]) == [(1, 0)]
    assert due((MAIL, CALL), [standing()], [contact()]) == []
    assert due((MAIL, CALL), [standing()], [contact(state="failed")]) == [(3, 0)]
    history = [contact(state="failed"), contact(3, state="sent")]
    assert due((MAIL, CALL), [standing()], history) == []


def test_a_fallback_is_not_needed_while_another_contact_is_on_its_way():
    history = [contact(state="failed"), contact(2, state="sent")]
    assert due((MAIL, LETTER, CALL), [standing()], history) == []


def test_undelivered_means_every_channel_was_tried_and_failed():
    assert not undelivered((MAIL, CALL), 1, [standing()], [])
    assert not undelivered((MAIL, CALL), 1, [standing()], [contact(state="failed")])
    both = [contact(state="failed"), contact(3, state="failed")]
    assert undelivered((MAIL, CALL), 1, [standing()], both)
    assert not undelivered((MAIL, CALL), 1, [standing()], [both[0], contact(3)])
    assert not undelivered((MAIL,), 1, [standing(reached=0)], [contact(state="failed")])


def test_a_channel_without_an_address_lets_the_fallback_follow_and_is_tried_again():
    nowhere = contact(state="blocked", code="no_email")
    assert due((MAIL, CALL), [standing()], [nowhere]) == [(1, 0), (3, 0)]
    assert undelivered((MAIL,), 1, [standing()], [nowhere])
    assert not undelivered((MAIL, CALL), 1, [standing()], [nowhere])


def test_a_refusal_for_another_reason_is_no_reason_for_the_fallback():
    late = contact(state="blocked", code="hours")
    assert due((MAIL, CALL), [standing()], [late]) == [(1, 0)]
    assert not undelivered((MAIL,), 1, [standing()], [late])
