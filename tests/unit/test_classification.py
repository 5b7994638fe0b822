"""Collectability: by age, lifted by what is known of the debtor, lowered by a security."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.classification import CLASSES, Debt, classify
from odoo.addons.collections_followup.tools.errors import ToolError

DEBT = st.builds(
    Debt,
    days_overdue=st.integers(0, 1000),
    broken=st.integers(0, 5),
    handed_over=st.booleans(),
    insolvent=st.booleans(),
    secured=st.booleans(),
)


@pytest.mark.parametrize(
    ("days", "code"),
    [(0, "performing"), (30, "performing"), (31, "watch"), (90, "watch"), (91, "substandard"),
     (180, "substandard"), (181, "doubtful"), (360, "doubtful"), (361, "loss")],
)  # fmt: skip
def test_by_age(days, code):
    assert classify(Debt(days_overdue=days)).code == code


@pytest.mark.parametrize(
    ("debt", "code", "reason"),
    [
        (Debt(broken=2), "watch", "broken"),
        (Debt(handed_over=True), "substandard", "handed_over"),
        (Debt(insolvent=True), "doubtful", "insolvent"),
        (Debt(days_overdue=100, secured=True), "watch", "secured"),
        (Debt(days_overdue=200, secured=True), "substandard", "secured"),
    ],
)
def test_what_is_known_of_the_debtor(debt, code, reason):
    result = classify(debt)
    assert result.code == code
    assert result.reasons[-1].code == reason


def test_a_security_saves_no_loss_and_a_late_debt_is_watched_all_the_same():
    assert classify(Debt(days_overdue=400, secured=True)).code == "loss"
    assert classify(Debt(days_overdue=40, secured=True)).code == "watch"
    assert classify(Debt(secured=True)).code == "performing"


def test_reasons_that_change_nothing_are_not_given():
    assert [r.code for r in classify(Debt(days_overdue=200, broken=3)).reasons] == ["age"]


@pytest.mark.parametrize(
    "limits", [(30, 90, 180), (30, 30, 180, 360), (90, 30, 180, 360), (0, 1, 2, 3)]
)
def test_limits_that_cannot_be(limits):
    with pytest.raises(ToolError):
        classify(Debt(), limits)


@given(DEBT, st.integers(1, 400))
def test_older_is_never_better(debt, more):
    older = Debt(
        debt.days_overdue + more, debt.broken, debt.handed_over, debt.insolvent, debt.secured
    )
    assert CLASSES.index(classify(older).code) >= CLASSES.index(classify(debt).code)
