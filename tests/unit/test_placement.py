"""The file in which a client places debts."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.placement import (
    parse_amount,
    parse_date,
    read_csv,
    read_debts,
)

HEAD = ["Debtor", "Debtor Number", "Invoice Number", "Date", "Due date", "Amount", "City"]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("100", "100"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("12,5", "12.5"),
        ("-7.00", "-7.00"),
        (12.5, "12.5"),
        (3, "3"),
        ("1,234", None),
        ("1.234", None),
        ("12,34.5", None),
        ("EUR 5", None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_amounts_mean_one_thing(text, amount):
    assert parse_amount(text) == (amount and D(amount))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-05", date(2026, 3, 5)),
        ("5.3.2026", date(2026, 3, 5)),
        ("03/05/2026", None),
        ("2026-02-30", None),
        ("soon", None),
    ],
)
def test_dates_mean_one_thing(text, day):
    assert parse_date(text) == day


def test_a_good_file():
    debts, errors = read_debts(
        [HEAD, ["Acme", "K7", "R1", "2026-01-02", "2026-02-01", "120.00", "Cork"], ["", None]]
    )
    assert not errors
    (debt,) = debts
    assert (debt.debtor, debt.key, debt.document, debt.amount) == ("Acme", "K7", "R1", D(120))
    assert dict(debt.details) == {"city": "Cork", "reference": "K7"}


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (["", "K7", "R1", "", "2026-02-01", "1", ""], "missing", "debtor"),
        (["A", "", "", "", "2026-02-01", "1", ""], "missing", "document"),
        (["A", "", "R1", "", "01/02/2026", "1", ""], "bad_date", "due"),
        (["A", "", "R1", "", "2026-02-01", "1.234", ""], "bad_amount", "amount"),
        (["A", "", "R1", "", "2026-02-01", "0", ""], "not_positive", "amount"),
        (["A", "", "R1", "2026-03-01", "2026-02-01", "1", ""], "due_before_date", "due"),
    ],
)
def test_each_row_says_what_is_wrong(row, code, column):
    good = ["Good", "", "R9", "", "2026-02-01", "5", ""]
    debts, errors = read_debts([HEAD, good, row])
    assert [(e.row, e.code, e.column) for e in errors] == [(3, code, column)]
    assert [debt.document for debt in debts] == ["R9"]


def test_twice_in_one_file():
    row = ["A", "", "R1", "", "2026-02-01", "5", ""]
    _debts, errors = read_debts([HEAD, row, row])
    assert [(e.row, e.code, e.value) for e in errors] == [(3, "twice", "2")]


def test_headings():
    assert [(e.code, e.column) for e in read_debts([["Debtor", "Name", "Due", "Amount"]])[1]] == [
        ("column_twice", "debtor"),
        ("column_missing", "document"),
    ]
    assert read_debts([])[1][0].code == "empty"
    assert read_debts([HEAD])[1][0].code == "empty"


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_whatever_separates_the_columns(sign):
    text = sign.join(("Debtor", "Document", "Due", "Amount")) + "\r\n"
    text += sign.join(("Müller", "R1", "2026-02-01", '"1,5"')) + "\r\n"
    for encoding in ("utf-8-sig", "cp1252"):
        debts, errors = read_debts(read_csv(text.encode(encoding)))
        assert (debts[0].debtor, debts[0].amount, errors) == ("Müller", D("1.5"), [])


@given(st.lists(st.lists(st.one_of(st.text(), st.floats(), st.none()), max_size=8), max_size=6))
def test_no_table_breaks_it(rows):
    debts, errors = read_debts([HEAD, *rows])
    assert all(debt.amount > 0 and debt.document for debt in debts)
    assert debts or errors


@given(st.decimals("0.01", "999999.99", places=2), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_what_is_written_is_read(amount, due):
    debts, errors = read_debts([HEAD, ["A", "", "R1", "", due.isoformat(), f"{amount:,.2f}", ""]])
    assert not errors
    assert (debts[0].amount, debts[0].due) == (amount, due)


def test_headings_in_the_language_of_the_client():
    labels = {"debtor": {"Schuldner"}, "document": {"Beleg-Nr."}, "due": {"Fällig"}}
    labels["amount"] = {"Betrag"}
    rows = [
        ["SCHULDNER", "Beleg Nr", "fällig ", "Betrag"],
        ["Müller", "R 1", "31.3.2026", "1.234,50"],
    ]
    debts, errors = read_debts(rows, labels)
    assert (len(debts), errors) == (1, [])
    assert (debts[0].debtor, debts[0].amount) == ("Müller", D("1234.50"))
