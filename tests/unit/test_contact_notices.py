"""Periods, holidays, wording and identifiers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools import contact_notices as notices
from odoo.addons.collections_followup.tools import identifiers
from odoo.addons.collections_followup.tools.contact_voicemail import (
    is_limited_content,
    voicemail_content,
)
from odoo.addons.collections_followup.tools.contact_wording import opt_out_statement_ok
from odoo.addons.collections_followup.tools.federal_holidays import (
    add_business_days,
    federal_holidays,
)


def test_federal_holidays_of_2026():
    """The eleven days of 5 U.S.C. 6103(a)."""
    assert sorted(federal_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 4),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    ]


def test_observed_holidays():
    assert date(2026, 7, 3) in federal_holidays(2026, observed=True)
    assert date(2027, 12, 31) in federal_holidays(2027, observed=True)
    assert date(2023, 1, 2) in federal_holidays(2023, observed=True)
    assert date(2020, 6, 19) not in federal_holidays(2020)


@given(st.dates(date(2022, 1, 1), date(2060, 1, 1)), st.integers(1, 30))
def test_business_days_are_business_days(start, number):
    end = add_business_days(start, number)
    span = [date.fromordinal(n) for n in range(start.toordinal() + 1, end.toordinal() + 1)]
    working = [d for d in span if d.weekday() < 5 and d not in federal_holidays(d.year)]
    assert len(working) == number
    assert working[-1] == end


@given(st.dates(date(2022, 1, 1), date(2060, 1, 1)))
def test_validation_period_never_ends_early(sent):
    plain, careful = (notices.validation_period(sent, observed=flag) for flag in (False, True))
    assert (plain.ends - plain.received).days == 30
    assert careful.ends >= plain.ends


def test_validation_information_given_by_word_of_mouth():
    day = date(2026, 8, 3)
    assert notices.validation_period(day, received=day).ends == date(2026, 9, 2)


def test_itemization_date_is_used_consistently():
    assert notices.itemization_date_allowed("charge_off", ())
    assert notices.itemization_date_allowed("charge_off", ["charge_off"])
    assert not notices.itemization_date_allowed("charge_off", ["last_statement"])
    assert not notices.itemization_date_allowed("invoice_date", ())


@pytest.mark.parametrize(
    "text",
    [
        "This is Robin Smith calling from ABC Inc. Please contact me or Jim Johnson at 1-800-555-1212.",
        "Hello. My name is Ann Lee. I am calling from North Services. Please return my call at (800) 555-1212.",
        "Hi Jane, this is Ann Lee with North Services. Please call me back at 800-555-1212 between 8:00 a.m. and 6:00 p.m.",
    ],
)
def test_limited_content(text):
    assert is_limited_content(voicemail_content(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This is Robin Smith from ABC Debt Recovery. Please call me at 1-800-555-1212.",
        "This is Robin Smith from ABC Inc. I am calling about your account. Please call me at 1-800-555-1212.",
        "This is Robin Smith from ABC Inc. Please call me at 1-800-555-1212. This is urgent.",
        "This is Robin Smith from ABC Inc. Please call me.",
        "This is ABC Inc. Please call 1-800-555-1212.",
    ],
)
def test_not_limited_content(text):
    assert not is_limited_content(voicemail_content(text))


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("Text STOP to end further texts.", True),
        ("Unsubscribe: click here to stop these e-mails.", True),
        ("You owe 100.00. Please pay now.", False),
        ("To opt out, call 1-800-555-1212.", False),
        ("Reply STOP with your account number to opt out.", False),
    ],
)
def test_opt_out_statement(text, ok):
    assert opt_out_statement_ok(text) is ok


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/- ", min_size=1, max_size=21))
def test_creditor_reference_round_trip(number):
    body = "".join(c for c in number if c.isalnum())
    if not body:
        with pytest.raises(ValueError, match="creditor reference"):
            identifiers.make_creditor_reference(number)
        return
    reference = identifiers.make_creditor_reference(number)
    assert len(reference) <= identifiers.REFERENCE_LENGTH
    assert identifiers.validate("iso11649", reference)
    assert identifiers.parse_creditor_reference(reference) == body
    printed = identifiers.format_creditor_reference(reference)
    assert identifiers.parse_creditor_reference(printed.lower()) == body


def test_creditor_reference_too_long():
    with pytest.raises(ValueError, match="creditor reference"):
        identifiers.make_creditor_reference("A" * 22)


def test_identifier_of_unknown_format():
    with pytest.raises(LookupError):
        identifiers.validate("xx.nothing", "1")
    with pytest.raises(LookupError):
        identifiers.validate("os.system", "1")
    with pytest.raises(ValueError, match="not a valid"):
        identifiers.compact("es.nif", "B64717839")
    assert identifiers.compact("be.ogm_vcs", "+++010/8068/17183+++") == "010806817183"
    assert identifiers.parse_creditor_reference("RF00NOT") is None
