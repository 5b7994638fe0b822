"""Worked examples of provision and ageing: kinds ``ecl_*`` and ``aging_*``."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from odoo.addons.collections_followup.tools import ageing, ecl

from .reading import (
    Fields,
    compare_all,
    day,
    decimal,
    number,
    same,
    same_list,
    same_one_of,
    unit_of,
)


def _whole_currency(given: Fields) -> Decimal:
    text = str(given.take("rounding", default="")).lower()
    if any(word in text for word in ("whole", "integer", "nearest dollar", "nearest unit")):
        return Decimal(1)
    if not text or "cent" in text or "none" in text or "0.01" in text:
        return unit_of(given)
    raise AssertionError(f"unknown rounding {text!r}")


def _read_exposures(given: Fields) -> list[ecl.Exposure]:
    names = ("loss_rate_pct", "pct", "rate_pct", "loss_pct", "rate", "loss_rate")
    found = []
    for row in given.take("buckets", "matrix"):
        fields = Fields(row, "bucket")
        found.append(
            ecl.Exposure(
                bucket=str(fields.take("bucket", "name")),
                gross=decimal(fields.take("gross", "amount", "balance")),
                loss_pct=number(fields.take(*names)),
            )
        )
        fields.done()
    return found


def run_provision(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Gross x rate by bucket, the total, and what is left to post."""
    given, wanted = Fields(inputs, "provision inputs"), Fields(expected, "provision expected")
    exposures, unit = _read_exposures(given), _whole_currency(given)
    factor = number(given.take("forward_looking_factor", "factor", "scalar", default="1"))
    credit = given.take(
        "existing_allowance", "existing_credit_balance", "allowance_credit_balance",
        "existing_balance", "credit_balance", "allowance_balance", "unadjusted_credit_balance",
        "unadjusted_balance", default="0",
    )  # fmt: skip
    debit = given.take(
        "existing_debit_balance", "debit_balance", "allowance_debit_balance",
        "unadjusted_debit_balance", default="0",
    )  # fmt: skip
    unit_of(given)
    given.done()
    if factor != 1:
        exposures = [
            ecl.Exposure(e.bucket, e.gross, min(Fraction(100), e.loss_pct * factor))
            for e in exposures
        ]
    result = ecl.provision(exposures, unit)
    if wanted.has("per_bucket"):
        _check_buckets(wanted.take("per_bucket"), exposures, result)
    booked = decimal(credit) - decimal(debit)
    gross_total = result.gross
    coverage = result.exact_total / Fraction(gross_total) * 100 if gross_total else None
    exact = [result.total, result.exact_total, sum(a for _bucket, a in result.by_bucket)]
    if wanted.has("total", "allowance", "ecl", "provision", "required_allowance"):
        names = ("total", "allowance", "ecl", "provision", "required_allowance")
        same_one_of(wanted.take(*names), exact[:2], "total")
    figures = {
        ("sum_of_buckets", "printed_sum"): exact[2],
        ("gross", "gross_total", "total_gross"): gross_total,
        ("net", "net_receivables", "net_realizable_value"): result.net,
        ("coverage_pct", "coverage"): coverage,
        ("adjustment", "expense", "bad_debt_expense", "adjusting_entry"): result.adjustment(booked),
    }
    compare_all(wanted, figures)


def _check_buckets(shown: Any, exposures: list[ecl.Exposure], result: ecl.Provision) -> None:
    if isinstance(shown, dict):
        amounts = dict(result.by_bucket)
        for name, value in shown.items():
            same(value, amounts[name], name)
        return
    same_list(shown, [exposure.loss for exposure in exposures], "per_bucket")


def run_loss_rates(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Loss rates from the payments of one past period; the fields name the buckets."""
    given, wanted = Fields(inputs, "ecl_loss_rates inputs"), Fields(expected, "expected")
    sales = decimal(given.take("sales", "credit_sales", "total"))
    paid = [decimal(given.take(name)) for name in inputs if name.startswith("paid_")]
    unpaid_names = [name for name in inputs if name.startswith("unpaid")]
    unpaid = sum((decimal(given.take(name)) for name in unpaid_names), Decimal(0))
    factor = decimal(given.take("forward_looking_factor", "factor", default="1"))
    unit_of(given)
    given.done()
    shown = wanted.take("loss_rate_pct", "loss_rates_pct", "rates_pct")
    names = list(shown) if isinstance(shown, dict) else [str(i) for i in range(len(paid) + 1)]
    cohort = ecl.Cohort(sales, tuple(paid), tuple(names))
    if unpaid_names:
        assert cohort.unpaid == unpaid, f"unpaid: {unpaid} given, {cohort.unpaid} follows"
    rates = ecl.loss_rates(cohort, factor)
    same_list(shown.values() if isinstance(shown, dict) else shown, rates.values(), "loss rates")
    if wanted.has("reached"):
        same_list(wanted.take("reached"), cohort.reached, "reached")
    wanted.done()


def run_aging(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Open items into buckets on a day."""
    given, wanted = Fields(inputs, "aging inputs"), Fields(expected, "aging expected")
    on = day(given.take("as_of", "on", "date", default="2026-01-01"))
    limits = [int(limit) for limit in given.take("limits", "bucket_limits", default=[30, 60, 90])]
    unit_of(given)
    rows = given.take("items", "invoices") if given.has("items", "invoices") else [dict(inputs)]
    items = []
    for row in rows:
        due = row["due"] if "due" in row else row.get("due_date")
        if due is None:  # only the days are given
            due = (on - timedelta(days=int(given.take("days_overdue", "days")))).isoformat()
        items.append((day(due), decimal(row.get("open", row.get("amount", "1")))))
    if "items" not in inputs and "invoices" not in inputs:
        for name in ("due", "due_date", "amount", "open"):
            given.take(name, default=None)
    given.done()
    among = ageing.buckets(limits)
    found = list(ageing.age(items, on, among).values())
    if wanted.has("bucket"):
        name = str(wanted.take("bucket"))
        actual = ageing.bucket_of(items[0][0], on, among)
        assert name.replace("+", "").lstrip(">") in actual.name, f"{name}: {actual.name}"
    if wanted.has("days_overdue", "days"):
        same(wanted.take("days_overdue", "days"), (on - items[0][0]).days, "days overdue")
    if wanted.has("per_bucket", "buckets"):
        shown = wanted.take("per_bucket", "buckets")
        same_list(shown.values() if isinstance(shown, dict) else shown, found, "buckets")
    if wanted.has("total"):
        same(wanted.take("total"), sum(found), "total")
    wanted.done()
