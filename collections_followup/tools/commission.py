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
    """What was agreed with the client.

    :param tiers: in any order; the first one begins at zero
    :param minimum: at least this much for each settlement in which anything came in
    """

    tiers: tuple[Tier, ...]
    minimum: Decimal = Decimal(0)


def commission(collected: Decimal, terms: Terms, unit: Decimal) -> Decimal:
    """Return the commission on money collected, slice by slice, rounded once.

    Money that came back (a negative sum) gives its commission back; the minimum is then not taken.

    :param unit: the smallest amount of the currency
    """
    _check(terms)
    sign = -1 if collected < 0 else 1
    amount, result = abs(collected), Decimal(0)
    tiers = sorted(terms.tiers, key=lambda tier: tier.above)
    ends = [tier.above for tier in tiers[1:]] + [None]
    for tier, end in zip(tiers, ends, strict=True):
        top = amount if end is None else min(amount, end)
        if top > tier.above:
            result += (top - tier.above) * tier.percent / 100
    result = _round(result, unit)
    if sign > 0 and amount:
        # Never more than what came in: nobody owes the collector for being collected for.
        result = min(max(result, _round(terms.minimum, unit)), amount)
    return sign * result


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
    if terms.minimum < 0 or any(not 0 <= tier.percent <= 100 for tier in terms.tiers):
        raise ToolError("bad_percent", "Percentages are between 0 and 100.")


def _round(amount, unit):
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit
