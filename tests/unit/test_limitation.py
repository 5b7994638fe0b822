"""Periods of limitation, worked out by hand from the statutes, and what holds for all of them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.limitation import (
    EFFECTS,
    EVENTS,
    Event,
    Rule,
    earliest_end,
    limitation,
)

GERMANY = Rule(
    36,
    from_year_end=True,
    effects={
        "acknowledgement": "renew",
        "payment": "renew",
        "promise": "renew",
        "negotiation": "suspend",
        "suit": "suspend",
        "judgment": "renew",
    },
    months_after=6,
    judgment_months=360,
)
ENGLAND = Rule(72, effects={"acknowledgement": "renew", "payment": "renew", "suit": "stop"})
POLAND = Rule(24, to_year_end=True, effects={"acknowledgement": "renew", "suit": "renew"})
DUE = date(2023, 3, 10)
ON = date(2026, 3, 16)


def ends(rule, *events, due=DUE, on=ON):
    return limitation(rule, due, [Event(*event) for event in events], on).ends


def test_germany_counts_from_the_end_of_the_year():
    """BGB 195, 199: due in March 2023, last day 31 December 2026."""
    assert ends(GERMANY) == date(2026, 12, 31)
    assert ends(GERMANY, due=date(2022, 12, 31)) == date(2025, 12, 31)


def test_england_counts_from_the_due_date():
    """Limitation Act 1980 s. 5: six years."""
    assert ends(ENGLAND) == date(2029, 3, 10)


def test_poland_ends_with_a_year():
    """KC 118: the last day of the calendar year."""
    assert ends(POLAND) == date(2025, 12, 31)
    assert limitation(POLAND, DUE, (), ON).barred


def test_a_leap_day():
    assert ends(Rule(12), due=date(2024, 2, 29)) == date(2025, 2, 28)


def test_the_last_day_is_not_barred_yet():
    assert not limitation(Rule(36), DUE, (), date(2026, 3, 10)).barred
    assert limitation(Rule(36), DUE, (), date(2026, 3, 11)).barred


def test_a_part_payment_begins_it_anew_at_once():
    """BGB 212: from the payment, not from the end of its year."""
    assert ends(GERMANY, ("payment", date(2025, 5, 2))) == date(2028, 5, 2)
    assert ends(ENGLAND, ("payment", date(2025, 5, 2))) == date(2031, 5, 2)


def test_an_acknowledgement_before_it_has_begun_changes_nothing():
    assert ends(GERMANY, ("acknowledgement", date(2023, 6, 1))) == date(2026, 12, 31)


def test_what_comes_too_late_changes_nothing():
    found = limitation(POLAND, DUE, [Event("acknowledgement", date(2026, 1, 5))], ON)
    assert found.barred
    assert found.renewed_by is None


def test_negotiations_are_not_counted():
    """BGB 203, 209: 31 days in January 2025, and six months after."""
    alone = Rule(36, from_year_end=True, effects={"negotiation": "suspend"})
    talks = ("negotiation", date(2025, 1, 1), date(2025, 1, 31))
    assert ends(alone, talks) == date(2026, 12, 31) + timedelta(days=31)


def test_a_suit_that_goes_on_keeps_the_debt_alive():
    found = limitation(GERMANY, DUE, [Event("suit", date(2025, 1, 1))], date(2030, 1, 1))
    assert found.suspended
    assert not found.barred


def test_after_the_suit_six_months_more():
    found = limitation(
        GERMANY, DUE, [Event("suit", date(2025, 1, 1), date(2025, 6, 30))], date(2027, 1, 1)
    )
    # 1 January to 30 December 2025 are not counted: 364 days.
    assert found.ends == date(2026, 12, 31) + timedelta(days=364)
    assert not found.suspended


def test_overlapping_suspensions_count_once():
    rule = Rule(36, effects={"negotiation": "suspend"})
    both = (
        ("negotiation", date(2024, 1, 1), date(2024, 1, 20)),
        ("negotiation", date(2024, 1, 11), date(2024, 1, 31)),
    )
    assert ends(rule, *both) == date(2026, 3, 10) + timedelta(days=31)


def test_a_suit_stops_it_where_the_law_says_so():
    assert ends(ENGLAND, ("suit", date(2025, 1, 1))) is None


def test_a_judgment_has_its_own_period():
    """BGB 197: thirty years."""
    assert ends(GERMANY, ("judgment", date(2025, 9, 1))) == date(2055, 9, 1)


def test_the_earliest_end():
    assert earliest_end([GERMANY, ENGLAND], DUE) == date(2026, 3, 10)
    assert earliest_end([], DUE) is None


RULES = st.builds(
    Rule,
    st.integers(1, 240),
    st.booleans(),
    st.booleans(),
    st.dictionaries(st.sampled_from(EVENTS), st.sampled_from(EFFECTS)),
    st.integers(0, 12),
    st.integers(0, 360),
)
DAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31))


@st.composite
def happenings(draw):
    day = draw(DAYS)
    until = draw(st.none() | st.integers(0, 900).map(lambda n: day + timedelta(days=n)))
    return Event(draw(st.sampled_from(EVENTS)), day, until)


EVENT_LISTS = st.lists(happenings(), max_size=5)


@given(RULES, DAYS, EVENT_LISTS, DAYS)
def test_nothing_that_happens_ends_it_earlier(rule, due, events, on):
    """Unless a court has set another period."""
    plain = limitation(rule, due, (), on)
    found = limitation(rule, due, [e for e in events if e.kind != "judgment"], on)
    assert found.ends is None or found.ends >= plain.ends
    assert plain.ends >= earliest_end([rule], due)


@given(RULES, DAYS, EVENT_LISTS, DAYS)
def test_the_order_in_which_events_are_told_does_not_matter(rule, due, events, on):
    # Of one day, the last told wins; days differ here.
    events = list({event.day: event for event in events}.values())
    assert limitation(rule, due, events, on) == limitation(rule, due, events[::-1], on)


@given(RULES, DAYS, EVENT_LISTS, DAYS)
def test_what_is_still_to_come_does_not_count(rule, due, events, on):
    past = [event for event in events if event.day <= on]
    assert limitation(rule, due, events, on) == limitation(rule, due, past, on)


@given(RULES, DAYS, EVENT_LISTS, DAYS)
def test_barred_means_that_the_last_day_has_passed(rule, due, events, on):
    found = limitation(rule, due, events, on)
    assert found.barred == (found.ends is not None and found.ends < on)
