"""Credit control: which limit is in force, how much of it is used, and what follows from that.

Nothing here stops an invoice for what has been delivered: a verdict is a warning in time.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from .amounts import ZERO

#: Verdicts, the one that weighs most first.
HELD, OVER, NEAR, OK, NONE = "held", "over", "near", "ok", "none"
HUNDRED = Decimal(100)


def limit_in_force(base: Decimal, temporary: Decimal | None = None) -> Decimal | None:
    """Return the limit that counts: a temporary one raises the debtor's own, never lowers it.

    :param base: the debtor's own limit; zero or less means that there is none
    :return: ``None`` without a limit
    """
    if base <= 0:
        return None
    return max(base, temporary or ZERO)


@dataclass(frozen=True)
class Verdict:
    """What credit control says about a debtor and, perhaps, one more order.

    :ivar used: the exposure, with the order asked about
    :ivar available: what is left of the limit; negative beyond it; ``None`` without a limit
    :ivar percent: used part of the limit, rounded down, so that 100 means used up
    """

    code: str
    limit: Decimal | None
    used: Decimal
    available: Decimal | None
    percent: int


def judge(
    exposure: Decimal,
    limit: Decimal | None,
    *,
    held: bool = False,
    amount: Decimal = ZERO,
    warn_percent: Decimal = Decimal(80),
) -> Verdict:
    """Return the verdict; exactly at the limit is not beyond it, as in Odoo's own warning.

    :param exposure: open items and what is delivered or ordered and not invoiced yet
    :param amount: of the order in question
    :param warn_percent: from this part of the limit on, it is nearly used up
    """
    used = exposure + amount
    if limit is None:
        return Verdict(HELD if held else NONE, None, used, None, 0)
    share = max(ZERO, used) / limit * HUNDRED
    code = OVER if used > limit else NEAR if share >= warn_percent else OK
    percent = int(share.quantize(Decimal(1), ROUND_DOWN))
    return Verdict(HELD if held else code, limit, used, limit - used, percent)
