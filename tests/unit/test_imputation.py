"""Imputation inside one debt and among several debts."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.imputation import (
    DEBT_RULES,
    PART_ORDERS,
    Debt,
    allocate,
    impute,
)

AMOUNTS = st.decimals("0", "10000", places=2)
ON = date(2026, 6, 1)


def owed(costs="40", interest="45", principal="1000"):
    return {
        "costs": Decimal(costs),
        "interest": Decimal(interest),
        "principal": Decimal(principal),
    }


def debt(name, amount="100", due=None, **options):
    return Debt(name, Decimal(amount), due, **options)


def given_to(result):
    return {name: int(amount) for name, amount in result.applied.items()}


def test_germany_settles_costs_then_interest_then_principal():
    result = impute(Decimal(500), owed(), PART_ORDERS["DE_367"])
    assert result.applied == {"costs": 40, "interest": 45, "principal": 415}
    assert result.left["principal"] == 585


def test_german_consumer_credit_protects_the_principal():
    result = impute(Decimal(500), owed(), PART_ORDERS["DE_497_3"])
    assert result.applied == {"costs": 40, "principal": 460, "interest": 0}


def test_a_part_that_the_order_forgets_comes_last():
    result = impute(Decimal(1050), owed(), ("interest", "principal"))
    assert result.applied == {"interest": 45, "principal": 1000, "costs": 5}


def test_an_overpayment_is_returned_as_excess():
    assert impute(Decimal(1100), owed(), PART_ORDERS["UK"]).excess == 15


@given(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from(sorted(PART_ORDERS)))
def test_parts_add_up(payment, costs, interest, principal, code):
    debts = {"costs": costs, "interest": interest, "principal": principal}
    result = impute(payment, debts, PART_ORDERS[code])
    assert sum(result.applied.values()) + result.excess == payment
    assert sum(result.left.values()) + sum(result.applied.values()) == sum(debts.values())
    assert all(amount >= 0 for amount in (*result.applied.values(), *result.left.values()))
    order = PART_ORDERS[code]
    for earlier, later in pairwise(order):
        assert not result.applied[later] or not result.left[earlier]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("DE_366", {"A": 0, "B": 50, "C": 100, "D": 0}),  # C is older; A is secured
        ("FR_1342_10", {"A": 100, "B": 0, "C": 50, "D": 0}),  # A bears most interest
        ("ES_1174", {"A": 100, "B": 25, "C": 25, "D": 0}),
        ("PL_451", {"A": 50, "B": 0, "C": 100, "D": 0}),
        ("UK", {"A": 50, "B": 0, "C": 100, "D": 0}),
        ("PRO_RATA", {"A": 38, "B": 38, "C": 37, "D": 37}),
    ],
)
def test_order_of_the_law_without_a_choice(code, expected):
    debts = [
        debt("A", due=date(2026, 2, 1), security=Decimal(1), burden=Decimal(9)),
        debt("B", due=date(2026, 3, 1), burden=Decimal(5)),
        debt("C", due=date(2026, 1, 1), burden=Decimal(5)),
        debt("D", due=date(2027, 1, 1), burden=Decimal(20)),
    ]
    result = allocate(Decimal(150), debts, DEBT_RULES[code], ON, unit=Decimal(1))
    assert given_to(result) == expected


def test_the_debtor_decides_first():
    debts = [debt("A"), debt("B"), debt("C")]
    rule = DEBT_RULES["DE_366"]
    chosen = allocate(Decimal(130), debts, rule, directions=[("C", None), ("B", Decimal(20))])
    # The 10 left over are shared by what is still open: 100 of A, 80 of B.
    assert chosen.applied["C"] == 100
    assert chosen.applied["B"] == Decimal("24.44")
    assert chosen.applied["A"] == Decimal("5.56")


def test_a_disputed_debt_receives_nothing_even_when_named():
    debts = [debt("A", is_disputed=True), debt("B")]
    result = allocate(Decimal(150), debts, DEBT_RULES["US_REG_F"], directions=[("A", None)])
    assert given_to(result) == {"A": 0, "B": 100}
    assert result.excess == 50


@pytest.mark.parametrize("names", [["A", "A"], ["A", "B"]])
def test_a_debt_unknown_or_listed_twice_is_refused(names):
    debts = [debt(name) for name in names]
    directions = [("X", None)] if names == ["A", "B"] else []
    with pytest.raises(ToolError) as caught:
        allocate(Decimal(1), debts, DEBT_RULES["DE_366"], directions=directions)
    assert caught.value.code == "debt_unknown"


def test_negative_amounts_are_refused():
    with pytest.raises(ToolError):
        impute(Decimal(-1), owed(), PART_ORDERS["UK"])
    with pytest.raises(ToolError):
        allocate(Decimal(1), [debt("A", "-1")], DEBT_RULES["UK"])


DEBTS = st.lists(
    st.builds(
        Debt,
        id=st.uuids().map(str),
        open=AMOUNTS,
        due=st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.none(),
        security=st.sampled_from([Decimal(0), Decimal(1)]),
        burden=st.sampled_from([Decimal(0), Decimal(5)]),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(AMOUNTS, DEBTS, st.sampled_from(sorted(DEBT_RULES)), st.integers(0, 7))
def test_money_is_neither_lost_nor_made(payment, debts, code, chosen):
    rule = DEBT_RULES[code]
    directions = [(debts[chosen].id, None)] if chosen < len(debts) else []
    result = allocate(payment, debts, rule, ON, directions)
    assert sum(result.applied.values()) + result.excess == payment
    for one in debts:
        assert 0 <= result.applied[one.id] <= one.open
    assert not result.excess or all(result.applied[one.id] == one.open for one in debts)
    if directions:
        assert result.applied[debts[chosen].id] == min(payment, debts[chosen].open)
    elif "due" in rule.steps:
        settled = all(result.applied[d.id] == d.open for d in debts if d.due is None or d.due <= ON)
        later = any(result.applied[d.id] for d in debts if d.due and d.due > ON)
        assert settled or not later
