"""Exact rounding and sharing of money.

``unit`` is always the smallest amount of a currency (``Decimal("0.01")`` for the euro, ``1`` for
the yen, ``0.001`` for the Kuwaiti dinar, ``0.05`` for Swiss cash): what Odoo calls its rounding.
"""

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .errors import ToolError

CENT = Decimal("0.01")
ZERO = Decimal(0)

#: Units that Python's own rounding knows, and amounts small enough for it.
_POWERS = frozenset(Decimal(1).scaleb(-digits) for digits in range(7))
_SAFE = Decimal(10) ** 18

Number = Decimal | Fraction | int


def as_units(value: Number, unit: Decimal) -> int:
    """Return how many whole units are nearest to ``value``; halves go away from zero."""
    ratio = Fraction(value) / _checked(unit)
    units = math.floor(abs(ratio) + Fraction(1, 2))
    return units if ratio >= 0 else -units


def from_units(units: int, unit: Decimal) -> Decimal:
    """Return the amount made of ``units`` smallest units, written with the unit's decimals."""
    return Decimal(units) * unit


def round_to(value: Number, unit: Decimal = CENT) -> Decimal:
    """Round half up (away from zero) to a multiple of ``unit``.

    Fractions are accepted, so that a result of several divisions is rounded once and a true
    half is seen as a half.
    """
    if isinstance(value, Decimal) and unit in _POWERS and abs(value) < _SAFE:
        # The same, and ten times as fast; adding zero turns "-0" into "0".
        return value.quantize(unit, ROUND_HALF_UP) + ZERO
    return from_units(as_units(value, unit), unit)


def floor_to(value: Number, unit: Decimal = CENT) -> Decimal:
    """Round down to a multiple of ``unit``."""
    return from_units(math.floor(Fraction(value) / _checked(unit)), unit)


def ceil_to(value: Number, unit: Decimal = CENT) -> Decimal:
    """Round up to a multiple of ``unit``."""
    return from_units(math.ceil(Fraction(value) / _checked(unit)), unit)


def to_decimal(value: Fraction, digits: int = 12) -> Decimal:
    """Return ``value`` with ``digits`` decimals, for showing an unrounded figure."""
    return round_to(value, Decimal(1).scaleb(-digits))


def split_pro_rata(
    amount: Decimal, weights: Sequence[Decimal], unit: Decimal = CENT
) -> tuple[Decimal, ...]:
    """Share ``amount`` in proportion to ``weights``; the parts add up to it exactly.

    Each part is rounded down to the unit; the units left over go one by one to the parts that
    lost most by it (the earlier part first when they lost the same). ``amount`` must be a
    multiple of ``unit``, and no weight may be negative.
    """
    total = sum((Fraction(weight) for weight in weights), Fraction(0))
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ToolError("weights_invalid", "The amount cannot be shared: no positive weight.")
    units = as_units(amount, unit)
    shares = [Fraction(units) * Fraction(weight) / total for weight in weights]
    parts = [math.floor(share) for share in shares]
    by_loss = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for index in by_loss[: units - sum(parts)]:
        parts[index] += 1
    return tuple(from_units(part, unit) for part in parts)


def _checked(unit: Decimal) -> Fraction:
    if unit <= 0:
        raise ToolError(
            "unit_invalid",
            "The smallest unit of a currency must be positive, not %(unit)s.",
            {"unit": unit},
        )
    return Fraction(unit)
