"""Credit control: which limit counts, how much of it is used, and what that means."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.credit import judge, limit_in_force

MONEY = st.decimals("-100000", "100000", places=2)


def test_without_a_limit_there_is_nothing_to_be_over():
    assert limit_in_force(Decimal(0)) is None
    assert limit_in_force(Decimal(0), Decimal(5000)) is None, "nothing to raise"
    verdict = judge(Decimal(999), None)
    assert (verdict.code, verdict.available, verdict.percent) == ("none", None, 0)


def test_a_temporary_limit_raises_and_never_lowers():
    assert limit_in_force(Decimal(1000), Decimal(1500)) == 1500
    assert limit_in_force(Decimal(1000), Decimal(500)) == 1000


@pytest.mark.parametrize(
    ("exposure", "code", "percent"),
    [("0", "ok", 0), ("799.99", "ok", 79), ("800", "near", 80), ("1000", "near", 100),
     ("1000.01", "over", 100), ("-50", "ok", 0)],
)  # fmt: skip
def test_exactly_at_the_limit_is_not_beyond_it(exposure, code, percent):
    verdict = judge(Decimal(exposure), Decimal(1000))
    assert (verdict.code, verdict.percent) == (code, percent)


def test_the_order_asked_about_counts():
    verdict = judge(Decimal(600), Decimal(1000), amount=Decimal("400.01"))
    assert (verdict.code, verdict.available) == ("over", Decimal("-0.01"))


def test_a_hold_weighs_most():
    assert judge(Decimal(0), Decimal(1000), held=True).code == "held"
    assert judge(Decimal(0), None, held=True).code == "held"


@given(MONEY, st.decimals("0.01", "100000", places=2), MONEY.map(abs))
def test_more_exposure_never_helps(exposure, limit, more):
    order = ["ok", "near", "over"]
    before, after = judge(exposure, limit), judge(exposure + more, limit)
    assert order.index(before.code) <= order.index(after.code)
    assert after.available == before.available - more
