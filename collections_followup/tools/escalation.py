"""Which stage of the ladder an open item warrants.

The ladder is walked one step at a time: an item leaves a stage only when a contact of that stage
arrived (:attr:`OpenItem.reached_on`) and some days have passed since. A reminder before the due
date is a courtesy, so leaving it needs no delivery. ``direct`` policies skip the walk and take
the highest stage whose thresholds hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from .position import OpenItem


@dataclass(frozen=True, slots=True)
class ActionRule:
    """What a stage does on one channel.

    :param delay_days: days after the step became due before this action is taken
    :param repeat_days: days between repetitions; 0 for never
    :param max_repeats: how many repetitions follow the first contact
    :param fallback: only taken when an earlier contact of the stage did not arrive
    :param purpose: what it is for, where contact rules make a difference
    """

    id: int
    channel: str
    delay_days: int = 0
    repeat_days: int = 0
    max_repeats: int = 0
    fallback: bool = False
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class StageRule:
    """A step of the ladder.

    :param min_days: days overdue from which an item warrants the stage; negative before due
    :param min_amount: least amount overdue of the debtor, in the currency of the debt
    """

    id: int
    sequence: int
    min_days: int
    min_amount: Decimal = Decimal(0)
    actions: tuple[ActionRule, ...] = ()

    @property
    def before_due(self) -> bool:
        return self.min_days < 0


@dataclass(frozen=True)
class Ladder:
    """The stages of a policy, mildest first.

    :param direct: take the highest stage whose thresholds hold, instead of one step at a time
    :param catch_up_days: an item that is late on the ladder waits at most this long in a stage
    """

    stages: tuple[StageRule, ...]
    direct: bool = False
    catch_up_days: int = 7

    def rank(self, stage: int | None) -> int:
        """Place of a stage on the ladder; -1 for none, or for one of another policy."""
        return self._ranks.get(stage, -1)

    @cached_property
    def _ranks(self) -> dict[int, int]:
        return {rule.id: place for place, rule in enumerate(self.stages)}


def prefer(ladder: Ladder, channel: str | None) -> Ladder:
    """The ladder as a debtor walks it who prefers to be contacted on ``channel``.

    In each stage that uses the channel it comes first, at the time of the first action. One that
    was only kept for failures changes places with that action: who prefers letters gets the
    letter, and the e-mail when the letter comes back.
    """
    if not channel:
        return ladder
    stages = tuple(replace(s, actions=_preferring(s.actions, channel)) for s in ladder.stages)
    return replace(ladder, stages=stages) if stages != ladder.stages else ladder


def _preferring(actions: tuple[ActionRule, ...], channel: str) -> tuple[ActionRule, ...]:
    first = next((a for a in actions if not a.fallback), None)
    mine = [a for a in actions if a.channel == channel]
    if first is None or not mine or first.channel == channel:
        return actions
    wanted = min(mine, key=lambda a: a.fallback)
    if wanted.fallback:
        ahead = replace(wanted, fallback=False, delay_days=first.delay_days)
        behind = replace(first, fallback=True)
    else:
        sooner, later = sorted((first.delay_days, wanted.delay_days))
        ahead, behind = replace(wanted, delay_days=sooner), replace(first, delay_days=later)
    others = (behind if a is first else a for a in actions if a is not wanted)
    return (ahead, *others)


def _entry(stages: Sequence[StageRule], days: int, amount: Decimal) -> int | None:
    """Where an item that was never contacted steps on the ladder."""
    holding = [i for i, s in enumerate(stages) if days >= s.min_days and amount >= s.min_amount]
    if not holding:
        return None
    # The courtesy before the due date makes no sense afterwards, so a late comer starts behind it.
    after_due = [i for i in holding if not stages[i].before_due]
    return after_due[0] if after_due else holding[-1]


def waiting_days(ladder: Ladder, rank: int) -> int:
    """Days an item stays in a stage after its contact arrived: the spacing of the ladder,
    shortened for items that are behind."""
    gap = ladder.stages[rank + 1].min_days - ladder.stages[rank].min_days
    return max(1, min(gap, ladder.catch_up_days))


def next_step_date(ladder: Ladder, item: OpenItem) -> date | None:
    """Day from which the item may take its next step, or ``None`` while it has to wait for a
    delivery or stands on the last stage."""
    rank = ladder.rank(item.stage)
    if rank + 1 >= len(ladder.stages):
        return None
    threshold = item.due + timedelta(days=ladder.stages[rank + 1].min_days)
    if rank < 0 or ladder.direct or ladder.stages[rank].before_due:
        return threshold
    if item.reached_on is None:
        return None
    return max(threshold, item.reached_on + timedelta(days=waiting_days(ladder, rank)))


def step_dates(ladder: Ladder, item: OpenItem) -> tuple[date, ...]:
    """Days on which the item may come to another stage by the passing of time.

    More than one, because a stage whose amount does not hold may be passed over by an item that
    is new on the ladder, and by a ``direct`` one.
    """
    rank = ladder.rank(item.stage)
    if rank >= 0 and not ladder.direct:
        step = next_step_date(ladder, item)
        return () if step is None else (step,)
    return tuple(item.due + timedelta(days=s.min_days) for s in ladder.stages[rank + 1 :])


def warranted(ladder: Ladder, item: OpenItem, on: date, amount: Decimal) -> int | None:
    """Stage of ``item`` on day ``on``.

    :param amount: amount overdue of the debtor in the item's currency (for ``min_amount``)
    :return: identifier of the stage, or ``None`` below the first threshold. Stages never go
        down while an item stays open.
    """
    days = item.days_overdue(on)
    rank = ladder.rank(item.stage)
    if ladder.direct:
        holding = [
            i for i, s in enumerate(ladder.stages) if days >= s.min_days and amount >= s.min_amount
        ]
        best = max(holding, default=-1)
        return ladder.stages[max(best, rank)].id if max(best, rank) >= 0 else None
    if rank < 0:
        entry = _entry(ladder.stages, days, amount)
        return None if entry is None else ladder.stages[entry].id
    step = next_step_date(ladder, item)
    if step is None or on < step or amount < ladder.stages[rank + 1].min_amount:
        return ladder.stages[rank].id
    return ladder.stages[rank + 1].id
