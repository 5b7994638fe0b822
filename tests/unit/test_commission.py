"""Commission on what was collected for others, and how it is shared over the items."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.commission import (
    Money,
    Terms,
    Tier,
    commission,
    fees,
    share,
)
from odoo.addons.collections_followup.tools.errors import ToolError

CENT = D("0.01")
TIERS = (Tier(D(0), D(20)), Tier(D(1000), D(10)), Tier(D(5000), D(5)))
money = st.decimals(0, 100000, places=2)


@pytest.mark.parametrize(
    ("collected", "minimum", "expected"),
    [
        ("0", "0", "0"),
        ("500", "0", "100"),
        ("1000", "0", "200"),
        ("3000", "0", "400"),
        ("6000", "0", "650"),
        ("0.02", "0", "0.00"),
        ("0.03", "0", "0.01"),
        ("100", "50", "50"),
        ("30", "50", "30"),
        ("0", "50", "0"),
        ("-500", "50", "-100"),
    ],
)
def test_slice_by_slice(collected, minimum, expected):
    assert commission(D(collected), Terms(TIERS, D(minimum)), CENT) == D(expected)


@pytest.mark.parametrize(
    "terms",
    [
        Terms(()),
        Terms((Tier(D(10), D(5)),)),
        Terms((Tier(D(0), D(5)), Tier(D(0), D(6)))),
        Terms((Tier(D(0), D(101)),)),
        Terms((Tier(D(0), D(5)),), D(-1)),
        Terms((Tier(D(0), D(5)),), basis="interest"),
        Terms((Tier(D(0), D(5)),), fixed=D(-1)),
    ],
)
def test_terms_that_mean_nothing(terms):
    with pytest.raises(ToolError):
        commission(D(100), terms, CENT)


@given(money, money)
def test_more_money_never_gives_less_commission(one, other):
    low, high = sorted((one, other))
    terms = Terms(TIERS, D(7))
    assert commission(low, terms, CENT) <= commission(high, terms, CENT)
    assert 0 <= commission(high, terms, CENT) <= high
    assert commission(-high, terms, CENT) == -commission(high, Terms(TIERS), CENT)


@pytest.mark.parametrize(
    ("total", "principal", "basis", "minimum", "expected"),
    [
        ("120", "100", "all", "0", "24"),
        ("120", "100", "principal", "0", "20"),
        ("20", "0", "principal", "0", "0"),  # only interest came in
        ("20", "0", "principal", "15", "15"),
        ("20", "-100", "principal", "15", "-20"),  # and principal was taken back
    ],
)
def test_on_all_money_or_on_the_principal(total, principal, basis, minimum, expected):
    terms = Terms(TIERS, D(minimum), basis)
    assert fees(Money(D(total), D(principal)), terms, CENT).commission == D(expected)


def test_a_fixed_fee_for_each_case_whatever_came_in():
    terms = Terms((Tier(D(0), D(10)),), D(0), "all", D("12.50"))
    assert fees(Money(D(0), D(0), 3), terms, CENT).total == D("37.50")
    owed = fees(Money(D(200), D(200), 1), terms, CENT)
    assert (owed.commission, owed.fixed, owed.total) == (D(20), D("12.50"), D("32.50"))


@given(money, st.lists(st.decimals("0.01", 1000, places=2), min_size=1, max_size=30))
def test_parts_add_up(total, weights):
    parts = share(total, weights, CENT)
    assert sum(parts) == total
    assert all(part == part.quantize(CENT) and part >= 0 for part in parts)


def test_nothing_to_share_over():
    assert share(D(0), [D(0), D(0)], CENT) == [0, 0]
    with pytest.raises(ToolError):
        share(D(1), [], CENT)
