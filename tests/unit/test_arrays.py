from datetime import date
from decimal import Decimal

from odoo.addons.collections_followup.tools.arrays import as_array, as_columns


def test_texts_are_quoted_and_none_is_null():
    assert as_array([1, None, -2]) == "{1,NULL,-2}"
    assert as_array(["NULL", "", 'a "b", {c}\\']) == r'{"NULL","","a \"b\", {c}\\"}'
    assert as_array([date(2026, 3, 16), Decimal("0.10"), True]) == "{2026-03-16,0.10,True}"
    assert as_array([]) == "{}"


def test_rows_become_columns():
    assert as_columns([(1, "x"), (2, None)]) == ["{1,2}", '{"x",NULL}']
