"""Fixed compensation for recovery costs, by tiers of the late amount.

Sources: Directive 2011/7/EU art. 6 (40 EUR for each invoice, also for each late instalment,
CJEU C-585/20 and C-78/22); SI 580/2012 reg. 9 (Ireland); LPCDIA 1998 s.5A (United Kingdom);
Polish act of 8 March 2013 art. 10.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from .amounts import CENT, ZERO, round_to
from .errors import ToolError


@dataclass(frozen=True)
class Tier:
    """``amount`` is due for debts up to ``limit``; the limit itself belongs to the tier or not.

    The last tier has no limit. The boundaries differ between countries: "not exceeding 1,000"
    (Ireland) includes it, "less than 1,000" (United Kingdom) does not.
    """

    amount: Decimal
    limit: Decimal | None = None
    includes_limit: bool = True

    def covers(self, debt: Decimal) -> bool:
        """Tell whether a debt falls into this tier or a lower one."""
        if self.limit is None:
            return True
        return debt < self.limit or (self.includes_limit and debt == self.limit)


@dataclass(frozen=True)
class Compensation:
    """The fixed sum of a law: amounts in ``currency``, limits in ``limit_currency``."""

    currency: str
    tiers: tuple[Tier, ...]
    limit_currency: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not self.limit_currency:
            object.__setattr__(self, "limit_currency", self.currency)


def flat(currency: str, amount: str, source: str) -> Compensation:
    """Return a compensation that is the same for every debt."""
    return Compensation(currency, (Tier(Decimal(amount)),), source=source)


EU_40 = flat("EUR", "40", "Directive 2011/7/EU art. 6(1)")
IE_TIERS = Compensation(
    "EUR",
    (
        Tier(Decimal(40), Decimal(1000)),
        Tier(Decimal(70), Decimal(10000)),
        Tier(Decimal(100)),
    ),
    source="SI 580/2012 reg. 9 and Schedule",
)
UK_TIERS = Compensation(
    "GBP",
    (
        Tier(Decimal(40), Decimal(1000), includes_limit=False),
        Tier(Decimal(70), Decimal(10000), includes_limit=False),
        Tier(Decimal(100)),
    ),
    source="LPCDIA 1998 s.5A(2)",
)
PL_TIERS = Compensation(
    "EUR",
    (
        Tier(Decimal(40), Decimal(5000)),
        Tier(Decimal(70), Decimal(50000), includes_limit=False),
        Tier(Decimal(100)),
    ),
    limit_currency="PLN",
    source="Act of 8 March 2013 art. 10(1)",
)


def fixed_compensation(debt: Decimal, compensation: Compensation | None) -> Decimal:
    """Return the fixed sum for one late debt, in the compensation's currency.

    :param debt: the late amount of one invoice or instalment, in the limit currency.
    :param compensation: the law's tiers; ``None`` when it grants nothing (consumers).
    :return: zero when nothing is owed.
    """
    if compensation is None or debt <= 0:
        return ZERO
    for tier in compensation.tiers:
        if tier.covers(debt):
            return tier.amount
    raise ToolError(
        "tier_missing",
        "The compensation tiers do not cover a debt of %(debt)s.",
        {"debt": debt},
    )


def total_compensation(debts: Sequence[Decimal], compensation: Compensation | None) -> Decimal:
    """Return the sum for several late invoices: one amount each (CJEU C-585/20)."""
    return sum((fixed_compensation(debt, compensation) for debt in debts), ZERO)


def in_claim_currency(amount: Decimal, rate: Decimal, unit: Decimal = CENT) -> Decimal:
    """Convert a fixed sum; ``rate`` = units of the claim's currency for one unit of the sum's.

    Poland: the central bank's mean rate of the last working day of the month before the month
    in which the debt fell due (act of 8 March 2013 art. 10(1a)).
    """
    return round_to(amount * rate, unit)


def excess_costs(fixed: Decimal, recovery_costs: Decimal) -> Decimal:
    """Return the reasonable recovery costs that go beyond the fixed sum.

    LPCDIA 1998 s.5A(2A) and Directive 2011/7/EU art. 6(3) grant the part above the fixed sum;
    BGB section 288(5) counts the fixed sum towards legal costs, which comes to the same.
    """
    return max(ZERO, recovery_costs - fixed)
