"""What a collector for others earns on what came in, and what is left for the client."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .errors import ToolError


@dataclass(frozen=True, slots=True)
class Tier:
    """A percentage of the part of the money that is above a limit, up to the next tier."""

    above: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed.

    :param tiers: in any order; the first one begins at zero
    :param minimum: at least this much for each settlement in which anything came in
    :param basis: ``all`` money, or the ``principal`` that was recovered, without interest and fees
    :param fixed: a fee for each case, whatever came in
    """

    tiers: tuple[Tier, ...]
    minimum: Decimal = Decimal(0)
    basis: str = "all"
    fixed: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Money:
    """What came in, and for how many cases the fixed fee is owed.

    :param principal: the part of the money that is neither interest nor a fee
    """

    total: Decimal
    principal: Decimal
    cases: int = 0


@dataclass(frozen=True, slots=True)
class Fees:
    """The commission on the money, and the fixed fees."""

    commission: Decimal
    fixed: Decimal

    @property
    def total(self) -> Decimal:
        """What is owed in all, without tax."""
        return self.commission + self.fixed


def fees(money: Money, terms: Terms, unit: Decimal) -> Fees:
    """Return what is owed for money that came in, each part rounded once.

    Money that came back (a negative base) gives its commission back; the minimum is then not
    taken.

    :param unit: the smallest amount of the currency
    """
    _check(terms)
    base = money.principal if terms.basis == "principal" else money.total
    result = _round(_slices(abs(base), terms.tiers), unit)
    if base < 0:
        result = -result
    elif money.total > 0:
        # Never more than what came in: nobody owes the collector for being collected for.
        result = min(max(result, _round(terms.minimum, unit)), money.total)
    return Fees(result, _round(terms.fixed * money.cases, unit))


def commission(collected: Decimal, terms: Terms, unit: Decimal) -> Decimal:
    """Return the commission on money that is all principal."""
    return fees(Money(collected, collected), terms, unit).commission


def _slices(amount, tiers):
    tiers, result = sorted(tiers, key=lambda tier: tier.above), Decimal(0)
    ends = [tier.above for tier in tiers[1:]] + [None]
    for tier, end in zip(tiers, ends, strict=True):
        top = amount if end is None else min(amount, end)
        if top > tier.above:
            result += (top - tier.above) * tier.percent / 100
    return result


def share(total: Decimal, weights: list[Decimal], unit: Decimal) -> list[Decimal]:
    """Return a total in parts in proportion to weights, which add up to it exactly.

    :param weights: their sum is not zero unless the total is
    """
    whole = sum(weights, Decimal(0))
    if not whole:
        if total:
            raise ToolError("no_weights", "There is nothing to share the amount over.")
        return [Decimal(0) for _weight in weights]
    parts, given, seen = [], Decimal(0), Decimal(0)
    for weight in weights:
        # What has been given so far is what all weights so far are worth: errors do not add up.
        seen += weight
        until = _round(total * seen / whole, unit)
        parts.append(until - given)
        given = until
    return parts


def _check(terms):
    limits = [tier.above for tier in terms.tiers]
    if not limits or min(limits) != 0 or len(set(limits)) != len(limits):
        raise ToolError("bad_tiers", "One tier begins at zero, and no two at the same amount.")
    if terms.basis not in ("all", "principal"):
        raise ToolError("bad_basis", "The commission is on all money, or on the principal.")
    if terms.fixed < 0:
        raise ToolError("bad_fixed", "A fixed fee cannot be negative.")
    if terms.minimum < 0 or any(not 0 <= tier.percent <= 100 for tier in terms.tiers):
        raise ToolError("bad_percent", "Percentages are between 0 and 100.")


def _round(amount, unit):
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
