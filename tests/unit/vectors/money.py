"""Worked examples about money owed: interest, rates, compensation, imputation, instalments."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from odoo.addons.collections_followup.tools.amounts import round_to
from odoo.addons.collections_followup.tools.compensation import (
    fixed_compensation,
    in_claim_currency,
    total_compensation,
)
from odoo.addons.collections_followup.tools.compound import Compounding, compound_interest
from odoo.addons.collections_followup.tools.interest import first_rate, interest_of_days
from odoo.addons.collections_followup.tools.regimes import Regime, Rounding

from .imputation_examples import run_imputation, run_multi_debt
from .instalment_examples import run_count, run_late, run_payment
from .interest_examples import RATE_NAMES, read_regime, run_interest
from .reading import (
    Fields,
    check_refusal,
    day,
    decimal,
    number,
    same,
    same_list,
    same_one_of,
    unit_of,
    wants_refusal,
)
from .regime_names import regime_of, rounding_of

_STARTS = ("start", "start_date", "due_date", "from")
_REFERENCES = (
    "base_rate_pct", "reference_pct", "reference_rate_pct", "bank_rate_pct", "ecb_rate_pct",
)  # fmt: skip
_ENDS = ("end", "end_date", "payment_date", "to", "until")


def run_flat(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Interest of a number of days at one rate."""
    given, wanted = Fields(inputs, "interest_flat inputs"), Fields(expected, "expected")
    principal = decimal(given.take("principal", "amount"))
    rate = _read_rate(given)
    divisor = int(decimal(given.take("divisor", "days_in_year", default="365")))
    rounding = rounding_of(given.take("rounding", default="final only"))
    unit = unit_of(given)
    if given.has("days"):
        days = int(given.take("days"))
    else:
        days = (day(given.take(*_ENDS)) - day(given.take(*_STARTS))).days
    given.take("regime", default="")
    given.done()

    daily = interest_of_days(principal, rate, 1, divisor)
    interest = round_to(interest_of_days(principal, rate, days, divisor, rounding, unit), unit)
    rounded_daily = interest_of_days(principal, rate, days, divisor, Rounding.DAILY, unit)
    once = round_to(interest_of_days(principal, rate, days, divisor), unit)
    figures = {
        ("interest", "total_interest"): interest,
        ("annual", "annual_interest", "yearly"): Fraction(principal) * Fraction(rate) / 100,
        ("daily", "daily_interest", "daily_amount", "per_day"): daily,
        ("days",): days,
        ("total", "total_due"): principal + interest,
        ("exact", "unrounded", "interest_unrounded"): daily * days,
        ("final_only", "rounded_once", "interest_final_only", "interest_rounded_once"): once,
        ("daily_first", "interest_daily_first", "interest_daily_rounded"): rounded_daily,
    }
    _compare(wanted, figures)
    wanted.done()


def _read_rate(given: Fields) -> Decimal:
    if given.has(*_REFERENCES):
        base = decimal(given.take(*_REFERENCES))
        margins = ("margin_pp", "margin", "margin_pct", "statutory_pct", "statutory_margin_pct")
        return base + decimal(given.take(*margins, default="0"))
    return decimal(given.take(*RATE_NAMES))


def _compare(wanted: Fields, figures: dict[tuple[str, ...], Any]) -> None:
    for names, value in figures.items():
        if wanted.has(*names):
            same(wanted.take(*names), value, names[0])


def run_compound(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compound interest between two dates."""
    given, wanted = Fields(inputs, "interest_compound inputs"), Fields(expected, "expected")
    principal, rate = decimal(given.take("principal", "amount")), _read_rate(given)
    start = day(given.take(*_STARTS))
    if given.has("days"):
        end = start + timedelta(days=int(given.take("days")))
    else:
        end = day(given.take(*_ENDS))
    how = _compounding(str(given.take("compounding", "frequency", default="annual")))
    divisor = int(decimal(given.take("divisor", "days_in_year", default="365")))
    unit = unit_of(given)
    given.done()

    interest = round_to(compound_interest(principal, rate, start, end, how, divisor), unit)
    days = (end - start).days
    figures = {
        ("interest", "compound_interest"): interest,
        ("total",): principal + interest,
        ("days",): days,
        ("simple", "simple_interest"): round_to(interest_of_days(principal, rate, days, divisor)),
    }
    _compare(wanted, figures)
    wanted.done()


def _compounding(text: str) -> Compounding:
    lower = text.lower().replace("_", "-")
    names = {
        "year": Compounding.ANNUAL, "annual": Compounding.ANNUAL, "month": Compounding.MONTHLY,
        "dai": Compounding.DAILY, "day": Compounding.DAILY, "quarter": Compounding.QUARTERLY,
        "half": Compounding.HALF_YEARLY, "semi": Compounding.HALF_YEARLY,
    }  # fmt: skip
    for name in ("half", "semi", "quarter", "month", "dai", "day", "year", "annual"):
        if name in lower:
            return names[name]
    raise AssertionError(f"unknown compounding {text!r}")


def run_rate_lookup(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """The rate on a day, or for a debt that became overdue on a day."""
    given, wanted = Fields(inputs, "rate_lookup inputs"), Fields(expected, "expected")
    setting = read_regime(given)
    if given.has("due_date"):
        on = day(given.take("due_date")) + timedelta(days=1)
    else:
        on = day(given.take("date", "on", "debt_became_overdue", "overdue_date", "became_overdue"))
    # A later day changes nothing for the rate asked for, which is that of ``on``.
    given.take("as_of", "later_date", default=None)
    given.done()

    def run() -> Decimal:
        return first_rate(setting.regime, on, setting.series)

    main = ("rate_pct", "rate")
    if wants_refusal(wanted, *main):
        return check_refusal(run, wanted, *main)
    rate = run()
    found = setting.series[setting.regime.series].lookup(on)
    figures = {
        main: rate,
        ("reference_pct", "base_rate_pct", "reference_rate_pct", "base_pct"): found.rate,
        ("margin_pp", "margin"): setting.regime.margin,
    }
    _compare(wanted, figures)
    if wanted.has("rate_period", "valid_from", "period_from", "date_from"):
        names = ("rate_period", "valid_from", "period_from", "date_from")
        assert day(wanted.take(*names)) == found.date_from
    wanted.done()
    return None


def run_rate_daily(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """The rate, or the amount, of one day."""
    given, wanted = Fields(inputs, "rate_daily inputs"), Fields(expected, "expected")
    divisor = decimal(given.take("divisor", "days_in_year", default="365"))
    if given.has(*RATE_NAMES, *_REFERENCES):
        rate = _read_rate(given)
        given.take("regime", "date", default="")
    else:
        setting = read_regime(given)
        rate = first_rate(setting.regime, day(given.take("date", "on")), setting.series)
    principal = given.take("principal", "amount", default=None)
    given.take("regime", "country", default="")
    unit_of(given)
    given.done()

    daily = Fraction(rate) / Fraction(divisor)
    figures: dict[tuple[str, ...], Any] = {
        ("daily_rate_pct", "daily_pct", "rate_pct_day"): daily,
        ("daily_rate", "daily_factor"): daily / 100,
        ("rate_pct",): rate,
    }
    if principal is not None:
        figures[("daily_amount", "daily", "daily_interest")] = number(principal) * daily / 100
    _compare(wanted, figures)
    wanted.done()


def run_compensation(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """The fixed sum for one or several debts in one or several countries."""
    given, wanted = Fields(inputs, "fixed_compensation inputs"), Fields(expected, "expected")
    debtor = str(given.take("debtor_type", "debtor", default=""))
    names = given.take("country", "regime", "countries", "regimes")
    regimes = [regime_of(name, debtor) for name in (names if isinstance(names, list) else [names])]
    debts = _read_debts(given)
    rate = given.take("eur_pln_rate", "pln_per_eur", "exchange_rate", "rate_eur", default=None)
    given.take("currency", default="")
    given.done()

    sums = [fixed_compensation(debt, r.compensation) for r in regimes for debt in debts]
    if wanted.has("amounts"):
        _check_amounts(wanted.take("amounts"), regimes, debts, sums)
    for names in (("amount", "compensation", "fixed_compensation"), ("total", "total_amount")):
        if wanted.has(*names):
            candidates = [*sums[:1], sum(sums)] if names[0] == "amount" else [sum(sums)]
            same_one_of(wanted.take(*names), candidates, names[0])
    if rate is not None and wanted.has("amounts_pln", "amount_pln", "amounts_converted"):
        converted = [in_claim_currency(amount, decimal(rate)) for amount in sums]
        value = wanted.take("amounts_pln", "amount_pln", "amounts_converted")
        same_list(value if isinstance(value, list) else [value], converted, "converted")
    if wanted.has("currency"):
        granted = regimes[0].compensation
        assert granted and wanted.take("currency") == granted.currency
    wanted.done()


def _read_debts(given: Fields) -> list[Decimal]:
    names = (
        "cases", "amounts", "debts", "principals", "invoices", "instalments", "amount",
        "principal", "debt",
    )  # fmt: skip
    values = given.take(*names, default="100")
    if given.has("n_invoices", "number_of_invoices", "count"):
        values = [values] * int(given.take("n_invoices", "number_of_invoices", "count"))
    if isinstance(values, int) and {"invoices", "instalments"} & given.read:
        each = given.take("amount", "principal", "amount_each", default="100")
        values = [each] * values
    rows = values if isinstance(values, list) else [values]
    return [decimal(row["amount"] if isinstance(row, dict) else row) for row in rows]


def _check_amounts(
    amounts: Any, regimes: list[Regime], debts: list[Decimal], sums: list[Decimal]
) -> None:
    if isinstance(amounts, dict):
        for name, expected in amounts.items():
            granted = regime_of(name).compensation
            if isinstance(expected, list):
                found = [fixed_compensation(debt, granted) for debt in debts]
                same_list(expected, found, name)
            else:
                same(expected, total_compensation(debts, granted), name)
        return
    assert sums, regimes
    same_list(amounts, sums, "amounts")


KINDS: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "interest": run_interest,
    "interest_flat": run_flat,
    "interest_compound": run_compound,
    "rate_lookup": run_rate_lookup,
    "rate_daily": run_rate_daily,
    "fixed_compensation": run_compensation,
    "imputation": run_imputation,
    "imputation_multi_debt": run_multi_debt,
    "instalment_payment": run_payment,
    "instalment_count": run_count,
    "instalment_late": run_late,
}
