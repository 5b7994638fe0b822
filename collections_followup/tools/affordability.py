"""What can this debtor afford? Capacity from a budget, and the plans that fit it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from .amounts import CENT, ZERO, floor_to
from .annuity import annuity_count, periodic_rate
from .errors import ToolError
from .installments import MAX_LINES, DownPayment, PlanLine, amounts_of, build_plan
from .plan_dates import NO_CALENDAR, PERIODS_PER_YEAR, Calendar, Rhythm, plan_dates


@dataclass(frozen=True)
class Reason:
    """Why something is so: a stable code, a sentence and its values, for translation."""

    code: str
    template: str
    params: dict[str, Any]

    @property
    def sentence(self) -> str:
        """Return the English sentence."""
        return self.template % self.params


@dataclass(frozen=True)
class Budget:
    """What a debtor tells on the phone, by month, in the currency of the debt.

    :ivar commitments: rent, food, other debts: everything that goes out.
    :ivar reserve: what must remain untouched, for instance a legal minimum.
    :ivar share: part of the free income that may be asked for, between 0 and 1.
    :ivar offer: what the debtor offers a month; ``None`` when nothing was said.
    """

    income: Decimal
    commitments: Decimal
    reserve: Decimal = ZERO
    share: Decimal = Decimal(1)
    offer: Decimal | None = None


@dataclass(frozen=True)
class Capacity:
    """How much a month: ``free`` is left of the income, ``monthly`` may be asked for."""

    free: Decimal
    monthly: Decimal
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class PlanRequest:
    """The debt and the conditions of a possible plan.

    :ivar rate: interest of the plan in percent per annum; 0 for none.
    :ivar fee: what arranging the plan costs the debtor.
    :ivar max_months: longest plan that the company grants.
    """

    total: Decimal
    first: date
    rate: Decimal = ZERO
    fee: Decimal = ZERO
    max_months: int = 24
    down: DownPayment | None = None
    calendar: Calendar = NO_CALENDAR
    unit: Decimal = CENT


@dataclass(frozen=True)
class Proposal:
    """One possible plan: its lines, what it costs beyond the debt, and what speaks against it."""

    rhythm: Rhythm
    lines: tuple[PlanLine, ...]
    interest: Decimal
    fee: Decimal
    reasons: tuple[Reason, ...]

    @property
    def cost(self) -> Decimal:
        """Return what the debtor pays beyond the debt."""
        return self.interest + self.fee

    @property
    def is_affordable(self) -> bool:
        """Tell whether nothing speaks against the plan."""
        return not self.reasons


def capacity(budget: Budget, unit: Decimal = CENT) -> Capacity:
    """Return what can be asked for a month, with the reasons that led there."""
    if budget.income < 0 or budget.commitments < 0 or budget.reserve < 0:
        raise ToolError("amount_negative", "Income, commitments and reserve must not be negative.")
    if not 0 <= budget.share <= 1:
        raise ToolError("share_invalid", "The share of free income must lie between 0 and 1.")
    free = budget.income - budget.commitments - budget.reserve
    if free <= 0:
        return Capacity(free, ZERO, (_no_free_income(free),))
    monthly, reasons = floor_to(free * budget.share, unit), []
    if budget.offer is not None and budget.offer > monthly:
        reasons.append(_offer_too_high(budget.offer, monthly))
    elif budget.offer is not None:
        if budget.offer < monthly:
            reasons.append(_offer_lower(budget.offer, monthly))
        monthly = floor_to(max(ZERO, budget.offer), unit)
    return Capacity(free, monthly, tuple(reasons))


def simulate(
    request: PlanRequest, able: Capacity, rhythms: Sequence[Rhythm] = (Rhythm.MONTHLY,)
) -> tuple[Proposal, ...]:
    """Return for each rhythm the plan that the capacity allows; none when there is no capacity.

    A plan longer than ``max_months`` is returned all the same, with the reason against it, so
    that a person can decide.
    """
    found = (propose(request, rhythm, _per_period(able.monthly, rhythm)) for rhythm in rhythms)
    return tuple(proposal for proposal in found if proposal)


def propose(request: PlanRequest, rhythm: Rhythm, amount: Decimal) -> Proposal | None:
    """Return the plan with lines of at most ``amount``; ``None`` when they never end."""
    rest = request.total - request.down.amount if request.down else request.total
    amount = floor_to(amount, request.unit)
    if amount <= 0:
        return None
    periodic = periodic_rate(request.rate, PERIODS_PER_YEAR[rhythm])
    if request.rate:
        count = _count_with_interest(request, rest, amount, rhythm)
        parts = None
    else:
        parts = amounts_of(rest, amount, request.unit) if _fits(rest, amount) else None
        count = len(parts) if parts else 0
    if not 0 < count <= MAX_LINES:
        return None
    dates = plan_dates(request.first, count, rhythm, request.calendar)
    lines = build_plan(request.total, dates, request.unit, request.down, periodic, parts)
    interest = sum((line.interest for line in lines), ZERO)
    return Proposal(rhythm, lines, interest, request.fee, _objections(request, rhythm, count))


def check_plan(lines: Sequence[PlanLine], rhythm: Rhythm, able: Capacity) -> tuple[Reason, ...]:
    """Return what speaks against a plan: lines above what the debtor can pay a period."""
    limit = _per_period(able.monthly, rhythm)
    too_high = [line for line in lines if not line.is_down_payment and line.amount > limit]
    if not too_high:
        return ()
    highest = max(line.amount for line in too_high)
    template = "A line of %(amount)s is more than the %(limit)s the debtor can pay each time."
    return (Reason("above_capacity", template, {"amount": highest, "limit": limit}),)


def _per_period(monthly: Decimal, rhythm: Rhythm) -> Decimal:
    """Return what a monthly capacity allows in one period of a rhythm."""
    return floor_to(monthly * 12 / PERIODS_PER_YEAR[rhythm])


def _fits(rest: Decimal, amount: Decimal) -> bool:
    return rest > 0 and rest / amount <= MAX_LINES


def _count_with_interest(
    request: PlanRequest, rest: Decimal, amount: Decimal, rhythm: Rhythm
) -> int:
    """Return the smallest number of lines that keeps the payment within the amount."""
    try:
        exact = annuity_count(rest, request.rate, PERIODS_PER_YEAR[rhythm], amount)
    except ToolError as error:
        if error.code != "payment_too_small":
            raise
        return 0
    return int(exact) + (exact != int(exact))


def _objections(request: PlanRequest, rhythm: Rhythm, count: int) -> tuple[Reason, ...]:
    months = -(-count * 12 // PERIODS_PER_YEAR[rhythm])
    if months <= request.max_months:
        return ()
    template = "The plan takes %(months)s months; at most %(limit)s are granted."
    return (Reason("too_long", template, {"months": months, "limit": request.max_months}),)


def _no_free_income(free: Decimal) -> Reason:
    template = "Nothing is left of the income: %(free)s after commitments and reserve."
    return Reason("no_free_income", template, {"free": free})


def _offer_too_high(offer: Decimal, monthly: Decimal) -> Reason:
    template = "The debtor offers %(offer)s a month, but can afford only %(monthly)s."
    return Reason("offer_above_capacity", template, {"offer": offer, "monthly": monthly})


def _offer_lower(offer: Decimal, monthly: Decimal) -> Reason:
    template = "The debtor offers %(offer)s a month and could afford %(monthly)s."
    return Reason("offer_below_capacity", template, {"offer": offer, "monthly": monthly})
