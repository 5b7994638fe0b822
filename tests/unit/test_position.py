"""Open items in, balances out."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from ladder_world import ON, debts, item

from odoo.addons.collections_followup.tools.position import ageing, position, uncovered


def lines(items):
    return [i.line_id for i in items]


def test_due_today_is_not_overdue():
    assert position([item(100, due=0)], ON, net=True).overdue == 0
    assert position([item(100, due=-1)], ON, net=True).overdue == 100


def test_credits_are_set_against_the_oldest_debt_first():
    items = [item(50, due=-5, line=1), item(30, due=-20, line=2), item(-40, line=3)]
    pos = position(items, ON, net=True)
    assert pos.overdue == 40
    assert pos.credit == 40
    assert lines(pos.chaseable) == [1]
    assert (ON - pos.oldest_due).days == 5


def test_a_partly_covered_debt_stays_whole():
    pos = position([item(100, line=1), item(-1, line=2)], ON, net=True)
    assert lines(pos.chaseable) == [1]
    assert pos.chaseable[0].residual == 100
    assert pos.overdue == 99


def test_gross_shows_credits_and_chases_everything():
    pos = position([item(100, line=1), item(-100, line=2)], ON, net=False)
    assert (pos.overdue, pos.credit, pos.balance) == (100, 100, 0)
    assert lines(pos.chaseable) == [1]


def test_excluded_items_count_in_the_balance_only():
    items = [item(100, line=1, excluded="no_followup"), item(-30, line=2, excluded="disputed")]
    pos = position(items, ON, net=True)
    assert (pos.balance, pos.overdue, pos.credit, pos.chaseable) == (70, 0, 0, ())


def test_zero_item_is_nothing():
    pos = position([item(0)], ON, net=True)
    assert (pos.balance, pos.overdue, pos.chaseable, pos.oldest_due) == (0, 0, (), None)


@given(debts(), st.booleans())
def test_figures_agree_with_each_other(items, net):
    pos = position(items, ON, net=net)
    assert pos.balance == sum(i.residual for i in items)
    assert 0 <= pos.overdue <= pos.gross_overdue
    assert (pos.oldest_due is None) == (pos.overdue == 0)
    asked = sum(i.residual for i in pos.chaseable if i.due < ON)
    assert pos.overdue <= asked
    if net:
        assert pos.overdue == max(0, pos.gross_overdue - pos.credit)


@given(debts(), st.integers(0, 500))
def test_covering_leaves_exactly_what_the_credit_does_not_pay(items, credit):
    owed = [i for i in items if i.residual > 0]
    left = uncovered(owed, Decimal(credit))
    total = sum(i.residual for i in owed)
    rest = sum(i.residual for i in left)
    assert rest >= max(0, total - credit)
    if left:
        assert rest - left[0].residual < max(0, total - credit) <= rest
        covered = [i for i in owed if i not in left]
        assert all((i.due, i.line_id) < (left[0].due, left[0].line_id) for i in covered)


@given(debts(), st.lists(st.integers(1, 120), max_size=4, unique=True).map(sorted))
def test_ageing_distributes_everything(items, limits):
    buckets = ageing(items, ON, limits)
    assert len(buckets) == len(limits) + 2
    assert sum(buckets) == sum(i.residual for i in items)


def test_ageing_puts_limits_into_the_younger_bucket():
    items = [item(1, 0), item(2, -1), item(4, -30), item(8, -31), item(16, -60), item(32, -61)]
    assert ageing(items, ON, (30, 60)) == (1, 6, 24, 32)
