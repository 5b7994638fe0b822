"""Equal payments that carry interest (annuity), in exact decimal arithmetic.

payment = principal x r / (1 - (1 + r)^-n) with r = yearly rate / periods a year, paid at the end
of each period. Checked against the published examples of numpy-financial (pmt, nper, ipmt).
"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from .amounts import CENT, ZERO, floor_to, round_to
from .errors import ToolError

PRECISION = 50  # decimals lost in the powers stay far below any currency unit


def periodic_rate(rate: Decimal, periods_per_year: int) -> Decimal:
    """Return the rate of one period as a fraction of 1, from percent per annum."""
    with localcontext(prec=PRECISION):
        return rate / 100 / periods_per_year


def annuity_payment(
    principal: Decimal, rate: Decimal, periods_per_year: int, count: int
) -> Decimal:
    """Return the exact equal payment; round it with ``round_to`` for use.

    :param rate: percent per annum; 0 gives principal / count.
    """
    if count < 1:
        raise ToolError("plan_empty", "A plan needs at least one line.")
    with localcontext(prec=PRECISION):
        periodic = rate / 100 / periods_per_year
        if not periodic:
            return principal / count
        return principal * periodic / (1 - (1 + periodic) ** -count)


def annuity_count(
    principal: Decimal, rate: Decimal, periods_per_year: int, payment: Decimal
) -> Decimal:
    """Return how many payments settle the principal; not a whole number in general.

    :raise ToolError: ``payment_too_small`` when the payment does not even cover the interest.
    """
    with localcontext(prec=PRECISION):
        periodic = rate / 100 / periods_per_year
        interest = principal * periodic
        if payment <= interest:
            raise ToolError(
                "payment_too_small",
                "A payment of %(payment)s does not cover the interest of %(interest)s a period.",
                {"payment": payment, "interest": round_to(interest)},
            )
        if not periodic:
            return principal / payment
        return -(1 - interest / payment).ln() / (1 + periodic).ln()


@dataclass(frozen=True)
class AnnuityLine:
    """One payment: what of it is interest, what lowers the balance, and what remains."""

    amount: Decimal
    interest: Decimal
    principal: Decimal
    balance: Decimal


def annuity_schedule(
    principal: Decimal, periodic: Decimal, count: int, unit: Decimal = CENT
) -> tuple[AnnuityLine, ...]:
    """Return the rounded schedule; the principal parts add up to the principal exactly.

    Interest of a period is rounded on the balance at its start. The last line takes what the
    rounding left, so it differs from the others by a few units at most.

    :param periodic: rate of one period as a fraction of 1 (``periodic_rate``).
    """
    with localcontext(prec=PRECISION):
        exact = annuity_payment(principal, periodic * 100, 1, count)
    lines = _fill(principal, periodic, round_to(exact, unit), count, unit)
    if all(line.principal for line in lines):
        return lines
    # Rounding up used up the balance before the last line: possible with very small amounts.
    return _fill(principal, periodic, floor_to(exact, unit), count, unit)


def _fill(
    principal: Decimal, periodic: Decimal, payment: Decimal, count: int, unit: Decimal
) -> tuple[AnnuityLine, ...]:
    balance, lines = principal, []
    for number in range(1, count + 1):
        interest = round_to(balance * periodic, unit)
        wanted = balance if number == count else max(ZERO, payment - interest)
        part = min(balance, wanted)
        balance -= part
        lines.append(AnnuityLine(interest + part, interest, part, balance))
    return tuple(lines)
