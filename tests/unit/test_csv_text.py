"""Tables as text: nothing in them is a formula, and everything can be read back."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.csv_text import make_csv, plain_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_is_text(text):
    assert plain_cell(text) == f"'{text}"


def test_numbers_stay_numbers():
    assert plain_cell(-5.5) == -5.5
    assert plain_cell("5-") == "5-"


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), max_size=4))
def test_it_can_be_read_back(texts):
    content = make_csv(("a",), [{"a": text, "hidden": 1} for text in texts])
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["a"] for row in rows] == [plain_cell(text) for text in texts if True][: len(rows)]
    assert not any(row["a"][:1] in ("=", "+", "-", "@") for row in rows if row["a"])
