"""Worked examples of kind ``interest``: one line, several periods, or several instalments."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from odoo.addons.collections_followup.tools.interest import (
    Claim,
    InterestResult,
    Payment,
    late_interest,
)
from odoo.addons.collections_followup.tools.plan_dates import BusinessDay, Calendar
from odoo.addons.collections_followup.tools.rates import (
    Rate,
    RateSeries,
    RateStep,
    half_year_start,
    half_year_starts,
    shipped_series,
)
from odoo.addons.collections_followup.tools.regimes import REGIMES, GraceMode, PaymentsTo, Regime

from .reading import (
    Fields,
    check_refusal,
    day,
    decimal,
    is_number,
    number,
    same,
    same_list,
    same_one_of,
    unit_of,
    wants_refusal,
)
from .regime_names import day_count_of, rate_mode_of, regime_of, rounding_of

ONE_DAY = timedelta(days=1)
RATE_NAMES = ("rate_pct", "rate_pct_year", "agreed_rate_pct", "agreed_rate", "rate")


@dataclass
class Setting:
    """A regime with the changes an example asks for, and the series it reads."""

    regime: Regime
    series: dict[str, RateSeries]


def read_regime(inputs: Fields) -> Setting:
    """Read the law, the rates and the options of an example."""
    debtor = str(inputs.take("debtor_type", "debtor", default=""))
    name = inputs.take("regime", "country", "law", "series", default="contract")
    regime = regime_of(str(name or "none"), debtor)
    switched_off = inputs.take("interest_disabled", "interest_off", "no_interest", default=False)
    if switched_off or not inputs.take("interest_allowed", "interest_enabled", default=True):
        regime = REGIMES["NONE"]
    series = dict(shipped_series())
    if inputs.has(*RATE_NAMES):
        rate = decimal(inputs.take(*RATE_NAMES))
        regime = replace(regime, series="", agreed_rate=rate)
    if inputs.has("margin_pp", "margin"):
        regime = replace(regime, margin=decimal(inputs.take("margin_pp", "margin")))
    regime = _read_rates(inputs, regime, series)
    return Setting(_read_options(inputs, regime), series)


def _read_rates(inputs: Fields, regime: Regime, series: dict[str, RateSeries]) -> Regime:
    """Add an example's own rates: reference rates, or whole rates in percent per annum."""
    if inputs.has("extra_rate", "extra_rates"):
        rows = inputs.take("extra_rate", "extra_rates")
        whole = _rows(rows, less=regime.margin)
        series[regime.series] = series[regime.series].with_rates(whole)
    if inputs.has("reference_rates", "reference_rate", "rates", "rate_history"):
        rows = inputs.take("reference_rates", "reference_rate", "rates", "rate_history")
        is_reference = inputs.has("reference_rates", "reference_rate", "margin_pp", "margin")
        regime = replace(regime, series="OWN", margin=regime.margin if is_reference else Decimal(0))
        starts = [rate.date_from for rate in _rows(rows)]
        halves = all(start == half_year_start(start) for start in starts)
        step = RateStep.HALF_YEAR if halves else RateStep.CHANGE
        series["OWN"] = RateSeries("OWN", tuple(_rows(rows)), step)
    return regime


def _rows(rows: Any, less: Decimal = Decimal(0)) -> list[Rate]:
    if isinstance(rows, list):
        rows = {
            (row[0] if isinstance(row, list) else row.get("from") or row["date_from"]): (
                row[1] if isinstance(row, list) else row["rate"]
            )
            for row in rows
        }
    return [Rate(day(start), decimal(rate) - less) for start, rate in rows.items()]


def _read_options(inputs: Fields, regime: Regime) -> Regime:
    changes: dict[str, Any] = {}
    if inputs.has("day_count", "divisor"):
        changes["day_count"] = day_count_of(inputs.take("day_count", "divisor"))
    if inputs.has("rate_mode"):
        changes["rate_mode"] = rate_mode_of(inputs.take("rate_mode"))
    if inputs.has("rounding"):
        changes["rounding"] = rounding_of(inputs.take("rounding"))
    rate_caps = ("rate_cap_pct", "rate_cap", "max_rate_pct", "cap_pct")
    if inputs.has(*rate_caps):
        changes["rate_cap"] = decimal(inputs.take(*rate_caps))
    if inputs.has("total_cap"):
        cap = inputs.take("total_cap")
        whole = number(inputs.values["principal"]) if is_number(cap) else 1
        changes["total_cap_ratio"] = decimal(number(cap) / whole if is_number(cap) else 1)
    if inputs.has("total_cap_ratio", "total_cap_pct"):
        cap = decimal(inputs.take("total_cap_ratio", "total_cap_pct"))
        changes["total_cap_ratio"] = cap / 100 if "total_cap_pct" in inputs.read else cap
    if inputs.has("grace_days"):
        changes["grace_days"] = int(inputs.take("grace_days"))
    if inputs.has("grace_mode"):
        shifts = "shift" in str(inputs.take("grace_mode"))
        changes["grace_mode"] = GraceMode.SHIFT if shifts else GraceMode.WAIVE
    if inputs.has("imputation", "payments_to", "payment_order", "order"):
        text = str(inputs.take("imputation", "payments_to", "payment_order", "order")).lower()
        first = "interest" in text and text.find("interest") < (text + "principal").find(
            "principal"
        )
        changes["payments_to"] = PaymentsTo.INTEREST if first else PaymentsTo.PRINCIPAL
    return replace(regime, **changes)


def read_payments(inputs: Fields) -> tuple[Payment, ...]:
    rows = inputs.take("payments", "partial_payments", "part_payments", default=[]) or []
    found = []
    for row in rows:
        if isinstance(row, dict):
            when, amount = row.get("date") or row["on"], row["amount"]
        else:
            when, amount = row
        found.append(Payment(day(when), decimal(amount)))
    return tuple(found)


def read_spans(inputs: Fields) -> list[tuple[date, date]]:
    """Return (last free day, last interest day) of each period to compute."""
    if inputs.has("periods"):
        spans = [(day(start), day(end)) for start, end in inputs.take("periods")]
    else:
        start = inputs.take("due_date", "due", "start", "start_date", "from")
        end = inputs.take(
            "payment_date", "paid_on", "paid", "end", "end_date", "to", "until", "as_of",
            "calculation_date", "calculated_on",
        )  # fmt: skip
        spans = [(day(start), day(end))]
    text = str(inputs.take("first_interest_day", default="day after due date")).lower()
    last = str(inputs.take("last_interest_day", default="")).lower()
    if text[:4].isdigit():
        spans = [(day(text) - ONE_DAY, spans[0][1])]
    elif not any(word in text for word in ("after", "following", "date excl", "start excl")):
        spans = [(start - ONE_DAY, end) for start, end in spans]
    if "before" in last or "excl" in last or "end day excl" in text:
        spans = [(start, end - ONE_DAY) for start, end in spans]
    return spans


def read_claims(inputs: Fields) -> list[Claim]:
    unit = unit_of(inputs)
    suspended = tuple(
        (day(start), day(end))
        for start, end in inputs.take("suspended", "moratorium", "breathing_space", default=[])
    )
    charged = decimal(inputs.take("charged_before", "interest_charged_before", default="0"))
    # Interest owed from before must not bear interest, so it is read and left out of the base.
    inputs.take("accrued_interest", "earlier_interest", "interest_invoiced", default=None)
    common = {
        "payments": read_payments(inputs),
        "suspended": suspended,
        "charged_before": charged,
        "unit": unit,
    }
    if inputs.has("instalments", "installments", "plan"):
        rows = inputs.take("instalments", "installments", "plan")
        inputs.take("principal", default=None)
        inputs.values.setdefault("due_date", rows[0][0])
        end = read_spans(inputs)[0][1]
        return [Claim(decimal(amount), day(due), end, **common) for due, amount in rows]
    principal = _read_principal(inputs)
    spans = read_spans(inputs)
    if inputs.has("business_day_rule", "due_date_shift", "holidays", "next_working_day"):
        # BGB 193: a due date on a weekend or holiday moves to the next working day.
        for name in ("business_day_rule", "due_date_shift", "next_working_day"):
            inputs.take(name, default=None)
        holidays = {day(value) for value in inputs.take("holidays", default=[])}
        calendar = Calendar(holidays=holidays, rule=BusinessDay.FOLLOWING)
        spans = [(calendar.adjust(start), end) for start, end in spans]
    return [Claim(principal, start, end, **common) for start, end in spans]


def _read_principal(inputs: Fields) -> Decimal:
    """Return the base, with VAT: tax belongs to the amount due (CJEU C-585/20)."""
    if not inputs.has("net"):
        return decimal(inputs.take("principal", "amount", "gross", "base"))
    net = decimal(inputs.take("net"))
    rate = decimal(inputs.take("vat_pct", "vat_rate_pct", default="0"))
    return net + net * rate / 100 + decimal(inputs.take("vat", default="0"))


def run_interest(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Compute the interest and compare every expected figure."""
    given, wanted = Fields(inputs, "interest inputs"), Fields(expected, "interest expected")
    setting, claims = read_regime(given), read_claims(given)
    given.done()

    def run() -> list[InterestResult]:
        return [late_interest(claim, setting.regime, setting.series) for claim in claims]

    if wants_refusal(wanted, "interest"):
        return check_refusal(run, wanted, "interest")
    _check_sums(wanted, claims, run(), setting)
    wanted.done()
    return None


def _check_sums(
    wanted: Fields, claims: list[Claim], results: list[InterestResult], setting: Setting
) -> None:
    interest = sum((result.interest for result in results), Decimal(0))
    fixed = sum((result.compensation for result in results), Decimal(0))
    principal = max(claim.principal for claim in claims)
    figures = {
        ("interest", "total_interest"): [interest],
        ("days", "days_late"): [sum(result.days for result in results)],
        ("fixed_compensation", "compensation"): [fixed],
        ("total", "total_due", "total_claim", "amount_due"): [
            principal + interest, interest + fixed, principal + interest + fixed,
            results[-1].principal_left + interest, results[-1].principal_left + interest + fixed,
        ],
        ("principal_left", "principal_open", "open_principal"): [results[-1].principal_left],
        ("interest_left", "interest_open"): [sum(result.interest_left for result in results)],
        ("interest_paid", "to_interest"): [sum(result.interest_paid for result in results)],
        ("unrounded", "exact", "interest_exact"): [sum(r.unrounded for r in results)],
    }  # fmt: skip
    for names, candidates in figures.items():
        if wanted.has(*names):
            same_one_of(wanted.take(*names), candidates, names[0])
    granted = setting.regime.compensation
    if wanted.has("compensation_currency", "fixed_compensation_currency"):
        currency = wanted.take("compensation_currency", "fixed_compensation_currency")
        assert granted and currency == granted.currency, granted
    for names in (("per_period", "per_instalment", "per_installment"),):
        if wanted.has(*names):
            same_list(wanted.take(*names), [r.interest for r in results], names[0])
    _check_segments(wanted, results, setting)


def _check_segments(wanted: Fields, results: list[InterestResult], setting: Setting) -> None:
    segments = [segment for result in results for segment in result.segments]
    if wanted.has("segments"):
        _match_segments(wanted.take("segments"), _views(segments))
    if wanted.has("per_segment"):
        same_list(wanted.take("per_segment"), [s.interest for s in segments], "per_segment")
    if wanted.has("rate_pct", "rate"):
        rate = wanted.take("rate_pct", "rate")
        assert segments, "a rate is expected, but there is no interest day"
        for segment in segments:
            same(rate, segment.rate, "rate")
    if wanted.has("rates"):
        same_list(wanted.take("rates"), [segment.rate for segment in segments], "rates")
    if wanted.has("capped"):
        caps = {cap for result in results for cap in result.caps}
        capped = wanted.take("capped")
        assert capped in caps if isinstance(capped, str) else bool(caps) == capped, caps
    if wanted.has("regime_mode", "rate_mode"):
        assert rate_mode_of(wanted.take("regime_mode", "rate_mode")) is setting.regime.rate_mode


def _row(segment: Any, **changes: Any) -> dict[str, Any]:
    row = {
        "from": segment.date_from, "to": segment.date_to, "days": segment.days,
        "rate": segment.rate, "period": segment.rate_period, "base": segment.base,
        "interest": Fraction(segment.interest),
    }  # fmt: skip
    return {**row, **changes}


def _views(segments: list[Any]) -> list[list[dict[str, Any]]]:
    """Return the ways to print the same segments: as computed, cut at half-years, or merged."""
    plain = [_row(segment) for segment in segments]
    cut: list[dict[str, Any]] = []
    for row in plain:
        whole = (row["to"] - row["from"]).days + 1
        starts = {row["from"], *half_year_starts(row["from"], row["to"])}
        ends = sorted(starts)[1:] + [row["to"] + ONE_DAY]
        for start, end in zip(sorted(starts), ends, strict=True):
            days = (end - start).days
            share = row["interest"] * days / whole
            cut.append({**row, "from": start, "to": end - ONE_DAY, "days": days, "interest": share})
    merged: list[dict[str, Any]] = []
    for row in plain:
        last = merged[-1] if merged else None
        if last and (last["rate"], last["base"]) == (row["rate"], row["base"]):
            last["to"] = row["to"]
            last["days"] += row["days"]
            last["interest"] += row["interest"]
        else:
            merged.append(dict(row))
    halves = [{**row, "period": half_year_start(row["from"])} for row in cut]
    return [plain, cut, halves, merged]


def _match_segments(expected: list[dict[str, Any]], views: list[list[dict[str, Any]]]) -> None:
    first_failure: AssertionError | None = None
    for view in views:
        try:
            assert len(expected) == len(view), f"segments: expected {expected}, got {view}"
            for one, row in zip(expected, view, strict=True):
                _match_segment(Fields(one, "segment"), row)
        except AssertionError as failure:
            first_failure = first_failure or failure
        else:
            return
    raise first_failure or AssertionError("no segments")


def _match_segment(wanted: Fields, row: dict[str, Any]) -> None:
    dates = {
        "period": ("rate_period", "period"),
        "from": ("from", "start", "date_from", "first_day"),
        "to": ("to", "end", "date_to", "last_day"),
    }
    for field, names in dates.items():
        if wanted.has(*names):
            value = wanted.take(*names)
            assert day(value) == row[field], f"segment {field}: expected {value}, got {row[field]}"
    figures = {
        "days": ("days",),
        "rate": ("rate", "rate_pct"),
        "base": ("base", "principal", "balance", "capital", "amount"),
        "interest": ("interest",),
    }
    for field, names in figures.items():
        if wanted.has(*names):
            same(wanted.take(*names), row[field], f"segment {field}")
    wanted.done()
