"""One payment over open items: debts by the law's order, and costs and interest inside them."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.imputation import COSTS, INTEREST, PRINCIPAL
from odoo.addons.collections_followup.tools.item_imputation import (
    LAW_OF_COUNTRY,
    LAWS,
    Item,
    impute_items,
    law_for,
)

ON = date(2026, 6, 1)
OLD, NEW, LATER = date(2026, 1, 15), date(2026, 3, 1), date(2027, 1, 1)


def paid(amount, items, law="DE", directions=(), principal_first=False):
    used = law_for(LAWS[law], principal_first=principal_first)
    result = impute_items(D(amount), items, used, ON, directions)
    assert sum(result.applied.values()) + result.excess == D(amount)
    return {key: value for key, value in result.applied.items() if value}


def debts():
    return [
        Item("A", D(300), NEW),
        Item("B", D(200), OLD),
        Item("C", D(500), LATER),
    ]


def test_due_debts_oldest_first():
    assert paid("400", debts()) == {"B": D(200), "A": D(200)}


def test_what_is_not_due_comes_last():
    assert paid("600", debts()) == {"B": D(200), "A": D(300), "C": D(100)}


def test_costs_then_interest_then_principal_of_one_debt():
    items = [
        Item("A", D(1000), OLD),
        Item("I", D(45), NEW, INTEREST, {"A": D(1)}),
        Item("K", D(40), NEW, COSTS, {"A": D(1)}),
    ]
    assert paid("500", items) == {"K": D(40), "I": D(45), "A": D(415)}
    assert paid("60", items) == {"K": D(40), "I": D(20)}
    assert paid("500", items, "DE_CREDIT") == {"K": D(40), "A": D(460)}
    assert paid("500", items, principal_first=True) == {"A": D(500)}


def test_a_debit_note_about_several_debts_is_shared():
    """Interest of the older debt is paid before that debt, and only that share of the note."""
    items = [
        Item("A", D(100), OLD),
        Item("B", D(100), NEW),
        Item("I", D(30), NEW, INTEREST, {"A": D(20), "B": D(10)}),
    ]
    assert paid("120", items) == {"I": D(20), "A": D(100)}
    assert paid("125", items) == {"I": D(25), "A": D(100)}


def test_a_debit_note_whose_debt_is_paid_stands_by_itself():
    items = [Item("I", D(30), OLD, INTEREST, {"gone": D(1)}), Item("B", D(100), NEW)]
    assert paid("40", items) == {"I": D(30), "B": D(10)}


def test_the_debtor_chooses_the_debt_but_not_the_order_inside_it():
    items = [*debts(), Item("I", D(10), NEW, INTEREST, {"A": D(1)})]
    assert paid("100", items, directions=[("A", None)]) == {"I": D(10), "A": D(90)}
    assert paid("100", items, directions=[("A", D(50))]) == {"I": D(10), "A": D(40), "B": D(50)}
    assert paid("10", items, directions=[("I", None)]) == {"I": D(10)}


def test_united_states_never_to_what_is_disputed():
    items = [Item("A", D(300), OLD, disputed=D(100)), Item("B", D(50), NEW)]
    assert paid("400", items, "US") == {"A": D(200), "B": D(50)}
    assert impute_items(D(400), items, LAWS["US"], ON).excess == D(150)
    assert paid("400", items, "US", directions=[("A", None)]) == {"A": D(200), "B": D(50)}
    assert paid("350", items, "DE") == {"A": D(300), "B": D(50)}


def test_spain_shares_among_equal_debts():
    assert paid("100", debts()[:2], "ES") == {"A": D(60), "B": D(40)}


def test_every_country_has_a_law_that_exists():
    assert set(LAW_OF_COUNTRY.values()) <= set(LAWS)
    assert all(law.source for law in LAWS.values())


cents = st.integers(1, 10**7).map(lambda units: D(units) / 100)


@st.composite
def ledgers(draw):
    days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
    items = [
        Item(f"P{number}", amount, draw(days), disputed=amount * draw(st.sampled_from([0, 1])))
        for number, amount in enumerate(draw(st.lists(cents, min_size=1, max_size=5)))
    ]
    names = [item.id for item in items]
    for number, amount in enumerate(draw(st.lists(cents, max_size=3))):
        about = draw(st.dictionaries(st.sampled_from([*names, "gone"]), cents, min_size=1))
        part = draw(st.sampled_from([COSTS, INTEREST]))
        items.append(Item(f"N{number}", amount, draw(days), part, about))
    return items


@given(cents, ledgers(), st.sampled_from(sorted(LAWS)), st.data())
def test_nothing_is_lost_and_nothing_overpaid(payment, items, law, data):
    named = data.draw(st.lists(st.sampled_from([item.id for item in items]), unique=True))
    directions = [(key, data.draw(st.none() | cents)) for key in named]
    result = impute_items(payment, items, LAWS[law], ON, directions)
    assert sum(result.applied.values()) + result.excess == payment
    for item in items:
        given_ = result.applied[item.id]
        assert 0 <= given_ <= item.open
        assert given_ == given_.quantize(D("0.01"))
        if LAWS[law].debts.skips_disputed:
            assert given_ <= item.open - item.disputed
    if not LAWS[law].debts.skips_disputed:
        assert result.excess == max(D(0), payment - sum(item.open for item in items))


@pytest.mark.parametrize("part", [COSTS, INTEREST, PRINCIPAL])
def test_every_law_pays_a_single_item(part):
    for code in LAWS:
        assert paid("5", [Item("A", D(10), OLD, part)], code) == {"A": D(5)}
