"""Worked examples of the figures: DSO and its kin, promises, roll rates, provision by age."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from odoo.addons.collections_followup.tools import kpi

from .promise_examples import PCT, run_promise_kept
from .provision_examples import run_aging, run_loss_rates, run_provision
from .reading import Fields, compare_all, day, decimal, is_number, number, same, same_list

_RECEIVABLES = (
    "receivables",
    "total_receivables",
    "ar",
    "accounts_receivable",
    "ending_receivables",
)
_SALES = ("credit_sales", "sales", "credit_sales_total", "total_credit_sales", "revenue")
_DAYS = ("days", "period_days", "days_in_period")


def _fields(inputs: dict[str, Any], expected: dict[str, Any], kind: str) -> tuple[Fields, Fields]:
    given = Fields(inputs, f"{kind} inputs")
    given.take("currency", "period", default="")
    return given, Fields(expected, f"{kind} expected")


def _receivables(given: Fields, *names: str) -> Decimal:
    """Return the receivables, or the mean of an opening and a closing balance."""
    if given.has("beginning_receivables") and given.has("ending_receivables"):
        start = decimal(given.take("beginning_receivables"))
        return (start + decimal(given.take("ending_receivables"))) / 2
    return decimal(given.take(*names))


def run_dso_simple(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "dso_simple")
    receivables = _receivables(given, *_RECEIVABLES)
    found = kpi.dso_simple(receivables, decimal(given.take(*_SALES)), int(given.take(*_DAYS)))
    given.done()
    compare_all(wanted, {("dso", "dso_days"): found})


def run_bpdso(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "bpdso")
    current = decimal(given.take("current_receivables", "current", "not_overdue", "current_ar"))
    sales, days = decimal(given.take(*_SALES)), int(given.take(*_DAYS))
    total = given.take(*_RECEIVABLES, default=None)
    given.done()
    bpdso = kpi.best_possible_dso(current, sales, days)
    figures: dict[tuple[str, ...], Any] = {("bpdso", "best_possible_dso", "bpdso_days"): bpdso}
    if total is not None:
        dso = kpi.dso_simple(decimal(total), sales, days)
        figures[("dso",)] = dso
        if dso is not None and bpdso is not None:
            figures[("add",)] = kpi.average_days_delinquent(dso, bpdso)
    compare_all(wanted, figures)


def run_add(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """ADD from DSO and best possible DSO, or from the balances they are made of."""
    given, wanted = _fields(inputs, expected, "add")
    if given.has("dso"):
        dso, best = number(given.take("dso")), number(given.take("bpdso", "best_possible_dso"))
    else:
        sales, days = decimal(given.take(*_SALES)), int(given.take(*_DAYS))
        current = decimal(given.take("current_receivables", "current", "current_ar"))
        dso = kpi.dso_simple(decimal(given.take(*_RECEIVABLES)), sales, days) or Fraction(0)
        best = kpi.best_possible_dso(current, sales, days) or Fraction(0)
    given.done()
    found = kpi.average_days_delinquent(dso, best)
    compare_all(wanted, {("add", "add_days"): found, ("dso",): dso, ("bpdso",): best})


def run_dso_countback(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "dso_countback")
    receivables = decimal(given.take(*_RECEIVABLES))
    months = []
    for row in given.take("months"):
        sales, days = (row["sales"], row["days"]) if isinstance(row, dict) else row
        months.append(kpi.MonthSales(decimal(sales), int(days)))
    if "old" in str(given.take("order", default="most recent first")):
        months.reverse()
    given.done()
    found = kpi.dso_countback(receivables, months)
    if wanted.has("dso") and wanted.values["dso"] is None:
        assert found is None and wanted.take("dso") is None
    compare_all(wanted, {("dso", "dso_days"): found})


def run_cei(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "cei")
    period = kpi.CollectionPeriod(
        beginning_receivables=decimal(given.take("beginning_receivables", "beginning_total")),
        credit_sales=decimal(given.take(*_SALES, "monthly_credit_sales", "credit_sales_monthly")),
        ending_total=decimal(given.take("ending_total", "ending_total_receivables")),
        ending_current=decimal(given.take("ending_current", "ending_current_receivables")),
        months=int(given.take("months", "n", default=1)),
    )
    given.done()
    compare_all(wanted, {("cei_pct", "cei"): kpi.cei_pct(period)})


def run_roll_rate(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """One bucket before and what moved on, or two pictures of all buckets."""
    given, wanted = _fields(inputs, expected, "roll_rate")
    if given.has("earlier", "previous", "prev", "month_1"):
        return _run_roll_rates(given, wanted)
    numbers = [name for name in inputs if is_number(inputs[name])]
    assert len(numbers) == 2, f"a roll rate needs two figures, got {numbers}"
    marks = (
        "prev",
        "begin",
        "start",
        "previous",
        "from_",
        "prior",
        "opening",
        "last_month",
        "before",
        "t0",
    )
    before = [name for name in numbers if any(mark in name for mark in marks)]
    assert len(before) == 1, f"which of {numbers} is the earlier bucket?"
    moved = next(name for name in numbers if name not in before)
    found = kpi.roll_rate_pct(decimal(given.take(moved)), decimal(given.take(before[0])))
    given.done()
    figures = {("roll_rate_pct", "roll_rate", *PCT): found}
    if found is not None:
        figures["cure_rate_pct", "stay_or_cure_pct"] = 100 - found
    return compare_all(wanted, figures)


def _run_roll_rates(given: Fields, wanted: Fields) -> None:
    earlier = given.take("earlier", "previous", "prev", "month_1")
    later = given.take("later", "current", "now", "month_2")
    order = list(given.take("order", "buckets", default=list(earlier)))
    given.done()
    rates = kpi.roll_rates_pct(_decimals(earlier), _decimals(later), order)
    shown = wanted.take("roll_rates_pct", "roll_rate_pct", "rates_pct")
    if isinstance(shown, list):
        same_list(shown, rates.values(), "roll rates")
    else:
        assert set(shown) <= set(rates), f"unknown buckets in {shown}"
        for bucket, rate in shown.items():
            same(rate, rates[bucket], bucket)
    wanted.done()


def _decimals(values: dict[str, Any]) -> dict[str, Decimal]:
    return {name: decimal(value) for name, value in values.items()}


def run_recovery(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "recovery_rate")
    collected = decimal(given.take("collected", "amount_collected", "recovered"))
    placed = decimal(
        given.take("placed", "outstanding", "amount_outstanding", "amount_placed", "total")
    )
    given.done()
    names = ("recovery_rate_pct", "recovery_rate", "liquidation_rate_pct", *PCT)
    compare_all(wanted, {names: kpi.recovery_rate_pct(collected, placed)})


def run_right_party(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Right-party contacts / contacts reached or / calls: the example says which, or gives one."""
    given, wanted = _fields(inputs, expected, "right_party_contact_rate")
    right = int(
        given.take(
            "right_party_contacts", "right_party", "rpc", "right_party_contact", "right_parties"
        )
    )
    contact_names = ("contacts", "contacts_reached", "reached", "people_reached", "total_contacts")
    call_names = (
        "calls", "outbound_calls", "attempts", "dials", "calls_made", "total_calls",
        "call_attempts", "dial_attempts", "total_attempts",
    )  # fmt: skip
    contacts, calls = (
        given.take(*contact_names, default=None),
        given.take(*call_names, default=None),
    )
    base = str(given.take("denominator", "base", default=""))
    given.take("promises", "agreed_to_pay", default=None)
    given.done()
    rates = {
        used: kpi.right_party_contact_rate_pct(right, int(contacts or 0), int(calls or 0), used)
        for used in kpi.Reached
    }
    by_contacts = (
        "by_contacts_pct", "rate_contacts_pct", "rate_by_contacts_pct", "of_contacts_pct",
        "per_contact_pct",
    )  # fmt: skip
    by_calls = (
        "by_calls_pct", "rate_calls_pct", "rate_by_calls_pct", "of_calls_pct", "per_call_pct"
    )  # fmt: skip
    on_calls = any(w in base for w in ("call", "dial", "attempt")) or contacts is None
    main = rates[kpi.Reached.CALLS if on_calls else kpi.Reached.CONTACTS]
    names = (
        "right_party_contact_rate_pct", "rpc_rate_pct", "rpc_pct", "right_party_contact_rate",
        "rpc_rate", *PCT,
    )  # fmt: skip
    compare_all(
        wanted,
        {
            names: main,
            by_contacts: rates[kpi.Reached.CONTACTS],
            by_calls: rates[kpi.Reached.CALLS],
        },
    )


def run_promise_rate(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "promise_rate")
    promises = int(given.take("promises", "promises_made", "promises_to_pay"))
    contacts = int(given.take("right_party_contacts", "right_party", "rpc", "contacts"))
    given.done()
    names = ("promise_rate_pct", "promise_to_pay_rate_pct", *PCT)
    compare_all(wanted, {names: kpi.promise_rate_pct(promises, contacts)})


def run_mean_days_late(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "mean_days_late")
    items = []
    for row in given.take("items", "invoices"):
        fields = Fields(row, "paid item")
        due, paid = (
            day(fields.take("due", "due_date")),
            fields.take("paid", "paid_on", "payment_date"),
        )
        items.append(kpi.PaidItem(due, day(paid), decimal(fields.take("amount", default="1"))))
        fields.take("id", default=None)
        fields.done()
    weighted, early = bool(given.take("weighted", default=False)), given.take("early", default="")
    given.done()
    found = kpi.mean_days_late(items, weighted=weighted, early_counts=early == "negative")
    compare_all(wanted, {("mean_days_late", "days_late", "days"): found})


KINDS: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "dso_simple": run_dso_simple,
    "dso_countback": run_dso_countback,
    "bpdso": run_bpdso,
    "add": run_add,
    "cei": run_cei,
    "roll_rate": run_roll_rate,
    "recovery_rate": run_recovery,
    "liquidation_rate": run_recovery,
    "promise_kept": run_promise_kept,
    "promise_kept_rate": run_promise_kept,
    "promise_rate": run_promise_rate,
    "promise_to_pay_rate": run_promise_rate,
    "right_party_contact_rate": run_right_party,
    "mean_days_late": run_mean_days_late,
    "ecl_matrix": run_provision,
    "ecl_provision": run_provision,
    "ecl_allowance": run_provision,
    "ecl_loss_rates": run_loss_rates,
    "aging_allowance": run_provision,
    "aging_adjustment": run_provision,
    "aging_expense": run_provision,
    "aging_buckets": run_aging,
    "aging_bucket": run_aging,
}
