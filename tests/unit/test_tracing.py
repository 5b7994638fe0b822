"""Looking for a debtor: what others must not hear, and when the person must hear of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.tracing import (
    combine_confidence,
    find_debt_word,
    needs_notice,
    notice_due,
    person_key,
)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("My name is Ann Lee. I would like to confirm the address of Bob Ray.", ""),
        ("Does Bob still live in number 5? He may call me.", ""),
        ("Bob owes us money", "owes"),
        ("It is about an unpaid INVOICE", "unpaid"),
        ("Wir suchen Herrn Ray wegen einer Rechnung", "Rechnung"),
        ("C'est pour une dette", "dette"),
        ("It is about 250 EUR", "250 EUR"),
        ("It is about €250", "€2"),
        ("He knows: INV/2026/00012", "INV/2026/00012"),
        ("The debtless year", ""),
    ],
)
def test_what_tells_a_stranger_of_the_debt(question, word):
    assert find_debt_word(question, ["INV/2026/00012", ""]) == word


def test_the_same_person_is_recognised():
    assert person_key("Lee,  Ann") == person_key("ann LEE")
    assert person_key("Ann Lee") != person_key("Anna Lee")
    assert person_key(" - ") == ""


@pytest.mark.parametrize(
    ("natural", "countries", "due"),
    [
        (True, {"BE", "US"}, True),
        (True, {"GB"}, True),
        (True, {"US"}, False),
        (False, {"DE"}, False),
        (True, set(), False),
    ],
)
def test_who_must_be_told(natural, countries, due):
    assert needs_notice(natural, countries) is due


def test_within_a_month_and_with_the_first_contact():
    assert notice_due(date(2026, 1, 31)) == date(2026, 2, 28)
    assert notice_due(date(2026, 3, 16)) == date(2026, 4, 16)
    assert notice_due(date(2026, 3, 16), date(2026, 3, 20)) == date(2026, 3, 20)
    assert notice_due(date(2026, 3, 16), date(2026, 1, 1)) == date(2026, 4, 16)
    assert notice_due(date(2026, 3, 16), date(2026, 9, 1)) == date(2026, 4, 16)


def test_sources_that_agree_are_surer_together():
    assert combine_confidence([]) == 0
    assert combine_confidence([50]) == 50
    assert combine_confidence([50, 50]) == 75


@given(st.lists(st.integers(-50, 150), max_size=8), st.integers(0, 100))
def test_one_more_source_never_makes_it_less_sure_nor_certain(values, more):
    assert 0 <= combine_confidence(values) <= combine_confidence([*values, more]) <= 99
