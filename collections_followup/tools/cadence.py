"""Which contacts of a stage are due on a day, given those already made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .escalation import ActionRule
from .position import OpenItem

#: The contact was made or is on its way.
EFFECTIVE = frozenset(("planned", "sent", "done", "failed"))
PENDING = frozenset(("planned", "sent"))
#: Refusals that mean: this channel does not lead to the debtor.
UNREACHABLE = frozenset(
    (
        "no_email",
        "invalid_email",
        "blacklisted_email",
        "no_phone",
        "invalid_phone",
        "blacklisted_phone",
        "no_address",
        "opt_out_address",
        "opt_out_medium",
        "email_procedure",
        "sms_procedure",
        "employer_address",
        "medium_forbidden",
        "medium_not_permitted",
        "wrong_number",
    )
)


@dataclass(frozen=True, slots=True)
class Contact:
    """One earlier contact, made by an action of the ladder or refused.

    :param state: ``planned``, ``sent``, ``done``, ``failed``, ``blocked`` or ``cancelled``
    :param lines: journal items the contact listed
    """

    action: int
    stage: int
    state: str
    date: date
    lines: frozenset[int] = frozenset()
    block_code: str | None = None
    occurrence: int = 1

    @property
    def lost(self) -> bool:
        """Whether it was tried, or could not even be tried, and did not reach the debtor."""
        return self.state == "failed" or (
            self.state == "blocked" and self.block_code in UNREACHABLE
        )


@dataclass(frozen=True, slots=True)
class Due:
    """An action that is due now, or the day on which it will be."""

    action: ActionRule
    occurrence: int
    on: date


def next_occurrence(action: ActionRule, history: Iterable[Contact]) -> int:
    """Number of the next attempt; refusals and cancellations count, so a number is never reused."""
    return max((c.occurrence for c in history if c.action == action.id), default=0) + 1


def _belongs(contact: Contact, unreached: Sequence[OpenItem]) -> bool:
    """Whether the contact served one of the items that still wait for this step."""
    return any(
        item.line_id in contact.lines and contact.date >= (item.stage_since or contact.date)
        for item in unreached
    )


def _of_step(
    history: Iterable[Contact], stage: int, unreached: Sequence[OpenItem]
) -> list[Contact]:
    """Contacts of the running step, refused ones included."""
    return [c for c in history if c.stage == stage and _belongs(c, unreached)]


def _first(action: ActionRule, start: date, made: list[Contact]) -> date | None:
    if made:
        return None
    return start + timedelta(days=action.delay_days)


def _repeat(action: ActionRule, made: list[Contact]) -> date | None:
    if not action.repeat_days or not 0 < len(made) <= action.max_repeats:
        return None
    if any(c.state in PENDING for c in made):
        return None
    return max(c.date for c in made) + timedelta(days=action.repeat_days)


def due_actions(
    actions: Sequence[ActionRule],
    stage: int,
    items: Sequence[OpenItem],
    history: Sequence[Contact],
    on: date,
    min_interval: int = 0,
) -> list[Due]:
    """When each action of the stage is next due; entries with ``due.on <= on`` are due now.

    A step begins when an item enters the stage and ends when a contact that lists it arrives.
    While it runs, each regular action is taken once after its delay and repeated as it says; a
    fallback is taken once a contact of the step has failed, or its channel has turned out not to
    lead to the debtor. A new step waits until
    ``min_interval`` days have passed since the last contact of an earlier one, so that a debtor
    whose invoices fall due one by one is not written to every day.

    :param items: items of the debtor in that currency that stand on ``stage``
    """
    unreached = [item for item in items if item.reached_on is None]
    effective = [c for c in history if c.state in EFFECTIVE]
    made = _of_step(effective, stage, unreached)
    start = min((item.stage_since or on for item in unreached), default=on)
    if not made:
        last = max((c.date for c in effective), default=None)
        if last is not None:
            # Never two steps on one day: a debtor hears from us once, at the highest stage.
            start = max(start, last + timedelta(days=max(1, min_interval)))
    since = min((item.stage_since or on for item in items), default=on)
    round_made = (
        made if unreached else [c for c in effective if c.stage == stage and c.date >= since]
    )
    lost = any(c.lost for c in _of_step(history, stage, unreached))
    failed = lost and not any(c.state in PENDING or c.state == "done" for c in made)
    result = []
    for action in actions:
        mine = [c for c in round_made if c.action == action.id]
        when = None
        if action.fallback:
            when = on if failed and not mine else None
        elif unreached:
            when = _first(action, start, mine)
        when = when or _repeat(action, mine)
        if when is not None:
            result.append(Due(action, next_occurrence(action, history), when))
    return result


def undelivered(
    actions: Sequence[ActionRule],
    stage: int,
    items: Sequence[OpenItem],
    history: Sequence[Contact],
) -> bool:
    """Whether every contact of the running step failed and no other channel is left to try."""
    unreached = [item for item in items if item.reached_on is None]
    step = _of_step(history, stage, unreached)
    if any(c.state in EFFECTIVE and c.state != "failed" for c in step):
        return False
    lost = {c.action for c in step if c.lost}
    return bool(lost) and all(action.id in lost for action in actions)
