"""Late-interest regimes: which rate, from when, counted how, with which fixed sum.

Statutes are data here; a company may add regimes of its own and change these.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .compensation import EU_40, IE_TIERS, PL_TIERS, UK_TIERS, Compensation
from .daycount import DayCount


class RateMode(StrEnum):
    """What happens when a new half-year brings a new rate."""

    SPLIT = "split"  # each half-year has its own rate
    FIXED = "fixed"  # the rate of the first late day holds for the life of the debt (UK, IE)


class Rounding(StrEnum):
    """When the interest of a line is rounded to the currency."""

    TOTAL = "total"  # once, at the end
    DAILY = "daily"  # the amount of one day first, as gov.uk shows it
    SEGMENT = "segment"  # every segment, as some court calculators do


class GraceMode(StrEnum):
    """What the days of grace do."""

    WAIVE = "waive"  # nothing when paid within them, else from the day after the due date
    SHIFT = "shift"  # interest begins only after them


class PaymentsTo(StrEnum):
    """What a partial payment lowers first."""

    PRINCIPAL = "principal"  # as posted on the receivable
    INTEREST = "interest"  # BGB 367, c.c. 1194, C. civ. 1343-1, CC 1173


@dataclass(frozen=True)
class Regime:
    """How late interest is computed; rates in percent per annum, amounts in the debt's currency.

    :ivar series: code of the reference-rate series; empty for a rate agreed in the contract.
    :ivar margin: percentage points added to the reference rate.
    :ivar agreed_rate: the contract's rate, used when there is no series; ``None`` for no interest.
    :ivar rate_cap: highest rate that may be charged (Egypt: 7).
    :ivar total_cap_ratio: interest may not exceed this part of the principal (Egypt: 1).
    """

    code: str
    name: str
    country: str = ""
    debtor_type: str = "business"
    series: str = ""
    margin: Decimal = Decimal(0)
    agreed_rate: Decimal | None = None
    rate_mode: RateMode = RateMode.SPLIT
    day_count: DayCount = DayCount.ACT_365
    rounding: Rounding = Rounding.TOTAL
    rate_cap: Decimal | None = None
    total_cap_ratio: Decimal | None = None
    grace_days: int = 0
    grace_mode: GraceMode = GraceMode.WAIVE
    payments_to: PaymentsTo = PaymentsTo.PRINCIPAL
    compensation: Compensation | None = None
    source: str = ""


def contractual(rate: Decimal, name: str = "Agreed rate", **options: object) -> Regime:
    """Return a regime with a rate agreed in the contract."""
    return Regime("CONTRACT", name, agreed_rate=rate, source="contract", **options)


_EIGHT = Decimal(8)
_STATUTES = (
    Regime(
        "EU",
        "European Union: Late Payment Directive",
        series="EU_MRO",
        margin=_EIGHT,
        compensation=EU_40,
        source="Directive 2011/7/EU art. 2(6)-(7), 3, 6",
    ),
    Regime(
        "IT",
        "Italy: commercial transactions",
        country="IT",
        series="EU_MRO",
        margin=_EIGHT,
        compensation=EU_40,
        source="D.Lgs. 231/2002 art. 4-6",
    ),
    Regime(
        "IT_FOOD",
        "Italy: perishable food",
        country="IT",
        series="EU_MRO",
        margin=Decimal(12),
        compensation=EU_40,
        source="D.Lgs. 198/2021 (12 points; secondary source)",
    ),
    Regime(
        "ES",
        "Spain: commercial transactions",
        country="ES",
        series="EU_MRO",
        margin=_EIGHT,
        compensation=EU_40,
        source="Ley 3/2004 art. 5-8",
    ),
    Regime(
        "FR",
        "France: between professionals",
        country="FR",
        series="EU_MRO",
        margin=Decimal(10),
        compensation=EU_40,
        source="C. com. L441-10 II, D441-5",
    ),
    Regime(
        "DE_B2B",
        "Germany: no consumer involved",
        country="DE",
        series="DE_BASE",
        margin=Decimal(9),
        compensation=EU_40,
        source="BGB sections 247, 288(2) and (5)",
    ),
    Regime(
        "DE_CONSUMER",
        "Germany: consumers",
        country="DE",
        debtor_type="consumer",
        series="DE_BASE",
        margin=Decimal(5),
        source="BGB sections 247, 288(1)",
    ),
    Regime(
        "PL_COMMERCIAL",
        "Poland: commercial transactions",
        country="PL",
        series="PL_COMMERCIAL",
        compensation=PL_TIERS,
        source="Act of 8 March 2013 art. 4(3), 7, 10, 11b",
    ),
    Regime(
        "PL_HEALTH",
        "Poland: public health-care debtor",
        country="PL",
        series="PL_HEALTH",
        compensation=PL_TIERS,
        source="Act of 8 March 2013 art. 4(3), 8, 10, 11b",
    ),
    Regime(
        "PL_CIVIL",
        "Poland: civil code",
        country="PL",
        debtor_type="consumer",
        series="PL_CIVIL",
        source="KC art. 481",
    ),
    Regime(
        "IE",
        "Ireland: commercial transactions",
        country="IE",
        series="EU_MRO",
        margin=_EIGHT,
        rate_mode=RateMode.FIXED,
        compensation=IE_TIERS,
        source="SI 580/2012 reg. 4, 9",
    ),
    Regime(
        "UK",
        "United Kingdom: commercial debts",
        country="GB",
        series="UK_BANK_RATE",
        margin=_EIGHT,
        rate_mode=RateMode.FIXED,
        compensation=UK_TIERS,
        source="LPCDIA 1998 s.4-6, SI 2002/1675",
    ),
    Regime("NONE", "No interest", source="company setting (for instance a riba prohibition)"),
)
REGIMES: dict[str, Regime] = {regime.code: regime for regime in _STATUTES}
