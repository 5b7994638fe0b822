"""Worked examples of the figures: DSO and its kin, promises, roll rates, provision by age."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from odoo.addons.collections_followup.tools import ageing, ecl, kpi

from .reading import Fields, day, decimal, is_number, number, same, same_list, same_one_of, unit_of

_PCT = ("rate_pct", "pct", "rate")
_RECEIVABLES = (
    "receivables",
    "total_receivables",
    "ar",
    "accounts_receivable",
    "ending_receivables",
)
_SALES = ("credit_sales", "sales", "credit_sales_total", "total_credit_sales", "revenue")
_DAYS = ("days", "period_days", "days_in_period")


def _compare(wanted: Fields, figures: dict[tuple[str, ...], Any]) -> None:
    for names, value in figures.items():
        if wanted.has(*names):
            same(wanted.take(*names), value, names[0])
    wanted.done()


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
    _compare(wanted, {("dso", "dso_days"): found})


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
    _compare(wanted, figures)


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
    _compare(wanted, {("add", "add_days"): found, ("dso",): dso, ("bpdso",): best})


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
    _compare(wanted, {("dso", "dso_days"): found})


def run_cei(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    given, wanted = _fields(inputs, expected, "cei")
    period = kpi.CollectionPeriod(
        beginning_receivables=decimal(given.take("beginning_receivables", "beginning_total")),
        credit_sales=decimal(given.take(*_SALES, "monthly_credit_sales")),
        ending_total=decimal(given.take("ending_total", "ending_total_receivables")),
        ending_current=decimal(given.take("ending_current", "ending_current_receivables")),
        months=int(given.take("months", "n", default=1)),
    )
    given.done()
    _compare(wanted, {("cei_pct", "cei"): kpi.cei_pct(period)})


def run_roll_rate(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """One bucket before and what moved on, or two pictures of all buckets."""
    given, wanted = _fields(inputs, expected, "roll_rate")
    if given.has("earlier", "previous", "prev", "month_1"):
        return _run_roll_rates(given, wanted)
    numbers = [name for name in inputs if is_number(inputs[name])]
    assert len(numbers) == 2, f"a roll rate needs two figures, got {numbers}"
    marks = ("prev", "begin", "start", "previous", "from_", "prior", "opening", "last_month")
    before = [name for name in numbers if any(mark in name for mark in marks)]
    assert len(before) == 1, f"which of {numbers} is the earlier bucket?"
    moved = next(name for name in numbers if name not in before)
    found = kpi.roll_rate_pct(decimal(given.take(moved)), decimal(given.take(before[0])))
    given.done()
    figures = {("roll_rate_pct", "roll_rate", *_PCT): found}
    if found is not None:
        figures["cure_rate_pct", "stay_or_cure_pct"] = 100 - found
    return _compare(wanted, figures)


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
    names = ("recovery_rate_pct", "recovery_rate", "liquidation_rate_pct", *_PCT)
    _compare(wanted, {names: kpi.recovery_rate_pct(collected, placed)})


def run_promise_kept(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """From counts, from amounts, or from a list of promises and a day."""
    given, wanted = _fields(inputs, expected, "promise_kept")
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
    if wanted.has(*_PCT):
        same_one_of(wanted.take(*_PCT), either, "promises kept")
    figures = {
        number_names: result.by_number_pct,
        amount_names: result.by_amount_pct,
        ("kept", "kept_count"): result.kept,
        ("due", "due_count"): result.due,
        ("broken", "broken_count"): result.due - result.kept,
        ("amount_kept", "kept_amount"): result.amount_kept,
        ("amount_due", "due_amount"): result.amount_due,
    }
    _compare(wanted, figures)


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
    promises = [_read_promise(row) for row in rows]
    for row in rows:
        row.done()
    on = day(as_of) if as_of else max((p.due for p in promises), default=date.min)
    return kpi.promise_kept(promises, on if as_of else on + timedelta(days=1))


def _read_promise(row: Fields) -> kpi.Promise:
    due = day(row.take("due", "promised_date", "promise_date", "date", "promised_on"))
    amount = decimal(row.take("amount", "promised", "promised_amount", default="1"))
    state = str(row.take("status", "state", default="")).lower()
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
        "rpc_rate", *_PCT,
    )  # fmt: skip
    _compare(
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
    names = ("promise_rate_pct", "promise_to_pay_rate_pct", *_PCT)
    _compare(wanted, {names: kpi.promise_rate_pct(promises, contacts)})


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
    _compare(wanted, {("mean_days_late", "days_late", "days"): found})


# --- provision -----------------------------------------------------------------------------


def _whole_currency(given: Fields) -> Decimal:
    text = str(given.take("rounding", default="")).lower()
    if "whole" in text or "integer" in text:
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
    _compare(wanted, figures)


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
    on = day(given.take("as_of", "on", "date"))
    limits = [int(limit) for limit in given.take("limits", "bucket_limits", default=[30, 60, 90])]
    unit_of(given)
    rows = given.take("items", "invoices") if given.has("items", "invoices") else [dict(inputs)]
    items = []
    for row in rows:
        due = row["due"] if "due" in row else row["due_date"]
        items.append((day(due), decimal(row.get("open", row.get("amount", "1")))))
    given.take("due", "due_date", "amount", "open", default=None)
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
