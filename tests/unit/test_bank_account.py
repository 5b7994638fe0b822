"""Account numbers as they are printed, and what speaks against paying to them."""

import pytest

from odoo.addons.collections_followup.tools.bank_account import check_account, format_iban


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("DE89370400440532013000", "DE89 3704 0044 0532 0130 00"),
        ("de89 3704-0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        ("DE89370400440532013001", None),
        ("000123456789", None),
        ("", None),
    ],
)
def test_iban_in_groups_of_four(number, expected):
    assert format_iban(number) == expected


@pytest.mark.parametrize(
    ("number", "country", "problem"),
    [
        ("DE89 3704 0044 0532 0130 00", "DE", ""),
        ("DE89370400440532013001", "DE", "iban_invalid"),
        ("DE8937040044053201300", "US", "iban_invalid"),
        ("89370400440532013000", "DE", ""),
        ("532013000", "DE", "iban_expected"),
        ("000123456789", "US", ""),
        ("20-00-00 55779911", "GB", ""),
        ("12", "US", "too_short"),
        ("", "", "too_short"),
    ],
)
def test_what_speaks_against_an_account(number, country, problem):
    assert check_account(number, country) == problem
