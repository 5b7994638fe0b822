"""Expected receipts by week, from how late debtors have paid and what they have promised.

How late a debtor pays is learned as a daily hazard: of the debts that were still open so many days
after the due date, which part was paid that day. Debts that are open still count for as long as
they were seen (the product-limit estimate of Kaplan and Meier), so that the slow ones, which have
not been paid yet, are not forgotten. A debtor with little history is judged mostly like all
debtors together, one with much by the own one.

Money is exact ``Decimal``, and the parts of a debt always add up to it; chances are ``float``.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import accumulate, pairwise

from .amounts import CENT, ZERO, round_to
from .errors import ToolError

#: As many debts of one's own weigh as much as what is known of all debtors.
SHRINK = 5.0
#: Days after which a debt counts half as much: customs change.
HALF_LIFE = 180
#: So many debts, seen on a day, weigh as much as the days around it.
SMOOTH = 5.0
#: How many days around a day are looked at, before and after it.
AROUND = 7
#: Nothing is certain: whatever the history, a debt can stay open for another day.
SURE = 0.95
#: The slowest part of what was paid, from which is learned how the very late pay.
TAIL = 0.1
#: The daily chance of payment after the due date while nothing is known: half within three weeks.
UNKNOWN = 1 / 30
#: Kept and broken promises of everybody that weigh as much as the debtor's own.
PROMISES = 3.0


@dataclass(frozen=True, slots=True)
class Spell:
    """How long (a part of) a debt was open, in days after its due date; negative before it.

    :param entered: the day it came into being
    :param left: the day it was paid, or the last day on which it was seen unpaid
    :param weight: the part of the debt, how many debts did the same, how long ago: :func:`fade`
    """

    debtor: Hashable
    entered: int
    left: int
    paid: bool
    weight: float = 1.0


def fade(days: int, half_life: int = HALF_LIFE) -> float:
    """Return what a debt that came into being so many days ago still counts."""
    return 0.5 ** (days / half_life)


@dataclass(frozen=True, slots=True)
class Curve:
    """The part of debts still open so many days after the due date."""

    first: int
    open: tuple[float, ...]
    tail: float

    def survival(self, day: int) -> float:
        """Return the part that is open at the end of ``day``."""
        place = day - self.first
        if place < 0:
            return 1.0
        if place < len(self.open):
            return self.open[place]
        return self.open[-1] * (1 - self.tail) ** (place - len(self.open) + 1)

    def paid_by(self, day: int, given: int) -> float:
        """Return the chance that a debt open at the end of day ``given`` is paid by ``day``."""
        before = self.survival(given)
        return 1 - self.survival(day) / before if before > 0 and day > given else 0.0


class Habits:
    """What has been learned of all debtors together and of each."""

    def __init__(self, spells: Iterable[Spell], shrink: float = SHRINK) -> None:
        self._shrink = shrink
        self._own = defaultdict(list)
        for spell in spells:
            self._own[spell.debtor].append(spell)
        self._curves = {}

    def curve(self, debtor: Hashable) -> Curve:
        """Return the curve of a debtor; of all debtors together for one without history."""
        if debtor not in self._own:
            return self.everybody
        if debtor not in self._curves:
            self._curves[debtor] = self._shrunk(self._own[debtor])
        return self._curves[debtor]

    @cached_property
    def everybody(self) -> Curve:
        """The curve of all debtors together."""
        return self._as_curve(self._hazards, self._tail)

    @cached_property
    def _counts(self):
        everything = [spell for spells in self._own.values() for spell in spells]
        return _count(everything)

    @cached_property
    def _first(self) -> int:
        return min(self._counts[1], default=0)

    @cached_property
    def _tail(self) -> float:
        """The daily chance of payment of those who pay last."""
        events, exposure = self._counts
        total, seen, days = sum(events.values()), 0.0, []
        for day in sorted(events, reverse=True):
            days.append(day)
            seen += events[day]
            if seen >= total * TAIL:
                break
        if not days:
            return UNKNOWN
        exposed = sum(amount for day, amount in exposure.items() if day >= days[-1])
        return min(0.5, seen / exposed) if exposed else UNKNOWN

    @cached_property
    def _hazards(self) -> tuple[float, ...]:
        """The hazard of each day on which anything was seen."""
        events, exposure = self._counts
        days = range(min(exposure, default=0), max(exposure, default=-1) + 1)
        paid = [0.0, *accumulate(events.get(day, 0.0) for day in days)]
        seen = [0.0, *accumulate(exposure[day] for day in days)]
        found = []
        for place, day in enumerate(days):
            start, end = max(0, place - AROUND), min(len(days), place + AROUND + 1)
            exposed = seen[end] - seen[start]
            # Before the due date nobody pays of whom it has not been seen.
            unseen = self._tail if day >= 0 else 0.0
            near = (paid[end] - paid[start]) / exposed if exposed > 0 else unseen
            found.append((events.get(day, 0.0) + SMOOTH * near) / (exposure[day] + SMOOTH))
        return tuple(found)

    def _shrunk(self, spells: Sequence[Spell]) -> Curve:
        events, exposure = _count(spells)
        hazards = self._hazards
        own = tuple(
            (events.get(day, 0.0) + self._shrink * hazard) / (exposure.get(day, 0.0) + self._shrink)
            for day, hazard in enumerate(hazards, self._first)
        )
        return self._as_curve(own, self._tail)

    def _as_curve(self, hazards: Sequence[float], tail: float) -> Curve:
        if not hazards:
            return Curve(0, (1.0,), UNKNOWN)
        left = tuple(accumulate((1 - min(h, SURE) for h in hazards), lambda a, b: a * b))
        return Curve(self._first, left, tail)


def _count(spells: Iterable[Spell]) -> tuple[dict[int, float], dict[int, float]]:
    """Return what was paid on each day, and what could have been."""
    events, changes = defaultdict(float), defaultdict(float)
    for spell in spells:
        changes[spell.entered] += spell.weight
        changes[spell.left + 1] -= spell.weight
        if spell.paid:
            events[spell.left] += spell.weight
    if not changes:
        return {}, {}
    days = range(min(changes), max(changes))
    exposure = dict(zip(days, accumulate(changes.get(day, 0.0) for day in days), strict=True))
    return dict(events), exposure


@dataclass(frozen=True, slots=True)
class Promise:
    """An amount that a debtor has agreed to pay by a day."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Debt:
    """An open item, or what credits have left of it.

    :param promises: agreed payments that are still to come, in the order of their days
    :param disputed: the part the debtor refuses; nobody can say when it is paid
    :param held_until: nothing is done about it until then; what was usual begins afterwards
    """

    debtor: Hashable
    amount: Decimal
    due: date
    promises: tuple[Promise, ...] = ()
    disputed: Decimal = ZERO
    held_until: date | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a debt: by habit and by promise in each week, and the rest."""

    habit: tuple[Decimal, ...]
    promised: tuple[Decimal, ...]
    later: Decimal
    disputed: Decimal

    @property
    def weeks(self) -> tuple[Decimal, ...]:
        """Both together."""
        return tuple(a + b for a, b in zip(self.habit, self.promised, strict=True))

    @property
    def total(self) -> Decimal:
        """All of it, which is the debt."""
        return sum(self.weeks, self.later + self.disputed)


def week_ends(on: date, count: int) -> tuple[date, ...]:
    """Return the last days of the coming weeks: the next Sunday and those after it."""
    if count < 1:
        raise ToolError("weeks_missing", "A forecast needs at least one week.")
    first = on + timedelta(days=(6 - on.weekday()) or 7)
    return tuple(first + timedelta(weeks=number) for number in range(count))


def kept_rate(
    kept: int, broken: int, all_kept: int, all_broken: int, weight: float = PROMISES
) -> float:
    """Return the chance that a promise is kept: the debtor's own rate, drawn to everybody's."""
    general = (all_kept + 1) / (all_kept + all_broken + 2)
    return (kept + weight * general) / (kept + broken + weight)


@dataclass(frozen=True)
class Forecaster:
    """Says what to expect of debts as of a day.

    :param kept: chance that a promise is kept, for each debtor; others have ``kept_default``
    """

    on: date
    ends: Sequence[date]
    habits: Habits
    kept: Mapping[Hashable, float] = field(default_factory=dict)
    kept_default: float = 0.5
    unit: Decimal = CENT

    def expect(self, debt: Debt) -> Expected:
        """Share a debt among the weeks and the time after them; nothing is lost by rounding."""
        if debt.amount < 0 or not 0 <= debt.disputed <= debt.amount:
            raise ToolError("debt_invalid", "A debt and its disputed part cannot be negative.")
        rest = debt.amount - debt.disputed
        promised, waiting = [ZERO] * len(self.ends), []
        chance = self.kept.get(debt.debtor, self.kept_default)
        for promise in debt.promises:
            amount = min(rest, promise.amount)
            rest -= amount
            sure = round_to(amount * Decimal(repr(chance)), self.unit)
            sure = min(sure, amount)
            place = self._week_of(promise.day)
            if place is None:
                waiting.append((amount, promise.day))
                continue
            promised[place] += sure
            waiting.append((amount - sure, promise.day))
        parts = [self._by_habit(debt, amount, day) for amount, day in waiting]
        parts.append(self._by_habit(debt, rest, debt.held_until))
        habit = tuple(sum(column, ZERO) for column in zip(*parts, strict=True))
        return Expected(habit[:-1], tuple(promised), habit[-1], debt.disputed)

    def _week_of(self, day: date) -> int | None:
        """The week of a day; the first one for days that have passed, ``None`` after the last."""
        return next((place for place, end in enumerate(self.ends) if day <= end), None)

    def _by_habit(self, debt: Debt, amount: Decimal, not_before: date | None) -> list[Decimal]:
        """What comes in each week and later, of what is open until a day and unpaid on it."""
        known = max(filter(None, (self.on, not_before)))
        curve, given = self.habits.curve(debt.debtor), (known - debt.due).days
        sums = [
            min(
                amount,
                round_to(
                    amount * Decimal(repr(curve.paid_by((end - debt.due).days, given))), self.unit
                ),
            )
            for end in self.ends
        ]
        return [b - a for a, b in pairwise([ZERO, *sums, amount])]


def naive(debts: Iterable[Debt], ends: Sequence[date]) -> list[Decimal]:
    """Return the receipts of each week if everybody paid on the due date, and late ones at once."""
    weeks = [ZERO] * len(ends)
    for debt in debts:
        place = next((place for place, end in enumerate(ends) if debt.due <= end), None)
        if place is not None:
            weeks[place] += debt.amount
    return weeks


def absolute_error(expected: Sequence[Decimal], actual: Sequence[Decimal]) -> Decimal:
    """Return how far off the weeks were, taken together."""
    return sum((abs(a - b) for a, b in zip(expected, actual, strict=True)), ZERO)
