"""Worked examples of kinds ``instalment_payment``, ``instalment_count``, ``instalment_late``."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

from odoo.addons.collections_followup.tools.amounts import round_to
from odoo.addons.collections_followup.tools.annuity import (
    annuity_count,
    annuity_payment,
    annuity_schedule,
    periodic_rate,
)
from odoo.addons.collections_followup.tools.compensation import fixed_compensation
from odoo.addons.collections_followup.tools.errors import ToolError
from odoo.addons.collections_followup.tools.installments import PlanLine, equal_amounts
from odoo.addons.collections_followup.tools.interest import Payment
from odoo.addons.collections_followup.tools.plan_tracking import Terms, overdue_base, track

from .reading import (
    REFUSALS,
    Fields,
    day,
    decimal,
    same,
    same_list,
    same_one_of,
    unit_of,
    wants_refusal,
)
from .regime_names import regime_of

_RATES = ("rate_pct_year", "rate_pct", "annual_rate_pct", "rate")
_COUNTS = ("n", "count", "periods", "instalments", "installments", "number")
_TOTALS = ("principal", "total", "amount", "debt")
_PER_YEAR = ("periods_per_year", "payments_per_year")


def run_payment(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Equal payments, with or without interest."""
    given, wanted = Fields(inputs, "instalment_payment inputs"), Fields(expected, "expected")
    total = decimal(given.take(*_TOTALS))
    total -= decimal(given.take("down_payment", default="0"))
    rate = decimal(given.take(*_RATES, default="0"))
    per_year = int(given.take(*_PER_YEAR, default=12))
    count, unit = int(given.take(*_COUNTS)), unit_of(given)
    given.take("rounding", default="")  # the last line takes it, which is all that is known
    given.done()

    exact = annuity_payment(total, rate, per_year, count)
    if rate:
        lines = annuity_schedule(total, periodic_rate(rate, per_year), count, unit)
        amounts = [line.amount for line in lines]
        interest = [line.interest for line in lines]
        balances = [line.balance for line in lines]
    else:
        amounts = list(equal_amounts(total, count, unit))
        interest = [Decimal(0)] * count
        balances = [total - sum(amounts[: number + 1]) for number in range(count)]
    principals = [a - i for a, i in zip(amounts, interest, strict=True)]
    paid = sum(amounts)
    figures: dict[tuple[str, ...], list[Any]] = {
        ("payment", "instalment", "installment", "regular", "each", "first"): [round_to(exact, unit), amounts[0]],
        ("exact",): [exact],
        ("last_payment", "last", "last_instalment", "last_line", "final_payment"): [amounts[-1]],
        ("total_paid", "total", "sum"): [paid, exact * count, round_to(exact, unit) * count],
        ("total_interest", "interest_total", "interest"): [
            paid - total, exact * count - total, round_to(exact, unit) * count - total,
        ],
        ("first_interest",): [interest[0]],
        ("first_principal",): [principals[0]],
    }  # fmt: skip
    for names, candidates in figures.items():
        if wanted.has(*names):
            same_one_of(wanted.take(*names), candidates, names[0])
    lists = {
        ("payments", "amounts", "lines", "instalments"): amounts,
        ("interests",): interest,
        ("principals",): principals,
        ("balances",): balances,
    }
    for names, values in lists.items():
        if wanted.has(*names):
            same_list(wanted.take(*names), values, names[0])
    wanted.done()


def run_count(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """How many payments of a given amount settle a debt."""
    given, wanted = Fields(inputs, "instalment_count inputs"), Fields(expected, "expected")
    total = decimal(given.take(*_TOTALS))
    payment = decimal(given.take("payment", "instalment"))
    rate = decimal(given.take(*_RATES, default="0"))
    per_year = int(given.take(*_PER_YEAR, default=12))
    unit_of(given)
    given.done()

    try:
        exact = annuity_count(total, rate, per_year, payment)
    except ToolError as error:
        assert error.code == "payment_too_small"
        assert wants_refusal(wanted, "n"), f"refused: {error}"
        for name in ("n", *REFUSALS, "reason"):
            wanted.take(name, default=None)
        wanted.done()
        return
    if wanted.has("n", "exact"):
        same(wanted.take("n", "exact"), exact, "n")
    for names in (("n_whole", "n_rounded_up", "whole", "payments", "count"),):
        if wanted.has(*names):
            same(wanted.take(*names), math.ceil(exact), names[0])
    wanted.done()


def run_late(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """What of a plan is overdue on a day."""
    given, wanted = Fields(inputs, "instalment_late inputs"), Fields(expected, "expected")
    lines = [
        PlanLine(number, day(due), decimal(amount), decimal(amount))
        for number, (due, amount) in enumerate(map(_pair, given.take("plan", "lines")), 1)
    ]
    on = day(given.take("as_of", "on", "date"))
    terms = Terms(
        grace_days=int(given.take("grace_days", default=0)),
        tolerance=decimal(given.take("tolerance", default="0")),
    )
    payments = _read_payments(given, lines)
    country = given.take("country", "regime", default=None)
    unit_of(given)
    given.done()

    status = track(lines, payments, on, terms)
    paid = sum((payment.amount for payment in payments), Decimal(0))
    late = [line for line in status.lines if line.line.date < on and line.open]
    overdue = overdue_base(lines, paid, on)
    total = sum((line.amount for line in lines), Decimal(0))
    compensation = None
    if country:
        granted = regime_of(country).compensation
        compensation = sum(fixed_compensation(line.open, granted) for line in late)
    figures = {
        ("overdue_base", "overdue", "interest_base"): overdue,
        ("not_yet_due", "not_overdue", "not_due"): total - paid - overdue,
        ("open", "remaining", "total_open"): total - paid,
        ("overdue_lines", "overdue_count", "overdue_instalments"): len(late),
        ("fixed_compensation", "compensation"): compensation,
    }
    for names, value in figures.items():
        if wanted.has(*names):
            same(wanted.take(*names), value, names[0])
    if wanted.has("states", "line_states"):
        found = [line.state.value for line in status.lines]
        assert wanted.take("states", "line_states") == found, found
    if wanted.has("state", "plan_state"):
        assert wanted.take("state", "plan_state") == status.state.value, status.state
    wanted.done()


def _pair(row: Any) -> tuple[Any, Any]:
    if isinstance(row, dict):
        return row.get("due") or row.get("date") or row["due_date"], row["amount"]
    return row[0], row[1]


def _read_payments(given: Fields, lines: list[PlanLine]) -> list[Payment]:
    """Read ``paid``: a sum (taken as paid on the first due date) or a list of dated payments."""
    paid = given.take("paid", "payments", default="0")
    if isinstance(paid, list):
        return [Payment(day(when), decimal(amount)) for when, amount in map(_pair, paid)]
    amount = decimal(paid)
    return [Payment(lines[0].date, amount)] if Fraction(amount) else []
