"""Debtors, ladders and a small simulation of days, for the tests of the pure decision."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from odoo.addons.collections_followup.tools.cadence import Contact
from odoo.addons.collections_followup.tools.decision import PolicyRule, decide
from odoo.addons.collections_followup.tools.escalation import ActionRule, Ladder, StageRule
from odoo.addons.collections_followup.tools.position import OpenItem

ON = date(2026, 3, 16)
USD, EUR = 1, 2


def day(offset):
    return ON + timedelta(days=offset)


def item(residual, due=-10, line=1, currency=USD, **values):
    """An open item that is ``-due`` days overdue."""
    return OpenItem(line, currency, day(due), Decimal(str(residual)), **values)


def action(number, channel="email", **values):
    return ActionRule(number, channel, **values)


def stage(number, min_days, *actions, min_amount=0):
    actions = actions or (action(number * 10),)
    return StageRule(number, number, min_days, Decimal(min_amount), tuple(actions))


def policy(*stages, direct=False, catch_up_days=7, **values):
    return PolicyRule(Ladder(tuple(stages), direct, catch_up_days), **values)


def same_amount(amount, _currency):
    return amount


def decided(rule, items, on=ON, history=(), convert=same_amount):
    """The decision about one debtor with one currency's history."""
    return decide(rule, list(items), {USD: list(history)}, on, convert)


# === Strategies === #
@st.composite
def policies(draw):
    starts = draw(st.lists(st.integers(-10, 60), min_size=1, max_size=5, unique=True).map(sorted))
    stages = []
    for number, start in enumerate(starts, 1):
        actions = []
        for index in range(draw(st.integers(1, 3))):
            repeat = draw(st.sampled_from((0, 0, 5)))
            actions.append(
                ActionRule(
                    number * 10 + index,
                    f"channel {index}",
                    delay_days=draw(st.integers(0, 4)),
                    repeat_days=repeat,
                    max_repeats=draw(st.integers(1, 2)) if repeat else 0,
                    fallback=index > 0 and draw(st.booleans()),
                )
            )
        minimum = Decimal(draw(st.sampled_from((0, 0, 0, 50, 200))))
        stages.append(StageRule(number, number, start, minimum, tuple(actions)))
    return PolicyRule(
        Ladder(tuple(stages), draw(st.booleans()), draw(st.integers(1, 10))),
        minimum_amount=Decimal(draw(st.sampled_from((0, 0, 30)))),
        net=draw(st.booleans()),
        min_interval=draw(st.integers(0, 6)),
    )


@st.composite
def debts(draw):
    """Open items in one currency, some of them credits or excluded."""
    amounts = draw(st.lists(st.integers(-80, 200).filter(bool), min_size=1, max_size=5))
    return tuple(
        item(
            amount,
            due=draw(st.integers(-70, 30)),
            line=number,
            excluded=draw(st.sampled_from((None, None, None, "no_followup"))),
        )
        for number, amount in enumerate(amounts, 1)
    )


@dataclass
class World:
    """A debtor whose contacts have outcomes, lived through day by day as the engine does it."""

    policy: PolicyRule
    items: tuple
    history: list = field(default_factory=list)
    made: list = field(default_factory=list)  # (day, stage, action, lines, amount)

    def decide(self, on):
        return decide(self.policy, self.items, {USD: self.history}, on, same_amount)

    def apply(self, decision, on, outcome):
        """Write what was decided, and what became of it: ``done``, ``failed`` or ``sent``."""
        moved = dict(decision.moved)
        self.items = tuple(
            replace(i, stage=moved[i.line_id], stage_since=on, reached_on=None)
            if i.line_id in moved
            else i
            for i in self.items
        )
        for intent in decision.intents:
            state, code = (
                (outcome, None) if not intent.refusal else ("blocked", intent.refusal.code)
            )
            self.history.append(
                Contact(
                    intent.action.id,
                    intent.stage,
                    state,
                    on,
                    frozenset(intent.lines),
                    code,
                    intent.occurrence,
                )
            )
            if intent.refusal:
                continue
            self.made.append((on, intent.stage, intent.action, intent.lines, intent.amount))
            if outcome == "done":
                self._reach(intent.lines, on)

    def _reach(self, lines, on):
        self.items = tuple(
            replace(i, reached_on=on)
            if i.line_id in lines and i.stage and i.reached_on is None
            else i
            for i in self.items
        )
