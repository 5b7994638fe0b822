"""What a debtor owes in one currency: open items in, balances out.

Everything here is pure: dates and amounts come in as arguments, nothing is read from a clock
or a database. Amounts are ``Decimal`` in the currency of the items; dates are calendar days in
the company's own reckoning (Odoo's accounting dates carry no time zone).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One open receivable journal item.

    :param line_id: identifier of the journal item
    :param currency: identifier of the item's currency
    :param due: contractual due date of the item (``date_maturity``; per instalment)
    :param residual: what is still open, positive for a debt, negative for a credit
    :param excluded: code of why the item must not be chased, or ``None``
    :param stage: identifier of the stage the item has reached, or ``None``
    :param stage_since: day the item entered that stage
    :param reached_on: day on which a contact of that stage, listing this item, arrived
    """

    line_id: int
    currency: int
    due: date
    residual: Decimal
    excluded: str | None = None
    stage: int | None = None
    stage_since: date | None = None
    reached_on: date | None = None

    def days_overdue(self, on: date) -> int:
        """Days after the due date; negative while the item is not yet due."""
        return (on - self.due).days


@dataclass(frozen=True, slots=True)
class Position:
    """Balances of one debtor in one currency.

    :param balance: debts less credits, excluded items included (the ledger's figure)
    :param credit: unapplied credits that may be set against debts, positive
    :param gross_overdue: overdue debts that may be chased, before credits
    :param overdue: the same after credits, never negative
    :param chaseable: debts that may be chased and that credits do not cover, oldest first;
        overdue or not
    :param partly_covered: what credits pay of the first of them
    :param oldest_due: due date of the oldest of them that is overdue
    """

    balance: Decimal
    credit: Decimal
    gross_overdue: Decimal
    overdue: Decimal
    chaseable: tuple[OpenItem, ...]
    partly_covered: Decimal
    oldest_due: date | None

    def asked(self, items: Iterable[OpenItem]) -> Decimal:
        """What a notice that lists these of the chaseable items asks for: their sum after
        credits."""
        items = list(items)
        total = sum((item.residual for item in items), ZERO)
        first = self.chaseable[0].line_id if self.chaseable else None
        return total - (self.partly_covered if first in {i.line_id for i in items} else ZERO)


def split_disputed(item: OpenItem, disputed: Decimal | None) -> tuple[OpenItem, ...]:
    """An item as its undisputed and its disputed part; only the latter leaves dunning.

    :param disputed: what is disputed of the item, at most its residual; ``None`` for nothing
    """
    if not disputed or item.residual <= 0:
        return (item,)
    left = item.residual - disputed
    part = replace(item, residual=disputed, excluded=item.excluded or "disputed")
    return (replace(item, residual=left), part) if left > 0 else (part,)


def uncovered(items: Iterable[OpenItem], credit: Decimal) -> tuple[OpenItem, ...]:
    """Debts left when ``credit`` is set against the oldest first.

    An item that is only partly covered stays, whole: what is asked for is the sum after credits,
    but the item is still open in the books.
    """
    left = []
    for item in sorted(items, key=lambda item: (item.due, item.line_id)):
        if credit >= item.residual:
            credit -= item.residual
            continue
        credit = ZERO
        left.append(item)
    return tuple(left)


def position(items: Sequence[OpenItem], on: date, *, net: bool) -> Position:
    """Balances on day ``on`` of items that share a debtor and a currency.

    :param net: set unapplied credits against the oldest debts; otherwise credits only show in
        the balance
    """
    followed = [item for item in items if not item.excluded]
    debts = [item for item in followed if item.residual > 0]
    credit = -sum((item.residual for item in followed if item.residual < 0), ZERO)
    applied = credit if net else ZERO
    gross = sum((item.residual for item in debts if item.due < on), ZERO)
    chaseable = uncovered(debts, applied)
    left = max(ZERO, sum((item.residual for item in debts), ZERO) - applied)
    return Position(
        balance=sum((item.residual for item in items), ZERO),
        credit=credit,
        gross_overdue=gross,
        overdue=max(ZERO, gross - applied),
        chaseable=chaseable,
        partly_covered=sum((item.residual for item in chaseable), ZERO) - left,
        oldest_due=next((item.due for item in chaseable if item.due < on), None),
    )


def ageing(items: Iterable[OpenItem], on: date, limits: Sequence[int]) -> tuple[Decimal, ...]:
    """Open amounts by age: not due, then one bucket per upper limit in days, then the rest.

    ``limits=(30, 60)`` gives not due, 1–30, 31–60 and over 60 days overdue.
    """
    buckets = [ZERO] * (len(limits) + 2)
    for item in items:
        days = item.days_overdue(on)
        if days <= 0:
            buckets[0] += item.residual
            continue
        index = next((i for i, limit in enumerate(limits) if days <= limit), len(limits))
        buckets[index + 1] += item.residual
    return tuple(buckets)
