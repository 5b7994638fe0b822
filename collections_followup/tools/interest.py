"""Late interest: simple, from the day after the due date, in segments.

A segment ends where a new rate begins, where a payment lowered the debt, or where interest is
suspended. Segments stay exact fractions; the line is rounded once at the end (Directive 2011/7/EU
art. 2(6): simple interest). Interest never enters its own base (BGB 289, c.c. 1283, KC 482).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from .amounts import CENT, ZERO, round_to, to_decimal
from .compensation import fixed_compensation
from .daycount import DayCount, count_days, portions
from .errors import ToolError
from .rates import RateSeries, RateStep
from .regimes import GraceMode, PaymentsTo, RateMode, Regime, Rounding

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Payment:
    """Money received on a day, in the currency of the debt; that day still bears interest."""

    date: date
    amount: Decimal


@dataclass(frozen=True)
class Segment:
    """Days ``date_from``..``date_to`` (both count) with one base and one rate.

    :ivar rate: percent per annum, after the rate cap.
    :ivar rate_period: the day from which the rate was published; ``None`` for an agreed rate.
    :ivar interest: unrounded for showing (12 decimals); already rounded where the regime says so.
    """

    date_from: date
    date_to: date
    days: int
    base: Decimal
    rate: Decimal
    rate_period: date | None
    interest: Decimal


@dataclass(frozen=True)
class InterestResult:
    """Late interest of one line.

    :ivar interest: rounded to the currency, after the caps.
    :ivar caps: which caps cut it: ``rate``, ``total``.
    :ivar interest_paid: the part settled by payments that go to interest first.
    :ivar principal_left: what remains of the principal after the payments.
    """

    interest: Decimal
    unrounded: Decimal
    days: int
    segments: tuple[Segment, ...]
    caps: tuple[str, ...]
    interest_paid: Decimal
    principal_left: Decimal
    compensation: Decimal

    @property
    def interest_left(self) -> Decimal:
        """Return the interest still owed."""
        return self.interest - self.interest_paid


@dataclass(frozen=True)
class Claim:
    """One late line: what is owed, since when, and what happened in between.

    :ivar principal: the open amount at the due date, without any interest or charge.
    :ivar due: the due date; the first interest day is the day after it.
    :ivar until: the day of full payment, or the day of calculation; it bears interest.
    :ivar payments: partial payments; those after ``until`` are ignored.
    :ivar suspended: spans (both days included) without interest, such as a breathing space.
    :ivar excluded: spans in which a part of the debt bears no interest, such as what is disputed:
        (first day, last day, amount).
    :ivar charged_before: interest charged earlier on this debt; only the total cap looks at it.
    :ivar unit: smallest unit of the debt's currency.
    """

    principal: Decimal
    due: date
    until: date
    payments: tuple[Payment, ...] = ()
    suspended: tuple[tuple[date, date], ...] = ()
    excluded: tuple[tuple[date, date, Decimal], ...] = ()
    charged_before: Decimal = ZERO
    unit: Decimal = CENT

    def __post_init__(self) -> None:
        if self.principal < 0 or any(payment.amount < 0 for payment in self.payments):
            raise ToolError(
                "amount_negative", "Interest is computed on amounts that are not negative."
            )

    def excluded_on(self, day: date) -> Decimal:
        """Return how much of the debt bears no interest on a day."""
        amounts = (amount for begin, end, amount in self.excluded if begin <= day <= end)
        return sum(amounts, ZERO)

    def received(self) -> list[Payment]:
        """Return the payments that count, oldest first."""
        counted = (payment for payment in self.payments if payment.date <= self.until)
        return sorted(counted, key=lambda payment: payment.date)


@dataclass
class _Walk:
    """The state carried from segment to segment."""

    base: Decimal
    unit: Decimal
    accrued: Fraction = Fraction(0)
    paid: Decimal = ZERO
    segments: list[Segment] = field(default_factory=list)
    rate_capped: bool = False

    def receive(self, amount: Decimal, to: PaymentsTo) -> None:
        if to is PaymentsTo.INTEREST:
            owed = max(ZERO, round_to(self.accrued, self.unit) - self.paid)
            settled = min(owed, amount)
            self.paid += settled
            amount -= settled
        self.base = max(ZERO, self.base - amount)


def late_interest(claim: Claim, regime: Regime, series: Mapping[str, RateSeries]) -> InterestResult:
    """Compute the late interest of one line.

    :param series: the rate series by code.
    :raise MissingRateError: when a day that bears interest has no published rate.
    """
    walk = _Walk(claim.principal, claim.unit)
    bears_interest = bool(regime.series) or regime.agreed_rate is not None
    start = _last_free_day(claim, regime)
    if bears_interest and start < claim.until:
        _accrue(walk, claim, start, _Rates(regime, series, start + ONE_DAY))
    else:
        for payment in claim.received():
            walk.receive(payment.amount, PaymentsTo.PRINCIPAL)
    return _result(walk, claim, regime, is_late=start < claim.until)


def is_late(claim: Claim, regime: Regime) -> bool:
    """Tell whether something was still open after the due date and the days of grace."""
    if _last_free_day(claim, regime) >= claim.until:
        return False
    left = claim.principal
    for payment in claim.received():
        if left > 0 and payment.date > claim.due:
            return (payment.date - claim.due).days > regime.grace_days
        left -= payment.amount
    return left > 0


class DatedInterest:
    """Interest of all debts that fell due on one day, computed with the same dated rates.

    Looking up rates and cutting periods is done once; each debt then is a few multiplications.
    Gives exactly what :func:`late_interest` gives, for regimes that :meth:`suits` accepts.

    :raise MissingRateError: when a day that bears interest has no published rate.
    """

    #: Rates are kept as whole numbers of this part of a percent.
    SCALE = 10**8

    def __init__(
        self, due: date, until: date, regime: Regime, series: Mapping[str, RateSeries]
    ) -> None:
        self.due = due
        self.convention = regime.day_count
        divisor = 365 if regime.day_count is DayCount.ACT_365 else 360
        self.below = divisor * 100 * self.SCALE
        claim = Claim(Decimal(1), due, until)
        walk = _Walk(claim.principal, claim.unit)
        start = _last_free_day(claim, regime)
        if (regime.series or regime.agreed_rate is not None) and start < until:
            _accrue(walk, claim, start, _Rates(regime, series, start + ONE_DAY))
        self.periods = [
            (one.date_from - ONE_DAY, one.date_to, int(one.rate * self.SCALE), one.days)
            for one in walk.segments
        ]
        self.weight = sum(rate * days for _start, _end, rate, days in self.periods)

    @staticmethod
    def suits(regime: Regime) -> bool:
        """Tell whether interest is proportional to the debt and to time under a regime."""
        return (
            regime.rounding is Rounding.TOTAL
            and regime.total_cap_ratio is None
            and regime.day_count is not DayCount.ACT_ACT
            and regime.payments_to is PaymentsTo.PRINCIPAL
            and (not regime.grace_days or regime.grace_mode is GraceMode.SHIFT)
        )

    def units(self, amount: Decimal, payments: tuple[Payment, ...], unit: Decimal) -> int:
        """Return the interest in smallest units.

        :param amount: the debt on its first day.
        :param payments: all that was paid on it, also before it was due.
        """
        total = amount * self.weight
        for payment in payments:
            total -= payment.amount * self._weight_after(payment.date)
        above, below = (total / unit).as_integer_ratio()
        below *= self.below
        # Half a unit goes up, as everywhere: floor(x + 1/2).
        return (2 * above + below) // (2 * below)

    def _weight_after(self, day: date) -> int:
        """Return the sum of days times rates after a day."""
        if day <= self.due:
            return self.weight
        return sum(
            rate * (days if day <= start else count_days(day, end, self.convention))
            for start, end, rate, days in self.periods
            if day < end
        )


def _last_free_day(claim: Claim, regime: Regime) -> date:
    """Return the last day without interest: ``until`` itself when the grace covers it all."""
    if regime.grace_mode is GraceMode.SHIFT:
        return min(claim.until, claim.due + timedelta(days=regime.grace_days))
    if (claim.until - claim.due).days <= regime.grace_days:
        return claim.until
    return claim.due


class _Rates:
    """The rate of each day under a regime; looked up only for days that bear interest."""

    def __init__(self, regime: Regime, series: Mapping[str, RateSeries], first: date) -> None:
        self.regime = regime
        self.first = first
        self.series = _series_of(regime, series) if regime.series else None

    def starts(self, first: date, last: date) -> list[date]:
        if self.series is None or self.regime.rate_mode is RateMode.FIXED:
            return []
        return self.series.starts(first, last)

    def on(self, day: date) -> tuple[Decimal, date | None]:
        """Return percent per annum before the cap, and the day the value was published for."""
        if self.series is None:
            return self.regime.agreed_rate or ZERO, None
        fixed = self.regime.rate_mode is RateMode.FIXED
        found = self.series.lookup(self.first if fixed else day)
        return found.rate + self.regime.margin, found.date_from


def _series_of(regime: Regime, series: Mapping[str, RateSeries]) -> RateSeries:
    if regime.series in series:
        return series[regime.series]
    return RateSeries(regime.series, (), RateStep.HALF_YEAR)


def _accrue(walk: _Walk, claim: Claim, start: date, rates: "_Rates") -> None:
    """Walk from cut to cut; a payment lowers the base from the next day on."""
    waiting = claim.received()
    for first, last in _pieces(claim, start, rates):
        while waiting and waiting[0].date < first:
            walk.receive(waiting.pop(0).amount, rates.regime.payments_to)
        base = walk.base - claim.excluded_on(first)
        if base > 0 and not any(begin <= first <= end for begin, end in claim.suspended):
            _add_segment(walk, base, first, last, rates)
    for payment in waiting:
        walk.receive(payment.amount, rates.regime.payments_to)


def _pieces(claim: Claim, start: date, rates: "_Rates") -> Iterator[tuple[date, date]]:
    """Yield (first day, last day) of the stretches in which nothing changes."""
    first = start + ONE_DAY
    cuts = {first, *rates.starts(first, claim.until)}
    cuts.update(payment.date + ONE_DAY for payment in claim.payments)
    for begin, end, *_amount in (*claim.suspended, *claim.excluded):
        cuts.update((begin, end + ONE_DAY))
    firsts = sorted(cut for cut in cuts if first <= cut <= claim.until)
    lasts = [cut - ONE_DAY for cut in firsts[1:]] + [claim.until]
    yield from zip(firsts, lasts, strict=True)


def _add_segment(walk: _Walk, base: Decimal, first: date, last: date, rates: _Rates) -> None:
    regime = rates.regime
    rate, period = rates.on(first)
    if regime.rate_cap is not None and rate > regime.rate_cap:
        rate, walk.rate_capped = regime.rate_cap, True
    # A base rate below zero lowers the margin but never turns interest into a gift.
    rate = max(ZERO, rate)
    exact = Fraction(0)
    for days, divisor in portions(first - ONE_DAY, last, regime.day_count):
        exact += interest_of_days(base, rate, days, divisor, regime.rounding, walk.unit)
    if regime.rounding is Rounding.SEGMENT:
        exact = Fraction(round_to(exact, walk.unit))
    walk.accrued += exact
    days = count_days(first - ONE_DAY, last, regime.day_count)
    shown = to_decimal(exact)
    walk.segments.append(Segment(first, last, days, base, rate, period, shown))


def _result(walk: _Walk, claim: Claim, regime: Regime, *, is_late: bool) -> InterestResult:
    granted = regime.compensation if is_late else None
    interest = round_to(walk.accrued, walk.unit)
    caps = ["rate"] if walk.rate_capped else []
    if regime.total_cap_ratio is not None:
        room = max(ZERO, regime.total_cap_ratio * claim.principal - claim.charged_before)
        if interest > room:
            interest = round_to(room, walk.unit)
            caps.append("total")
    return InterestResult(
        interest=interest,
        unrounded=to_decimal(walk.accrued),
        days=sum(segment.days for segment in walk.segments),
        segments=tuple(walk.segments),
        caps=tuple(caps),
        interest_paid=min(walk.paid, interest),
        principal_left=walk.base,
        compensation=fixed_compensation(claim.principal, granted),
    )


def interest_of_days(
    base: Decimal,
    rate: Decimal,
    days: int,
    divisor: int = 365,
    rounding: Rounding = Rounding.TOTAL,
    unit: Decimal = CENT,
) -> Fraction:
    """Return simple interest for a number of days, exact unless the daily amount is rounded.

    gov.uk rounds the amount of one day first: 1,000 at 8.5 % is 0.23 a day, 11.50 in 50 days,
    where rounding at the end gives 11.64.
    """
    daily = Fraction(base) * Fraction(rate) / 100 / divisor
    if rounding is Rounding.DAILY:
        daily = Fraction(round_to(daily, unit))
    return daily * days


def first_rate(regime: Regime, overdue_on: date, series: Mapping[str, RateSeries]) -> Decimal:
    """Return the rate that applies on a late day, in percent per annum, after the rate cap.

    For a fixed-mode regime ``overdue_on`` is the first late day of the debt.
    """
    rate, _period = _Rates(regime, series, overdue_on).on(overdue_on)
    return rate if regime.rate_cap is None else min(rate, regime.rate_cap)
