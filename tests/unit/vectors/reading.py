"""Reading a worked example: every field is either understood or reported, never passed over."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from odoo.addons.collections_followup.tools.amounts import round_to
from odoo.addons.collections_followup.tools.rates import MissingRateError

MISSING = object()
#: Fields that describe an example and change no figure.
DESCRIPTIVE = {
    "note", "notes", "comment", "description", "law", "article", "case", "contract", "invoice",
    "bank_rate_change", "source", "title", "label", "creditor", "reason", "explanation", "method",
}  # fmt: skip
UNITS = {
    **dict.fromkeys(("JPY", "KRW", "CLP", "VND", "ISK", "XAF", "XOF"), Decimal(1)),
    **dict.fromkeys(("KWD", "BHD", "OMR", "JOD", "TND", "LYD", "IQD"), Decimal("0.001")),
}
REFUSALS = (
    "error", "refused", "refuse", "refusal", "raises", "raise", "exception", "must_refuse",
    "error_code", "error_contains", "refused_period", "refused_from",
)  # fmt: skip
OUTCOMES = ("result", "outcome", "status", "behaviour", "behavior")
REFUSAL_WORDS = ("refus", "error", "none", "not published", "missing", "raise", "unpublished")


class Fields:
    """The inputs or the expected values of one example; ``done`` reports what nobody read."""

    def __init__(self, values: dict[str, Any], what: str) -> None:
        assert values, f"{what}: nothing is given"
        self.values = dict(values)
        self.what = what
        self.read: set[str] = set()

    def take(self, *names: str, default: Any = MISSING) -> Any:
        """Return the first field present among ``names`` and mark it as read."""
        for name in names:
            if name in self.values:
                self.read.add(name)
                return self.values[name]
        if default is MISSING:
            raise AssertionError(f"{self.what}: none of {names} in {sorted(self.values)}")
        return default

    def has(self, *names: str) -> bool:
        return any(name in self.values for name in names)

    def unread(self) -> list[str]:
        return [name for name in self.values if name not in self.read | DESCRIPTIVE]

    def done(self) -> None:
        if self.unread():
            raise AssertionError(f"{self.what} cannot interpret {self.unread()}")


def number(value: Any) -> Fraction:
    """Return an exact number; ``"8.695652 (2000/23000)"`` gives the quotient in percent."""
    text = str(value).replace("%", "").replace(" ", " ").strip()
    found = re.fullmatch(r"(-?[\d.]+)\s*\((\d+)\s*/\s*(\d+)\)", text)
    if found:
        shown, quotient = Fraction(found[1]), Fraction(int(found[2]), int(found[3]))
        return min(quotient, quotient * 100, key=lambda value: abs(value - shown))
    try:
        return Fraction(text)
    except ValueError:
        raise AssertionError(f"not a number: {value!r}") from None


def is_number(value: Any) -> bool:
    try:
        number(value)
    except AssertionError:
        return False
    return not isinstance(value, bool) and value is not None


def decimal(value: Any) -> Decimal:
    """Return an exact decimal."""
    found = number(value)
    exact = Decimal(found.numerator) / Decimal(found.denominator)
    assert Fraction(exact) == found, f"not a decimal number: {value!r}"
    return exact


def day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise AssertionError(f"not a date: {value!r}") from None


def unit_of(inputs: Fields) -> Decimal:
    """Return the smallest unit of the example's currency; cents where none is named."""
    return UNITS.get(str(inputs.take("currency", default="")).upper(), Decimal("0.01"))


def same(expected: Any, actual: Any, what: str) -> None:
    """Compare a figure with a printed one, at the decimals printed."""
    assert actual is not None, f"{what}: expected {expected}, got nothing"
    text = str(expected).replace("%", "").strip()
    decimals = len(text.partition(".")[2])
    if decimals > 8:  # printed from binary floating point: its last digits are noise
        assert abs(Fraction(actual) - number(text)) < Fraction(1, 10**9), f"{what}: {actual}"
        return
    shown = round_to(Fraction(actual), Decimal(1).scaleb(-decimals))
    assert Fraction(shown) == number(text), f"{what}: expected {expected}, got {shown} ({actual})"


def same_one_of(expected: Any, candidates: Iterable[Any], what: str) -> None:
    """Compare with a figure whose definition the example leaves open (such as "total")."""
    tried = []
    for candidate in candidates:
        try:
            return same(expected, candidate, what)
        except AssertionError:
            tried.append(str(candidate))
    raise AssertionError(f"{what}: expected {expected}, none of {tried}")


def same_list(expected: Iterable[Any], actual: Iterable[Any], what: str) -> None:
    expected, actual = list(expected), list(actual)
    assert len(expected) == len(actual), f"{what}: expected {expected}, got {actual}"
    for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
        same(one, other, f"{what}[{index}]")


def wants_refusal(expected: Fields, *figures: str) -> bool:
    """Tell whether the example expects a refusal instead of a figure."""
    if any(expected.values.get(name) not in (None, False, MISSING) for name in REFUSALS):
        return True
    shown = [expected.values[name] for name in (*figures, *OUTCOMES) if name in expected.values]
    return bool(shown) and all(
        value is None or any(word in str(value).lower() for word in REFUSAL_WORDS)
        for value in shown
    )


def check_refusal(run: Callable[[], Any], expected: Fields, *figures: str) -> None:
    """Assert that a missing rate is refused and that the error names series and period."""
    try:
        result = run()
    except MissingRateError as error:
        params = error.params
    else:
        raise AssertionError(f"expected a refusal, got {result}")
    for name in (*REFUSALS, *OUTCOMES, *figures, "message", "reason", "error_names"):
        text = str(expected.take(name, default=""))
        for named in re.findall(r"\b\d{4}-\d\d-\d\d\b", text):
            assert params["date_from"] <= day(named) <= params["date_to"], f"not refused: {named}"
        for label in re.findall(r"\b\d{4}H[12]\b", text):
            assert label == params["period"], f"refused for {params['period']}, not {label}"
    if expected.has("period", "missing_period"):
        label = str(expected.take("period", "missing_period"))
        starts = (params["period"], params["date_from"].isoformat())
        assert label in starts, f"refused for {starts}, not {label}"
    if expected.has("missing_from"):
        assert day(expected.take("missing_from")) == params["date_from"]
    expected.take("series", default="")
    assert params["series"] and params["period"]
    expected.done()


def compare_all(wanted: Fields, figures: dict[tuple[str, ...], Any]) -> None:
    """Compare every expected field by its possible names; an unknown one is reported."""
    for names, value in figures.items():
        if wanted.has(*names):
            same(wanted.take(*names), value, names[0])
    wanted.done()
