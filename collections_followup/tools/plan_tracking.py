"""What became of a plan: payments land on its lines in order, dates tell kept from broken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from .amounts import ZERO
from .installments import PlanLine
from .interest import Payment


class LineState(StrEnum):
    """Where a line stands on a day."""

    PENDING = "pending"  # not due, or still within the days of grace, and not fully paid
    KEPT = "kept"  # fully paid by the last day of grace
    PARTLY = "partly"  # something, but not enough, by then
    BROKEN = "broken"  # nothing by then


class PlanState(StrEnum):
    """Where a plan stands on a day."""

    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True)
class Terms:
    """What is forgiven.

    :ivar grace_days: days after the due date in which a payment is still on time.
    :ivar tolerance: amount a line may stay short of and still count as paid.
    :ivar allowed_misses: lines that may be missed before the whole plan is broken.
    """

    grace_days: int = 0
    tolerance: Decimal = ZERO
    allowed_misses: int = 0


STRICT = Terms()


@dataclass(frozen=True)
class LineStatus:
    """One line with what was paid on it.

    :ivar paid: all that landed on the line by the day looked at.
    :ivar paid_in_time: the part of it that came by the last day of grace.
    :ivar settled_on: the day the line was fully paid, late or not.
    """

    line: PlanLine
    paid: Decimal
    paid_in_time: Decimal
    settled_on: date | None
    state: LineState

    @property
    def open(self) -> Decimal:
        """Return what is still owed on the line."""
        return self.line.amount - self.paid


@dataclass(frozen=True)
class PlanStatus:
    """The whole plan on a day; ``excess`` is money beyond the last line."""

    lines: tuple[LineStatus, ...]
    excess: Decimal
    state: PlanState

    @property
    def overdue(self) -> Decimal:
        """Return what is owed on lines that were missed."""
        missed = (LineState.PARTLY, LineState.BROKEN)
        return sum((line.open for line in self.lines if line.state in missed), ZERO)


def track(
    lines: Sequence[PlanLine], payments: Iterable[Payment], on: date, terms: Terms = STRICT
) -> PlanStatus:
    """Tell how a plan stands on a day, from the dates of the payments alone.

    Payments fill the lines in order, whatever line they were meant for; payments after ``on``
    do not count yet.
    """
    counted = sorted((p for p in payments if p.date <= on), key=lambda payment: payment.date)
    waiting = [(payment.date, payment.amount) for payment in counted]
    statuses = tuple(_fill(line, waiting, on, terms) for line in lines)
    excess = sum((amount for _day, amount in waiting), ZERO)
    return PlanStatus(statuses, excess, _plan_state(statuses, terms))


def overdue_base(lines: Iterable[PlanLine], paid: Decimal, on: date) -> Decimal:
    """Return what bears late interest: lines due before ``on`` less what was paid.

    Only overdue instalments bear interest and compensation, not the whole debt
    (Ley 3/2004 art. 6, Directive 2011/7/EU art. 5).
    """
    due = sum((line.amount for line in lines if line.date < on), ZERO)
    return max(ZERO, due - paid)


def _fill(
    line: PlanLine, waiting: list[tuple[date, Decimal]], on: date, terms: Terms
) -> LineStatus:
    """Move money from the front of ``waiting`` to the line until it is full."""
    deadline = line.date + timedelta(days=terms.grace_days)
    enough = max(ZERO, line.amount - terms.tolerance)
    paid = in_time = ZERO
    settled_on = None
    while waiting and paid < line.amount:
        day, amount = waiting.pop(0)
        taken = min(amount, line.amount - paid)
        paid += taken
        in_time += taken if day <= deadline else ZERO
        if settled_on is None and paid >= enough:
            settled_on = day
        if amount > taken:
            waiting.insert(0, (day, amount - taken))
    state = _line_state(in_time, enough, is_over=on > deadline)
    return LineStatus(line, paid, in_time, settled_on, state)


def _line_state(in_time: Decimal, enough: Decimal, *, is_over: bool) -> LineState:
    if in_time >= enough and in_time:
        return LineState.KEPT
    if not is_over:
        return LineState.PENDING
    return LineState.PARTLY if in_time else LineState.BROKEN


def _plan_state(statuses: Sequence[LineStatus], terms: Terms) -> PlanState:
    missed = sum(s.state in (LineState.PARTLY, LineState.BROKEN) for s in statuses)
    if missed > terms.allowed_misses:
        return PlanState.BROKEN
    if all(status.settled_on for status in statuses):
        return PlanState.KEPT
    return PlanState.ACTIVE
