"""Classification of a debt: how collectable it is, with the reasons that led there.

Five classes, as supervisors of banks and many auditors use them. The age of the oldest overdue item
sets the class; what is known of the debtor lifts it, a security that covers the debt lowers it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .errors import ToolError

CLASSES = ("performing", "watch", "substandard", "doubtful", "loss")
DEFAULT_LIMITS = (30, 90, 180, 360)
#: So many broken promises are no accident.
MANY_BROKEN = 2


@dataclass(frozen=True)
class Debt:
    """What is known of a debt on the day.

    :ivar days_overdue: of the oldest overdue item, 0 when nothing is
    :ivar handed_over: to a lawyer, an agency or a court
    :ivar insolvent: proceedings have been opened, or the debtor cannot pay
    :ivar secured: what secures it is worth at least what is owed
    """

    days_overdue: int = 0
    broken: int = 0
    handed_over: bool = False
    insolvent: bool = False
    secured: bool = False


class Reason(NamedTuple):
    """Why a class was reached: a code, and the figures for its sentence."""

    code: str
    params: Mapping[str, Any]


class Classified(NamedTuple):
    """The class, and the reasons in the order in which they applied."""

    code: str
    reasons: tuple[Reason, ...]


def classify(debt: Debt, limits: Sequence[int] = DEFAULT_LIMITS) -> Classified:
    """Return the class of a debt.

    :param limits: the last day of each class but the worst, ascending
    """
    check_limits(limits)
    step = sum(debt.days_overdue > limit for limit in limits)
    reasons = [Reason("age", {"days": debt.days_overdue})]
    for code, holds, least in (
        ("broken", debt.broken >= MANY_BROKEN, 1),
        ("handed_over", debt.handed_over, 2),
        ("insolvent", debt.insolvent, 3),
    ):
        if holds and step < least:
            step = least
            reasons.append(Reason(code, {"count": debt.broken}))
    # A security makes a debt easier to collect; what is called a loss it does not save, and
    # one that is late is watched all the same.
    if debt.secured and 1 < step < len(CLASSES) - 1:
        step -= 1
        reasons.append(Reason("secured", {}))
    return Classified(CLASSES[step], tuple(reasons))


def check_limits(limits: Sequence[int]) -> None:
    """Refuse limits that are not ascending, or not as many as there are classes but one."""
    if len(limits) != len(CLASSES) - 1 or list(limits) != sorted({max(1, n) for n in limits}):
        raise ToolError(
            "class_limits_invalid",
            "There must be %(count)s ascending numbers of days.",
            {"count": len(CLASSES) - 1},
        )
