"""Numbers that name a person or company: check digits, one way of writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.identifiers import validate
from odoo.addons.collections_followup.tools.identity import (
    COMPANY_MODULES,
    EU,
    PERSONAL_MODULES,
    VAT_MODULES,
    identify,
    number_module,
    plain,
)


@pytest.mark.parametrize(
    ("kind", "number", "country", "kept", "checked"),
    [
        ("vat", "BE 0428.759.497", "BE", "BE0428759497", True),
        ("vat", "0428.759.497", "BE", "BE0428759497", True),
        ("vat", "EL 094259216", "GR", "EL094259216", True),
        ("company", "0428.759.497", "BE", "0428759497", True),
        ("company", "732 829 320", "FR", "732829320", True),
        ("personal", "44051401458", "PL", "44051401458", True),
        ("iban", "BE71 0961 2345 6769", "", "BE71096123456769", True),
        ("lei", "213800KUD8LAJWSQ9D15", "", "213800KUD8LAJWSQ9D15", True),
        ("company", "CR-4711/88", "SA", "CR471188", False),
    ],
)
def test_kept_in_one_way_of_writing(kind, number, country, kept, checked):
    assert identify(kind, number, country) == (kept, checked)


@pytest.mark.parametrize(
    ("kind", "number", "country"),
    [
        ("vat", "BE0428759498", "BE"),
        ("company", "732829321", "FR"),
        ("personal", "44051401459", "PL"),
        ("iban", "BE71096123456768", ""),
        ("lei", "213800KUD8LAJWSQ9D16", ""),
        ("company", "--", "SA"),
        ("company", "none", "SA"),
        ("personal", "", "SA"),
        ("company", "1" * 40, "SA"),
    ],
)
def test_what_cannot_be_right_is_refused(kind, number, country):
    with pytest.raises(ValueError, match="not a"):
        identify(kind, number, country)


def test_every_check_that_is_named_exists():
    modules = {*VAT_MODULES.values(), *COMPANY_MODULES.values(), *PERSONAL_MODULES.values()}
    for module in sorted({*modules, "eu.vat", "iban", "lei"}):
        assert validate(module, "x") is False, module


def test_the_country_decides():
    assert len(EU) == 27
    assert number_module("vat", "FR") == "eu.vat"
    assert number_module("vat", "GB") == "gb.vat"
    assert number_module("personal", "ZZ") == ""


def test_the_same_number_however_it_is_written():
    assert plain("BE 0428.759.497") == plain("0428 759 497") == "0428759497"
    assert plain("FR 732829320") == "732829320"
    assert plain("AB") == "AB"


@given(st.sampled_from(["vat", "company", "personal", "iban", "lei"]), st.text(max_size=40))
def test_any_text_is_kept_plain_or_refused(kind, text):
    for country in ("", "BE", "GR", "US", "SA"):
        try:
            number, _checked = identify(kind, text, country)
        except ValueError:
            continue
        assert number
        assert number.isascii()
        assert number.isalnum()
