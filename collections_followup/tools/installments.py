"""Payment plans: amounts of the lines, from a number of lines or from an amount a line.

All sums are exact to the smallest unit of the currency; the last line takes the rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .amounts import CENT, ZERO, as_units, floor_to, from_units
from .annuity import annuity_schedule
from .errors import ToolError

MAX_LINES = 1200  # a hundred years of monthly lines; more is a slip of the finger


@dataclass(frozen=True)
class PlanLine:
    """One line of a plan: ``amount`` = ``principal`` + ``interest``, due on ``date``."""

    number: int
    date: date
    amount: Decimal
    principal: Decimal
    interest: Decimal = ZERO
    is_down_payment: bool = False


@dataclass(frozen=True)
class DownPayment:
    """Money paid at once, before the equal lines."""

    date: date
    amount: Decimal


def equal_amounts(total: Decimal, count: int, unit: Decimal = CENT) -> tuple[Decimal, ...]:
    """Split a total into equal amounts; the last one takes what is left over.

    The equal amount is rounded down, so the last line is never smaller than the others.

    :raise ToolError: ``total_not_rounded``, ``plan_empty`` or ``too_many_lines`` (a line would
        be zero).
    """
    units = _whole_units(total, unit)
    _check_count(count)
    each = units // count
    if each < 1:
        raise ToolError(
            "too_many_lines",
            "%(total)s cannot be split into %(count)s lines: a line would be zero.",
            {"total": total, "count": count},
        )
    amounts = [each] * (count - 1) + [units - each * (count - 1)]
    return tuple(from_units(amount, unit) for amount in amounts)


def amounts_of(total: Decimal, each: Decimal, unit: Decimal = CENT) -> tuple[Decimal, ...]:
    """Split a total into lines of a wished amount; the last line takes the smaller rest."""
    units, wished = _whole_units(total, unit), as_units(floor_to(each, unit), unit)
    if wished < 1 or units < 1:
        raise ToolError(
            "amount_not_positive",
            "A plan needs a positive total and a positive amount a line.",
        )
    full, rest = divmod(units, wished)
    _check_count(full + bool(rest))
    return tuple(from_units(part, unit) for part in [wished] * full + [rest] * bool(rest))


def build_plan(
    total: Decimal,
    dates: Sequence[date],
    unit: Decimal = CENT,
    down: DownPayment | None = None,
    periodic: Decimal = ZERO,
    amounts: Sequence[Decimal] | None = None,
) -> tuple[PlanLine, ...]:
    """Build the lines of a plan.

    :param total: the debt under the plan, a multiple of ``unit``.
    :param dates: due dates of the lines, ascending; the down payment has its own.
    :param periodic: interest of one period as a fraction of 1; 0 for a plan without interest.
    :param amounts: principal of each line when they are not equal; must add up.
    """
    rest = total - down.amount if down else total
    lines = [_down_line(down, total, dates[0])] if down else []
    if amounts is not None:
        parts = [(amount, ZERO) for amount in _check_sum(amounts, rest, dates)]
    elif periodic:
        parts = _with_interest(rest, periodic, len(dates), unit)
    else:
        parts = [(amount, ZERO) for amount in equal_amounts(rest, len(dates), unit)]
    for day, (principal, interest) in zip(dates, parts, strict=True):
        number = len(lines) + 1
        lines.append(PlanLine(number, day, principal + interest, principal, interest))
    return tuple(lines)


def _down_line(down: DownPayment, total: Decimal, first: date) -> PlanLine:
    if not ZERO < down.amount < total:
        raise ToolError(
            "down_payment_invalid",
            "The down payment %(amount)s must be more than zero and less than %(total)s.",
            {"amount": down.amount, "total": total},
        )
    if down.date > first:
        raise ToolError(
            "dates_unordered",
            "The date %(later)s does not come after %(earlier)s.",
            {"earlier": down.date, "later": first},
        )
    return PlanLine(1, down.date, down.amount, down.amount, is_down_payment=True)


def _with_interest(
    total: Decimal, periodic: Decimal, count: int, unit: Decimal
) -> list[tuple[Decimal, Decimal]]:
    _whole_units(total, unit)
    _check_count(count)
    schedule = annuity_schedule(total, periodic, count, unit)
    if any(not line.principal for line in schedule):
        raise ToolError(
            "too_many_lines",
            "%(total)s cannot be split into %(count)s lines: a line would be zero.",
            {"total": total, "count": count},
        )
    return [(line.principal, line.interest) for line in schedule]


def _check_sum(
    amounts: Sequence[Decimal], total: Decimal, dates: Sequence[date]
) -> Sequence[Decimal]:
    if len(amounts) != len(dates):
        raise ToolError("plan_mismatch", "Every line of a plan needs one date and one amount.")
    if any(amount <= 0 for amount in amounts):
        raise ToolError("amount_not_positive", "Every line of a plan must be positive.")
    if sum(amounts, ZERO) != total:
        raise ToolError(
            "plan_sum_differs",
            "The lines add up to %(sum)s, not to %(total)s.",
            {"sum": sum(amounts, ZERO), "total": total},
        )
    return amounts


def _whole_units(total: Decimal, unit: Decimal) -> int:
    units = as_units(total, unit)
    if from_units(units, unit) != total:
        raise ToolError(
            "total_not_rounded",
            "%(total)s is not a multiple of the smallest unit %(unit)s.",
            {"total": total, "unit": unit},
        )
    return units


def _check_count(count: int) -> None:
    if count < 1:
        raise ToolError("plan_empty", "A plan needs at least one line.")
    if count > MAX_LINES:
        raise ToolError(
            "too_many_periods",
            "A plan of %(count)s lines is longer than the limit of %(limit)s.",
            {"count": count, "limit": MAX_LINES},
        )
