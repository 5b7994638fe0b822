"""The decision about one debtor on one day: which stage, which contacts, and why not.

:func:`decide` is the only place where it is taken. The nightly run, the dry run and the sentence
a person reads on the case all call it with the same facts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from .cadence import Contact, due_actions, undelivered
from .escalation import ActionRule, Ladder, StageRule, step_dates, warranted
from .position import OpenItem, Position, position

#: Turns an amount into a currency; ``None`` when there is no rate.
Convert = Callable[[Decimal, int], Decimal | None]
#: Look again after so many days when nothing foreseeable can change.
IDLE_DAYS = 30


@dataclass(frozen=True)
class PolicyRule:
    """A dunning strategy, reduced to what the decision needs.

    :param minimum_amount: least amount overdue worth a contact, in the currency of the policy
    :param net: unapplied credits reduce what is chased
    :param min_interval: days between contacts of different steps
    """

    ladder: Ladder
    minimum_amount: Decimal = Decimal(0)
    net: bool = True
    min_interval: int = 0

    def thresholds_in(self, currency: int, convert: Convert) -> tuple[Ladder, bool]:
        """The ladder with its amounts in the currency of the debt, and whether that is possible.

        Without an exchange rate the thresholds are zero, and nothing may be sent.
        """
        one = convert(Decimal(1), currency) if self._has_thresholds else None
        if (currency, one) not in self._converted:
            self._converted[currency, one] = self._convert(currency, convert)
        return self._converted[currency, one]

    def _convert(self, currency, convert):
        if not self._has_thresholds:
            return self.ladder, True
        amounts = [convert(s.min_amount, currency) for s in self.ladder.stages]
        stages = tuple(
            replace(stage, min_amount=amount or Decimal(0))
            for stage, amount in zip(self.ladder.stages, amounts, strict=True)
        )
        return replace(self.ladder, stages=stages), None not in amounts

    @cached_property
    def _has_thresholds(self) -> bool:
        return any(stage.min_amount for stage in self.ladder.stages)

    @cached_property
    def _converted(self) -> dict:
        """Ladders in other currencies, by the rate, made once for all debtors of a run."""
        return {}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no contact is made: a code for statistics, parameters for the sentence."""

    code: str
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """A contact to be made, or, with a ``refusal``, one that was due and is not made."""

    action: ActionRule
    stage: int
    currency: int
    occurrence: int
    lines: tuple[int, ...]
    amount: Decimal
    refusal: Reason | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """Outcome for one debtor.

    :param stage: stage of the debtor, the highest of the items; ``None`` off the ladder
    :param moved: items that change stage today, as (line, stage)
    :param intents: contacts due today, refusals among them
    :param unreachable: every channel of the step failed; a person has to look
    :param reason: why nothing goes out today, when nothing does
    :param review_on: first day on which the outcome can change by the passing of time
    """

    stage: int | None
    moved: tuple[tuple[int, int], ...]
    intents: tuple[Intent, ...]
    unreachable: bool
    reason: Reason | None
    review_on: date
    positions: tuple[tuple[int, Position], ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Outcome for the items of one currency."""

    position: Position
    stage: StageRule | None
    moved: tuple[tuple[int, int], ...] = ()
    intents: tuple[Intent, ...] = ()
    unreachable: bool = False
    reason: Reason | None = None
    dates: tuple[date, ...] = ()


def _place(ladder, items, on, amount):
    """Items with the stage they warrant today, and the list of those that moved."""
    placed, moved = [], []
    for item in items:
        stage = warranted(ladder, item, on, amount)
        if stage is not None and stage != item.stage:
            moved.append((item.line_id, stage))
            item = OpenItem(
                item.line_id, item.currency, item.due, item.residual, item.excluded, stage, on
            )
        placed.append(item)
    return placed, tuple(moved)


def _gate(amount: Decimal, minimum: Decimal | None) -> Reason | None:
    """A reason that holds for every contact in this currency."""
    if minimum is None:
        return Reason("no_rate")
    if amount < minimum:
        return Reason("below_minimum", (("amount", amount), ("minimum", minimum)))
    return None


def _wait_reason(top: StageRule, items, history, due, on) -> Reason:
    """Why no contact of the stage is due today."""
    if not top.actions:
        return Reason("no_actions")
    if any(c.state == "planned" for c in history if c.stage == top.id):
        return Reason("awaiting_release")
    unreached = [item for item in items if item.reached_on is None]
    if unreached and any(c.state == "sent" for c in history if c.stage == top.id):
        return Reason("awaiting_delivery")
    later = min((d.on for d in due if d.on > on), default=None)
    if later is not None:
        return Reason("action_later", (("date", later),))
    return Reason("stage_complete")


def _nothing_to_chase(pos: Position, items: Sequence[OpenItem], on: date) -> Reason:
    if any(i.residual > 0 and i.due < on and i.excluded for i in items):
        code = next(i.excluded for i in items if i.residual > 0 and i.due < on and i.excluded)
        return Reason(code)
    if pos.overdue > 0:
        return Reason("before_first_stage")
    if pos.gross_overdue > 0:
        return Reason("covered_by_credits", (("credit", pos.credit),))
    return Reason("nothing_overdue")


def _decide_group(policy, currency, items, history, on, convert) -> _Group:
    pos = position(items, on, net=policy.net)
    ladder, comparable = policy.thresholds_in(currency, convert)
    placed, moved = _place(ladder, pos.chaseable, on, pos.overdue)
    dates = [d for item in placed for d in step_dates(ladder, item) if d > on]
    # What falls due adds to the amount that the thresholds look at.
    dates += [item.due + timedelta(days=1) for item in placed if item.due >= on]
    on_ladder = [item for item in placed if item.stage is not None and ladder.rank(item.stage) >= 0]
    if not on_ladder:
        return _Group(
            pos, None, moved, reason=_nothing_to_chase(pos, items, on), dates=tuple(dates)
        )
    top = ladder.stages[max(ladder.rank(item.stage) for item in on_ladder)]
    on_top = [item for item in on_ladder if item.stage == top.id]
    due = due_actions(top.actions, top.id, on_top, history, on, policy.min_interval)
    dates += [d.on for d in due if d.on > on]
    if top.before_due:
        listed = on_ladder
    else:
        # A notice names everything overdue, also what has not reached the first stage yet.
        listed = [item for item in placed if item.due < on or item.stage == top.id]
    amount = pos.asked(listed)
    lines = tuple(i.line_id for i in listed)
    refusal = _gate(amount, convert(policy.minimum_amount, currency) if comparable else None)
    intents = tuple(
        Intent(d.action, top.id, currency, d.occurrence, lines, amount, refusal)
        for d in due
        if d.on <= on
    )
    reason = refusal
    if not intents and reason is None:
        reason = _wait_reason(top, on_top, history, due, on)
    stuck = undelivered(top.actions, top.id, on_top, history)
    return _Group(pos, top, moved, intents, stuck, reason, tuple(dates))


def decide(
    policy: PolicyRule,
    items: Sequence[OpenItem],
    history: dict[int, Sequence[Contact]],
    on: date,
    convert: Convert,
) -> Decision:
    """Decide about one debtor.

    :param items: every open receivable item of the debtor, credits included
    :param history: contacts made by the ladder, per currency
    :param on: the day, read once by the caller
    :param convert: turns an amount in the policy's currency into the currency given by its
        identifier, at the rate of ``on``; ``None`` when there is no rate
    """
    by_currency: dict[int, list[OpenItem]] = {}
    for item in items:
        by_currency.setdefault(item.currency, []).append(item)
    groups = {
        currency: _decide_group(policy, currency, group, history.get(currency, ()), on, convert)
        for currency, group in by_currency.items()
    }
    ladder = policy.ladder
    staged = [g.stage for g in groups.values() if g.stage]
    top = max(staged, key=lambda s: ladder.rank(s.id), default=None)
    intents = tuple(i for g in groups.values() for i in g.intents)
    reason = None
    if all(i.refusal for i in intents):
        # The group that is furthest up the ladder speaks for the debtor.
        ranked = sorted(
            groups.values(), key=lambda g: ladder.rank(g.stage.id) if g.stage else -1, reverse=True
        )
        reason = next((g.reason for g in ranked if g.reason), Reason("nothing_overdue"))
    dates = [d for g in groups.values() for d in g.dates]
    if any(i.refusal for i in intents):
        dates.append(on + timedelta(days=1))
    return Decision(
        stage=top.id if top else None,
        moved=tuple(m for g in groups.values() for m in g.moved),
        intents=intents,
        unreachable=any(g.unreachable for g in groups.values()),
        reason=reason,
        review_on=min([*dates, on + timedelta(days=IDLE_DAYS)]),
        positions=tuple((currency, g.position) for currency, g in groups.items()),
    )
