"""Worked examples of kind ``promise_kept``: from counts, from amounts, or from a list."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from odoo.addons.collections_followup.tools import kpi

from .reading import Fields, compare_all, day, decimal, same_one_of

PCT = ("rate_pct", "pct", "rate")


def run_promise_kept(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """From counts, from amounts, or from a list of promises and a day."""
    given, wanted = Fields(inputs, "promise_kept inputs"), Fields(expected, "expected")
    given.take("currency", "period", default="")
    if given.has("promises") and isinstance(inputs["promises"], list):
        result = _judge(given)
    else:
        result = _from_counts(given)
    given.done()
    number_names = (
        "kept_rate_pct", "rate_number_pct", "by_number_pct", "rate_by_number_pct",
        "by_count_pct", "rate_count_pct", "kept_pct", "promise_kept_pct",
        "promise_kept_rate_pct", "kept_by_number_pct", "number_pct",
    )  # fmt: skip
    amount_names = (
        "by_amount_pct", "rate_amount_pct", "rate_by_amount_pct", "kept_by_amount_pct",
        "kept_amount_pct", "amount_pct", "kept_rate_amount_pct", "by_value_pct",
    )  # fmt: skip
    either = [rate for rate in (result.by_number_pct, result.by_amount_pct) if rate is not None]
    if wanted.has(*PCT):
        same_one_of(wanted.take(*PCT), either, "promises kept")
    figures = {
        number_names: result.by_number_pct,
        amount_names: result.by_amount_pct,
        ("kept", "kept_count"): result.kept,
        ("due", "due_count"): result.due,
        ("broken", "broken_count"): result.due - result.kept,
        ("amount_kept", "kept_amount"): result.amount_kept,
        ("amount_due", "due_amount"): result.amount_due,
    }
    compare_all(wanted, figures)


def _from_counts(given: Fields) -> kpi.PromiseKept:
    left_out = sum(
        int(given.take(name, default=0))
        for name in ("cancelled", "canceled", "not_yet_due", "pending", "open", "future")
    )
    kept_names = ("kept", "promises_kept", "kept_count", "fulfilled", "kept_promises")
    due_names = ("due", "promises_due", "due_promises", "due_count")
    made_names = ("promises", "made", "promises_made", "total", "total_promises")
    broken = given.take("broken", "promises_broken", "broken_count", default=None)
    kept = int(given.take(*kept_names, default=0))
    if given.has(*due_names):
        due = int(given.take(*due_names))
        given.take(*made_names, default=None)
    elif given.has(*made_names):
        due = int(given.take(*made_names)) - left_out
    else:
        assert broken is not None, "promises: how many were due?"
        due = kept + int(broken)
    amount_kept = given.take("amount_kept", "kept_amount", "amount_received", default="0")
    amount_due = given.take(
        "amount_due", "due_amount", "amount_promised", "promised_amount", default="0"
    )
    return kpi.PromiseKept(due, kept, decimal(amount_due), decimal(amount_kept))


def _judge(given: Fields) -> kpi.PromiseKept:
    rows = [Fields(row, "promise") for row in given.take("promises")]
    # Without a day of judgement every promise that is not marked as open has fallen due.
    as_of = given.take("as_of", "on", "date", default=None)
    promises = [_read_promise(row, is_dated=as_of is not None) for row in rows]
    for row in rows:
        row.done()
    return kpi.promise_kept(promises, day(as_of) if as_of else date.max - timedelta(days=1))


def _read_promise(row: Fields, *, is_dated: bool) -> kpi.Promise:
    names = ("due", "promised_date", "promise_date", "date", "promised_on", "due_date")
    given_due = row.take(*names, default=None)
    amount = decimal(row.take("amount", "promised", "promised_amount", default="1"))
    state = str(row.take("status", "state", default="")).lower()
    if "kept" in row.values:
        state = "kept" if row.take("kept") else "broken"
    is_open = state in ("pending", "open", "not due", "not_due", "not yet due")
    # Without a day of judgement the state tells whether the promise has fallen due.
    due = day(given_due) if given_due else date.min
    if is_open and not (given_due and is_dated):
        due = date.max
    row.take("id", default=None)
    paid = row.take("paid", "received", "payments", "paid_amount", "amount_paid", default=None)
    when = row.take(
        "paid_on", "received_on", "paid_date", "payment_date", "received_date", default=None
    )
    if isinstance(paid, list):
        in_time = sum((decimal(value) for at, value in paid if day(at) <= due), Decimal(0))
    elif isinstance(paid, str) and paid.count("-") == 2:
        in_time = amount if day(paid) <= due else Decimal(0)
    elif when:
        in_time = (amount if paid is None else decimal(paid)) if day(when) <= due else Decimal(0)
    else:
        in_time = amount if state == "kept" else decimal(paid or "0")
    cancelled = state.startswith("cancel") or bool(row.take("cancelled", default=False))
    return kpi.Promise(due, amount, in_time, cancelled)
