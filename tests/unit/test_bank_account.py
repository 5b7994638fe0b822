"""Account numbers as they are printed."""

import pytest

from odoo.addons.collections_followup.tools.bank_account import format_iban


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
