"""Figures of a collections department.

Every function returns an exact ``Fraction`` (days, or percent where the name says ``_pct``), or
``None`` where the figure has no meaning because nothing stands below the line; rounding and
wording are the business of the screen. Definitions and sources: creditguru.com (DSO, ADD, CEI
after the Credit Research Foundation), thehackettgroup.com (best possible DSO), Comptroller's
Handbook of the OCC (roll rate), docs.oracle.com banking collections 14.8 (promises).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from .amounts import ZERO
from .errors import ToolError

Figure = Fraction | None


def ratio(part: Decimal | int, whole: Decimal | int) -> Figure:
    """Return part / whole, or ``None`` when there is no whole."""
    return Fraction(part) / Fraction(whole) if whole else None


def percent(part: Decimal | int, whole: Decimal | int) -> Figure:
    """Return part / whole in percent, or ``None`` when there is no whole."""
    found = ratio(part, whole)
    return None if found is None else found * 100


def dso_simple(receivables: Decimal, credit_sales: Decimal, days: int) -> Figure:
    """Return days sales outstanding: total receivables / credit sales of the period x days."""
    found = ratio(receivables, credit_sales)
    return None if found is None else found * days


def best_possible_dso(current_receivables: Decimal, credit_sales: Decimal, days: int) -> Figure:
    """Return the DSO if everybody paid on time: receivables not overdue / credit sales x days."""
    return dso_simple(current_receivables, credit_sales, days)


def average_days_delinquent(dso: Decimal | Fraction, bpdso: Decimal | Fraction) -> Fraction:
    """Return ADD = DSO - best possible DSO, in days.

    This is not the mean lateness of paid invoices: see ``mean_days_late``.
    """
    return Fraction(dso) - Fraction(bpdso)


@dataclass(frozen=True)
class MonthSales:
    """Credit sales of one month and its number of calendar days."""

    sales: Decimal
    days: int


def dso_countback(receivables: Decimal, months: Sequence[MonthSales]) -> Figure:
    """Return DSO by the count-back method.

    Sales are taken off month by month, the most recent month first, adding the days of each;
    the last part is what remains / the sales of that month x its days.

    :return: ``None`` when the months given do not use up the receivables.
    """
    rest, days = Fraction(receivables), Fraction(0)
    for month in months:
        if rest <= 0:
            break
        if rest < month.sales:
            return days + rest / Fraction(month.sales) * month.days
        rest -= Fraction(month.sales)
        days += month.days
    return None if rest > 0 else days


@dataclass(frozen=True)
class PaidItem:
    """An invoice that was paid: when it was due, when it was paid, how much."""

    due: date
    paid: date
    amount: Decimal


def mean_days_late(
    items: Iterable[PaidItem], *, weighted: bool = False, early_counts: bool = False
) -> Figure:
    """Return how many days after the due date invoices were paid on average.

    :param weighted: weigh each invoice by its amount.
    :param early_counts: let an early payment count as negative days instead of zero.
    """
    top = bottom = Fraction(0)
    for item in items:
        late = (item.paid - item.due).days
        weight = Fraction(item.amount) if weighted else Fraction(1)
        top += weight * (late if early_counts else max(0, late))
        bottom += weight
    return top / bottom if bottom else None


@dataclass(frozen=True)
class CollectionPeriod:
    """Receivables at both ends of a period of ``months`` and the credit sales within it."""

    beginning_receivables: Decimal
    credit_sales: Decimal
    ending_total: Decimal
    ending_current: Decimal
    months: int = 1


def cei_pct(period: CollectionPeriod) -> Figure:
    """Return the collection effectiveness index in percent.

    (begin + sales/N - end total) / (begin + sales/N - end not overdue) x 100, N = months
    (Credit Research Foundation). 100 means that all that was due has been collected.
    """
    if period.months < 1:
        raise ToolError("period_invalid", "The index needs a period of at least one month.")
    monthly = Fraction(period.credit_sales) / period.months
    start = Fraction(period.beginning_receivables) + monthly
    below = start - Fraction(period.ending_current)
    return (start - Fraction(period.ending_total)) / below * 100 if below else None


def roll_rate_pct(moved: Decimal, previous: Decimal) -> Figure:
    """Return which part of a bucket went on to the next one: moved / bucket before x 100."""
    return percent(moved, previous)


def roll_rates_pct(
    earlier: Mapping[str, Decimal], later: Mapping[str, Decimal], order: Sequence[str]
) -> dict[str, Figure]:
    """Return the roll rate out of each bucket but the last, from two month-end pictures.

    What stands in a bucket now was in the bucket before it a month ago, so the rate out of a
    bucket is the next bucket now / this bucket then. ``order`` names the buckets, youngest first.
    """
    return {
        bucket: roll_rate_pct(later.get(following, ZERO), earlier.get(bucket, ZERO))
        for bucket, following in pairwise(order)
    }


def recovery_rate_pct(collected: Decimal, placed: Decimal) -> Figure:
    """Return the amount collected / the amount outstanding or handed over x 100."""
    return percent(collected, placed)


def cost_to_collect_pct(cost: Decimal, collected: Decimal) -> Figure:
    """Return what it cost to collect 100 of the currency."""
    return percent(cost, collected)


class Reached(StrEnum):
    """What stands below the line of a right-party contact rate: both uses exist."""

    CONTACTS = "contacts"  # people reached, right or wrong (retrievables.com)
    CALLS = "calls"  # all outbound calls (delightcorp.com)


def right_party_contact_rate_pct(
    right_party: int, contacts: int, calls: int, base: Reached = Reached.CONTACTS
) -> Figure:
    """Return how often the right person was on the phone, in percent."""
    return percent(right_party, contacts if base is Reached.CONTACTS else calls)


def promise_rate_pct(promises: int, right_party: int) -> Figure:
    """Return how many talks with the right person led to a promise, in percent."""
    return percent(promises, right_party)


@dataclass(frozen=True)
class Promise:
    """A promise to pay: its date, its amount, and what was paid on it by that date."""

    due: date
    amount: Decimal
    paid_by_due: Decimal = ZERO
    is_cancelled: bool = False

    @property
    def is_kept(self) -> bool:
        """Tell whether the whole amount came on or before the promised date."""
        return self.paid_by_due >= self.amount


@dataclass(frozen=True)
class PromiseKept:
    """Promises that could be judged, and how they went; rates in percent."""

    due: int
    kept: int
    amount_due: Decimal
    amount_kept: Decimal

    @property
    def by_number_pct(self) -> Figure:
        """Return kept / due promises."""
        return percent(self.kept, self.due)

    @property
    def by_amount_pct(self) -> Figure:
        """Return the amount of kept promises / the amount of due promises."""
        return percent(self.amount_kept, self.amount_due)


def promise_kept(promises: Iterable[Promise], on: date) -> PromiseKept:
    """Judge the promises that have fallen due by a day.

    Cancelled promises and promises not yet due are left out. A promise dated ``on`` counts
    only once it is kept: the day is not over.
    """
    due = (promise for promise in promises if promise.due <= on and not promise.is_cancelled)
    judged = [promise for promise in due if promise.due < on or promise.is_kept]
    kept = [promise for promise in judged if promise.is_kept]
    return PromiseKept(
        due=len(judged),
        kept=len(kept),
        amount_due=sum((promise.amount for promise in judged), ZERO),
        amount_kept=sum((promise.amount for promise in kept), ZERO),
    )
