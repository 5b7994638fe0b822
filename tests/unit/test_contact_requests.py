"""What a person asked for, who else may be told, and through which address."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from odoo.addons.collections_followup.tools.contact_model import (
    AddressRecord,
    Attorney,
    BlockedTime,
    CeaseRequest,
    ContactRule,
    OptOut,
    PastContact,
    PersonFacts,
    ProposedContact,
)
from odoo.addons.collections_followup.tools.contact_parties import email_objection, text_objection
from odoo.addons.collections_followup.tools.contact_rules import check_contact

AT = datetime(2026, 9, 16, 12, tzinfo=UTC)
DAY = AT.date()
FACTS = PersonFacts(time_zones=(ZoneInfo("UTC"),))
CALL = ProposedContact(AT, "phone", ("D1",))
MAIL = ProposedContact(AT, "email", ("D1",), address="a@gmail.com")


def rule(kind, **values):
    return ContactRule(kind.upper(), kind, **values)


def code(contact, a_rule, history=(), **facts):
    """Return the code of the verdict of one rule."""
    return check_contact(contact, history, [a_rule], replace(FACTS, **facts)).code


def past(minutes, direction="in", channel="email", **values):
    """Return a contact some minutes before ``AT``."""
    at = AT - timedelta(minutes=minutes)
    return PastContact(
        at, channel, direction, address=values.pop("address", "a@gmail.com"), **values
    )


def test_cease_binds_from_receipt_for_its_debt():
    cease = (CeaseRequest(DAY, frozenset({"D1"})),)
    assert code(CALL, rule("cease"), cease=cease) == "cease"
    assert code(replace(CALL, at=AT - timedelta(days=1)), rule("cease"), cease=cease) == "ok"
    assert code(replace(CALL, debts=("D2",)), rule("cease"), cease=cease) == "ok"
    assert code(replace(CALL, purpose="remedy_may_be_invoked"), rule("cease"), cease=cease) == "ok"
    assert code(replace(CALL, role="attorney"), rule("cease"), cease=cease) == "ok"


@pytest.mark.parametrize(
    ("attorney", "expected"),
    [
        (Attorney(DAY), "attorney"),
        (Attorney(DAY + timedelta(days=1)), "ok"),
        (Attorney(DAY, consents=True), "ok"),
        (Attorney(DAY, unresponsive_from=DAY), "ok"),
        (Attorney(DAY, frozenset({"D2"})), "ok"),
    ],
)
def test_attorney(attorney, expected):
    assert code(CALL, rule("attorney"), attorney=attorney) == expected


def test_attorney_not_answering_opens_a_day():
    facts = replace(FACTS, attorney=Attorney(DAY, unresponsive_from=DAY + timedelta(days=20)))
    verdict = check_contact(CALL, (), [rule("attorney")], facts)
    assert verdict.earliest == datetime(2026, 10, 6, tzinfo=UTC)


def test_represented_person_may_be_answered_once():
    attorney = Attorney(DAY)
    assert code(MAIL, rule("attorney"), [past(5)], attorney=attorney) == "ok"
    answered = [past(5), past(2, "out")]
    assert code(MAIL, rule("attorney"), answered, attorney=attorney) == "attorney"
    assert code(CALL, rule("attorney"), [past(5)], attorney=attorney) == "attorney"


def test_stop_calling_covers_every_kind_of_call():
    wish = (OptOut(frozenset({"phone"})),)
    for channel in ("phone", "prerecorded_call", "ringless_voicemail"):
        assert (
            code(replace(CALL, channel=channel), rule("medium"), opt_outs=wish) == "opt_out_medium"
        )
    assert code(MAIL, rule("medium"), opt_outs=wish) == "ok"


def test_address_opt_out_covers_any_debt_but_only_that_address():
    wish = (OptOut(frozenset({"email"}), "a@gmail.com"),)
    assert code(replace(MAIL, debts=("D9",)), rule("medium"), opt_outs=wish) == "opt_out_address"
    assert code(replace(MAIL, address="b@gmail.com"), rule("medium"), opt_outs=wish) == "ok"
    confirmation = replace(MAIL, purpose="opt_out_confirmation")
    assert code(confirmation, rule("medium"), opt_outs=wish) == "ok"
    again = [past(5, "out", purpose="opt_out_confirmation")]
    assert code(confirmation, rule("medium"), again, opt_outs=wish) == "opt_out_address"


def test_number_opted_out_of_texts_may_be_called():
    wish = (OptOut(frozenset({"sms"}), "+1"),)
    assert code(replace(CALL, address="+1"), rule("medium"), opt_outs=wish) == "ok"
    assert code(replace(CALL, channel="sms", address="+1"), rule("medium"), opt_outs=wish) != "ok"


def test_reply_in_blocked_time_once_per_message():
    blocked = (BlockedTime(frozenset({2}), 660, 780),)
    inconvenient = rule("inconvenient")
    assert code(MAIL, inconvenient, blocked_times=blocked) == "inconvenient_time"
    assert code(MAIL, inconvenient, [past(5)], blocked_times=blocked) == "ok"
    assert code(CALL, inconvenient, [past(5)], blocked_times=blocked) == "inconvenient_time"
    talk = [past(9), past(7, "out")]
    assert code(MAIL, inconvenient, talk, blocked_times=blocked) == "inconvenient_time"
    assert code(MAIL, inconvenient, [*talk, past(3)], blocked_times=blocked) == "ok"
    assert code(MAIL, inconvenient, [past(90)], blocked_times=blocked) == "inconvenient_time"


def test_third_party_is_asked_once_and_told_nothing():
    third = rule("third_party", location_contacts=1)
    ask = replace(CALL, role="third_party", person_id="P", purpose="location_information")
    assert code(replace(ask, purpose=""), third) == "third_party"
    assert code(ask, third) == "ok"
    rings = [past(60, "out", "phone", role="third_party", person_id="P")]
    assert code(ask, third, rings) == "ok"
    talk = [past(60, "out", "phone", role="third_party", person_id="P", conversation=True)]
    assert code(ask, third, talk) == "third_party_again"
    assert code(ask, third, talk, location_again=frozenset({"P"})) == "ok"
    assert code(replace(ask, person_id="Q"), third, talk) == "ok"
    assert code(ask, rule("third_party", location_contacts=0)) == "third_party"
    assert code(replace(ask, channel="postcard"), third) == "postcard"


def test_wrong_number_is_not_called():
    wrong = frozenset({"+1"})
    contact = replace(CALL, address="+1")
    assert code(contact, rule("third_party"), wrong_numbers=wrong) == "wrong_number"


def test_work_place():
    at_work = replace(CALL, place="work")
    assert code(at_work, rule("workplace")) == "ok"
    assert code(at_work, rule("workplace"), employer_prohibits=True) == "workplace"
    ireland = rule("workplace", consent_lifts=True)
    assert code(at_work, ireland) == "workplace"
    assert code(at_work, ireland, work_consent=True) == "ok"
    ten_days = rule("workplace", request_days=10)
    asked = {"employer_request": DAY - timedelta(days=9)}
    assert code(at_work, ten_days, **asked) == "workplace_request"
    verdict = check_contact(at_work, (), [ten_days], replace(FACTS, **asked))
    assert verdict.earliest == datetime(2026, 9, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("consumer_used", "ok"),
        ("consent", "ok"),
        ("prior_collector", "ok"),
        ("creditor_notice", "employer_address"),
    ],
)
def test_employer_address(basis, expected):
    record = AddressRecord("a@gmail.com", basis, employer_provided=True)
    assert code(MAIL, rule("workplace"), addresses={"a@gmail.com": record}) == expected


NOTICE = AddressRecord(
    "a@gmail.com", "creditor_notice", date(2026, 5, 1), date(2026, 6, 5), prior_used=True
)


@pytest.mark.parametrize(
    ("changes", "on", "expected"),
    [
        ({}, date(2026, 6, 6), ""),
        ({}, date(2026, 6, 5), "opt_out_period_running"),
        ({"opt_out_by": date(2026, 6, 4)}, date(2026, 7, 1), "opt_out_period_too_short"),
        ({"public_domain": False}, date(2026, 7, 1), "not_public_domain"),
        ({"employer_provided": True}, date(2026, 7, 1), "not_public_domain"),
        ({"notice_sent": None}, date(2026, 7, 1), "no_notice"),
        ({"basis": "prior_collector"}, date(2026, 5, 2), ""),
        (
            {"basis": "prior_collector", "prior_used": False},
            date(2026, 7, 1),
            "not_used_by_prior_collector",
        ),
        ({"basis": "consumer_used", "disclosed_to_others": True}, date(2026, 7, 1), "disclosed"),
        ({"basis": ""}, date(2026, 7, 1), "no_basis"),
    ],
)
def test_email_procedure(changes, on, expected):
    """12 CFR 1006.6(d)(4), comment 6(d)(4)(iii)-2.i-iii."""
    assert email_objection(replace(NOTICE, **changes), on) == expected


@pytest.mark.parametrize(
    ("basis", "days", "expected"),
    [
        ("consent", 60, ""),
        ("consent", 61, "not_confirmed_recently"),
        ("consumer_used", 0, ""),
        ("creditor_notice", 0, "no_basis"),
    ],
)
def test_text_procedure(basis, days, expected):
    """12 CFR 1006.6(d)(5): within the past 60 days."""
    record = AddressRecord("+1", basis, confirmed=DAY - timedelta(days=days))
    assert text_objection(record, DAY) == expected


def test_email_waits_for_the_opt_out_period():
    facts = replace(FACTS, addresses={"a@gmail.com": replace(NOTICE, opt_out_by=date(2026, 9, 20))})
    verdict = check_contact(MAIL, (), [rule("address", notice_days=35)], facts)
    assert verdict.earliest == datetime(2026, 9, 21, tzinfo=UTC)


def test_disputed_debt():
    disputed = frozenset({"D1"})
    assert code(CALL, rule("dispute"), disputed_debts=disputed) == "dispute"
    assert code(replace(CALL, debts=("D1", "D2")), rule("dispute"), disputed_debts=disputed) == "ok"


def test_validation_notice_overdue():
    late = {"initial_communication": DAY - timedelta(days=6)}
    validation = rule("validation", notice_days=5)
    assert code(CALL, validation, **late) == "validation_overdue"
    assert code(CALL, validation, **late, validation_sent=DAY) == "ok"
    assert code(CALL, validation, initial_communication=DAY - timedelta(days=5)) == "ok"


def test_media_lists():
    listed = frozenset({"email", "sms"})
    assert code(CALL, rule("permitted_media", channels=listed)) == "medium_not_permitted"
    assert code(MAIL, rule("permitted_media", channels=listed)) == "ok"
    assert code(MAIL, rule("forbidden_media", channels=listed)) == "medium_forbidden"
    assert code(CALL, rule("forbidden_media", channels=listed)) == "ok"
