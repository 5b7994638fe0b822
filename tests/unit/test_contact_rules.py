"""Contact rules: a schedule that asks and obeys breaks nothing, and the moment named is the first.

The checkers here count with plain loops and know nothing of the code under test.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.contact_frequency import frequency_report
from odoo.addons.collections_followup.tools.contact_model import (
    BlockedTime,
    Consent,
    ContactRule,
    PastContact,
    PersonFacts,
    ProposedContact,
)
from odoo.addons.collections_followup.tools.contact_rules import check_contact

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ZONES = ("America/New_York", "America/Los_Angeles", "America/Denver", "Europe/Rome", "Asia/Riyadh")
DEBTS = ("D1", "D2", "D3")
OUTCOMES = ("no_answer", "busy", "voicemail", "conversation")

lenient = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def call_rule(**values):
    """Return a rule on calls with the limits of Regulation F unless told otherwise."""
    usual = {"window_days": 7, "max_attempts": 7, "cooldown_days": 7, "consent_days": 7}
    return ContactRule("CALLS", "frequency", channels=frozenset({"phone"}), **(usual | values))


def hour_rule(opening=480, closing=1260, closed=()):
    """Return a rule on hours; ``closed`` are weekdays without any."""
    hours = tuple(None if day in closed else (opening, closing) for day in range(7))
    return ContactRule("HOURS", "hours", hours=hours, holiday_hours=(opening, closing))


WISHES = ContactRule("WISHES", "inconvenient")


def placed(contact, outcome):
    """Return a proposed call as one that took place."""
    return PastContact(
        contact.at,
        contact.channel,
        debts=contact.debts,
        connected=outcome != "busy",
        conversation=outcome == "conversation",
        voicemail=outcome == "voicemail",
        names_debt=outcome == "voicemail",
    )


@st.composite
def cases(draw):
    """Draw rules, facts and a stream of wishes to call (delay in minutes, debts, outcome)."""
    calls = call_rule(
        max_attempts=draw(st.integers(1, 7)),
        window_days=draw(st.integers(1, 9)),
        cooldown_days=draw(st.sampled_from([0, 3, 7])),
    )
    hours = hour_rule(
        draw(st.sampled_from([360, 480, 510])),
        draw(st.sampled_from([1140, 1260, 1320])),
        draw(st.sets(st.sampled_from([5, 6]))),
    )
    spans = draw(
        st.lists(
            st.builds(
                BlockedTime,
                st.frozensets(st.integers(0, 6), min_size=1, max_size=3),
                st.integers(0, 700),
                st.integers(701, 1440),
            ),
            max_size=2,
        )
    )
    zones = draw(st.lists(st.sampled_from(ZONES[:3]), min_size=1, max_size=2, unique=True))
    facts = PersonFacts(time_zones=tuple(map(ZoneInfo, zones)), blocked_times=tuple(spans))
    wishes = draw(
        st.lists(
            st.tuples(
                st.integers(1, 3000),
                st.lists(st.sampled_from(DEBTS), min_size=1, max_size=2, unique=True),
                st.sampled_from(OUTCOMES),
            ),
            max_size=25,
        )
    )
    return (calls, hours, WISHES), facts, wishes


def obey(rules, facts, wishes):
    """Make each wished call at the first moment the verdict names; skip what is never allowed."""
    history, now = [], START
    for delay, debts, outcome in wishes:
        now += timedelta(minutes=delay)
        contact = ProposedContact(now, "phone", tuple(debts))
        verdict = check_contact(contact, history, rules, facts)
        if verdict.earliest is None:
            continue
        now = verdict.earliest
        contact = ProposedContact(now, "phone", tuple(debts))
        assert check_contact(contact, history, rules, facts).allowed
        history.append(placed(contact, outcome))
    return history


def brute_hours(rule, facts, past):
    """Tell whether a contact lies inside the hours of every zone and outside blocked times."""
    for zone in facts.time_zones:
        local = past.at.astimezone(zone)
        minute, window = local.hour * 60 + local.minute, rule.hours[local.weekday()]
        if window is None or not window[0] <= minute < window[1]:
            return False
        for span in facts.blocked_times:
            if local.weekday() in span.weekdays and span.start <= minute < span.end:
                return False
    return True


def brute_counts(rule, facts, history):
    """Tell whether limits and rest hold, charging a call of one debt or a named one to each."""
    zone = facts.time_zones[0]
    rows = [(past.at.astimezone(zone).date(), past) for past in history]
    for debt in DEBTS:
        mine = [(day, past) for day, past in rows if debt in past.debts]
        for position, (day, past) in enumerate(mine):
            if not past.connected:
                continue
            since = day - timedelta(days=rule.window_days - 1)
            if (
                sum(p.connected and since <= d <= day for d, p in mine[: position + 1])
                > rule.max_attempts
            ):
                return False
            for other, before in mine[:position]:
                if before.conversation and day < other + timedelta(days=rule.cooldown_days):
                    return False
    return True


@lenient
@given(cases())
def test_obeying_never_breaks_a_rule(case):
    """Who asks before each call and waits as told stays inside every limit, hour and wish."""
    rules, facts, wishes = case
    # One debt a call: which debt a call about several is charged to is the next test's matter.
    wishes = [(delay, debts[:1], outcome) for delay, debts, outcome in wishes]
    history = obey(rules, facts, wishes)
    assert all(brute_hours(rules[1], facts, past) for past in history)
    assert brute_counts(rules[0], facts, history)


@lenient
@given(cases())
def test_obeying_with_several_debts(case):
    """Calls about several debts are charged so that no debt exceeds its limit."""
    rules, facts, wishes = case
    history = obey(rules, facts, wishes)
    report = frequency_report(rules[0], history, facts)
    assert report.presumption == "compliance"
    counted = [item for item in report.counted if item.contact.connected]
    assert all(item.units for item in counted), "every connected call is charged to a debt"


@lenient
@given(cases(), st.data())
def test_earliest_is_allowed_and_first(case, data):
    """The moment named is allowed, and no minute before it is."""
    rules, facts, wishes = case
    history = obey(rules, facts, wishes)
    last = history[-1].at if history else START
    contact = ProposedContact(last + timedelta(minutes=1), "phone", ("D1", "D2"))
    verdict = check_contact(contact, history, rules, facts)
    if verdict.allowed:
        assert verdict.earliest == contact.at
        return
    if verdict.earliest is None:
        return
    at = ProposedContact(verdict.earliest, "phone", contact.debts)
    assert check_contact(at, history, rules, facts).allowed
    gap = int((verdict.earliest - contact.at) / timedelta(minutes=1))
    spots = {gap - 1, *range(0, gap, 97), *data.draw(st.sets(st.integers(0, gap - 1), max_size=30))}
    for spot in spots:
        earlier = ProposedContact(contact.at + timedelta(minutes=spot), "phone", contact.debts)
        assert not check_contact(earlier, history, rules, facts).allowed


@given(
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=3, unique=True),
    st.integers(0, 60 * 24 * 365),
)
@lenient
def test_hours_hold_in_every_zone_all_year(zones, minutes):
    """Also across changes to and from summer time, in zones that change on different days."""
    facts = PersonFacts(time_zones=tuple(map(ZoneInfo, zones)))
    rule = hour_rule()
    contact = ProposedContact(START + timedelta(minutes=minutes), "phone", ("D1",))
    verdict = check_contact(contact, (), [rule], facts)
    moment = verdict.earliest
    if moment is None:
        assert not verdict.allowed
        return
    assert brute_hours(rule, facts, PastContact(moment, "phone"))
    if not verdict.allowed:
        assert not brute_hours(rule, facts, PastContact(moment - timedelta(minutes=1), "phone"))


def test_consent_opens_the_day_it_names():
    """After a conversation the first moment allowed is the Monday the person asked for."""
    talk = datetime(2026, 4, 3, 15, tzinfo=UTC)
    facts = PersonFacts(
        time_zones=(ZoneInfo("UTC"),),
        consents=(Consent(talk, first_day=date(2026, 4, 6), last_day=date(2026, 4, 6)),),
    )
    history = [PastContact(talk, "phone", debts=("D1",), conversation=True)]
    contact = ProposedContact(talk + timedelta(hours=1), "phone", ("D1",))
    verdict = check_contact(contact, history, [call_rule(), hour_rule()], facts)
    assert (verdict.allowed, verdict.code) == (False, "after_conversation")
    assert verdict.earliest == datetime(2026, 4, 6, 8, tzinfo=UTC)
    assert verdict.text.startswith("After a conversation CALLS asks for 7 days of rest")


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [("07:59", False), ("08:00", True), ("20:59", True), ("21:00", False)],
)
def test_edges_of_the_hours(clock, allowed):
    """The opening minute is in, the closing minute is out."""
    facts = PersonFacts(time_zones=(ZoneInfo("UTC"),))
    at = datetime.fromisoformat(f"2026-03-02T{clock}+00:00")
    assert check_contact(ProposedContact(at, "phone"), (), [hour_rule()], facts).allowed is allowed


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [("14:59", True), ("15:00", False), ("16:59", False), ("17:00", True)],
)
def test_edges_of_a_blocked_time(clock, allowed):
    """In a second zone the same wish moves with the clock there."""
    blocked = (BlockedTime(start=900, end=1020),)
    at = datetime.fromisoformat(f"2026-03-02T{clock}+00:00")
    for zones, moment in (
        (("UTC",), at),
        (("Asia/Tokyo", "UTC"), at),
        (("UTC", "Asia/Tokyo"), at - timedelta(hours=9)),
    ):
        facts = PersonFacts(time_zones=tuple(map(ZoneInfo, zones)), blocked_times=blocked)
        verdict = check_contact(ProposedContact(moment, "phone"), (), [WISHES], facts)
        assert verdict.allowed is allowed


def test_rest_after_a_conversation_ends_after_seven_days():
    """12 CFR 1006, comment 14(b)(2)(ii)-1.ii: a talk on Friday the 14th, free on the 21st."""
    facts = PersonFacts(time_zones=(ZoneInfo("UTC"),))
    talk = datetime(2026, 8, 14, 9, tzinfo=UTC)
    history = [PastContact(talk, "phone", debts=("D1",), conversation=True)]
    contact = ProposedContact(talk + timedelta(days=1), "phone", ("D1",))
    verdict = check_contact(contact, history, [call_rule()], facts)
    assert verdict.earliest == datetime(2026, 8, 21, tzinfo=UTC)


def test_zones_that_never_meet():
    """Two zones without a common hour give no moment at all."""
    facts = PersonFacts(time_zones=(ZoneInfo("Pacific/Honolulu"), ZoneInfo("Asia/Kolkata")))
    contact = ProposedContact(START, "phone")
    verdict = check_contact(contact, (), [hour_rule(540, 1020)], facts)
    assert (verdict.allowed, verdict.earliest) == (False, None)


def test_unknown_time_zone_is_refused():
    verdict = check_contact(ProposedContact(START, "phone"), (), [hour_rule()], PersonFacts())
    assert (verdict.allowed, verdict.code, verdict.earliest) == (False, "time_zone_unknown", None)


def test_warning_allows_and_says_why():
    rule = ContactRule("B2B", "hours", hours=((480, 1140),) * 5 + (None, None), mode="warn")
    facts = PersonFacts(time_zones=(ZoneInfo("Europe/Rome"),))
    saturday = datetime(2026, 3, 7, 10, tzinfo=UTC)
    verdict = check_contact(ProposedContact(saturday, "phone"), (), [rule], facts)
    assert (verdict.allowed, verdict.mode, verdict.code) == (True, "warn", "hours")
    assert verdict.earliest == saturday
    assert verdict.warnings[0].earliest == datetime(2026, 3, 9, 7, tzinfo=UTC)


def test_rule_comes_into_force():
    """A rule binds from its first day, and the way out is never back into yesterday."""
    rule = call_rule(max_attempts=1, valid_from=date(2026, 9, 1))
    facts = PersonFacts(time_zones=(ZoneInfo("UTC"),))
    history = [PastContact(datetime(2026, 8, 31, 9, tzinfo=UTC), "phone", debts=("D1",))]
    before = ProposedContact(datetime(2026, 8, 31, 12, tzinfo=UTC), "phone", ("D1",))
    after = ProposedContact(datetime(2026, 9, 1, 12, tzinfo=UTC), "phone", ("D1",))
    assert check_contact(before, history, [rule], facts).allowed
    verdict = check_contact(after, history, [rule], facts)
    assert verdict.earliest == datetime(2026, 9, 7, tzinfo=UTC)


def test_order_of_history_does_not_matter():
    facts = PersonFacts(time_zones=(ZoneInfo("UTC"),))
    history = [PastContact(START + timedelta(days=day), "phone", debts=("D1",)) for day in range(7)]
    contact = ProposedContact(START + timedelta(days=6, hours=1), "phone", ("D1",))
    forward = check_contact(contact, history, [call_rule()], facts)
    backward = check_contact(contact, history[::-1], [call_rule()], facts)
    assert forward == backward
    assert forward.code == "frequency"
    assert forward.earliest == datetime(2026, 3, 9, tzinfo=UTC)


def test_naive_moment_is_an_error():
    with pytest.raises(TypeError):
        check_contact(ProposedContact(START.replace(tzinfo=None), "phone"), (), [], PersonFacts())


def test_unknown_kind_is_an_error():
    with pytest.raises(KeyError):
        rules = [ContactRule("X", "no_such_kind")]
        check_contact(ProposedContact(START, "phone"), (), rules, PersonFacts())
