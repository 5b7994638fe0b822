"""Imputation: what a payment settles first, inside one debt and among several debts.

Sources: BGB 366, 367, 497(3); Codice civile 1193, 1194; Codigo civil 1172-1174; Code civil
1342-10, 1343-1; Kodeks cywilny 451; 12 CFR 1006.30(c). A rule is a list of steps, so a company
can add the order of another law.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from .amounts import CENT, ZERO, split_pro_rata
from .errors import ToolError

COSTS, INTEREST, PRINCIPAL = "costs", "interest", "principal"
_ACCESSORIES_FIRST = (COSTS, INTEREST, PRINCIPAL)

#: Order inside one debt, by law.
PART_ORDERS: dict[str, tuple[str, ...]] = {
    "DE_367": _ACCESSORIES_FIRST,
    "DE_497_3": (COSTS, PRINCIPAL, INTEREST),  # consumer credit protects the principal
    "IT_1194": _ACCESSORIES_FIRST,  # unless the creditor agrees otherwise
    "ES_1173": _ACCESSORIES_FIRST,
    "FR_1343_1": _ACCESSORIES_FIRST,
    "PL_451": _ACCESSORIES_FIRST,  # the creditor may waive this
    "UK": _ACCESSORIES_FIRST,
    "PRINCIPAL_FIRST": (PRINCIPAL, INTEREST, COSTS),  # agreed with the creditor
}


@dataclass(frozen=True)
class PartsResult:
    """How a payment was spread inside one debt; ``excess`` found nothing to settle."""

    applied: Mapping[str, Decimal]
    left: Mapping[str, Decimal]
    excess: Decimal


def impute(payment: Decimal, owed: Mapping[str, Decimal], order: Sequence[str]) -> PartsResult:
    """Spread one payment over the parts of one debt.

    :param owed: open amount of each part (costs, interest, principal, …), none negative.
    :param order: the parts in the order in which they are settled; parts that the order does
        not name come last, in the order of ``owed``.
    """
    _check_positive(payment, owed.values())
    ranked = [part for part in order if part in owed]
    ranked += [part for part in owed if part not in ranked]
    rest, applied = payment, {}
    for part in ranked:
        applied[part] = min(rest, owed[part])
        rest -= applied[part]
    left = {part: owed[part] - applied[part] for part in owed}
    return PartsResult(applied, left, rest)


@dataclass(frozen=True)
class Debt:
    """One of several debts of the same debtor and currency.

    :ivar open: what is owed.
    :ivar due: the due date; ``None`` for a debt that is due at once.
    :ivar security: how well the debt is secured: 0 not at all, more for better.
    :ivar burden: how onerous the debt is for the debtor, usually its interest rate.
    :ivar incurred: when the debt arose; the due date stands in where it is unknown.
    :ivar is_disputed: United States: a payment never goes to a disputed debt.
    """

    id: str
    open: Decimal
    due: date | None = None
    security: Decimal = ZERO
    burden: Decimal = ZERO
    incurred: date | None = None
    is_disputed: bool = False


@dataclass(frozen=True)
class DebtRule:
    """The statutory order among debts, for what the debtor did not direct.

    :ivar steps: sort keys by rank (``due``, ``security``, ``burden``, ``oldest``,
        ``oldest_due``); debts that tie in all of them share in proportion.
    :ivar skips_disputed: disputed debts receive nothing, even when directed.
    """

    code: str
    steps: tuple[str, ...]
    skips_disputed: bool = False
    source: str = ""


_ROMAN = ("due", "security", "burden", "oldest")
DEBT_RULES: dict[str, DebtRule] = {
    rule.code: rule
    for rule in (
        DebtRule("DE_366", _ROMAN, source="BGB 366(2)"),
        DebtRule("IT_1193", _ROMAN, source="c.c. 1193"),
        DebtRule("ES_1174", ("due", "burden"), source="CC 1172-1174"),
        DebtRule("FR_1342_10", ("due", "burden", "oldest"), source="C. civ. 1342-10"),
        DebtRule("PL_451", ("due", "oldest_due"), source="KC 451 par. 3"),
        DebtRule("UK", ("oldest",), source="debtor, then creditor appropriates; else oldest"),
        DebtRule("US_REG_F", ("oldest",), skips_disputed=True, source="12 CFR 1006.30(c)"),
        DebtRule("OLDEST", ("due", "oldest_due"), source="house rule"),
        DebtRule("PRO_RATA", (), source="agreement"),
    )
}


@dataclass(frozen=True)
class DebtsResult:
    """Money given to each debt by its id (zero included) and what found no debt."""

    applied: Mapping[str, Decimal]
    excess: Decimal


def allocate(
    payment: Decimal,
    debts: Sequence[Debt],
    rule: DebtRule,
    on: date | None = None,
    directions: Sequence[tuple[str, Decimal | None]] = (),
    unit: Decimal = CENT,
) -> DebtsResult:
    """Spread one payment over several debts.

    :param on: the day of payment: debts whose due date is later are not due yet.
    :param directions: debts the debtor named (or the creditor on the receipt, where the law
        lets it), in order, each with an amount or ``None`` for as much as is open. What
        remains follows the rule.
    """
    _check_positive(payment, (debt.open for debt in debts))
    by_id = _by_id(debts, directions)
    payable = [debt for debt in debts if not (rule.skips_disputed and debt.is_disputed)]
    applied = {debt.id: ZERO for debt in debts}
    rest = payment
    for debt_id, wanted in directions:
        if by_id[debt_id] in payable:
            rest -= _give(applied, by_id[debt_id], rest if wanted is None else min(rest, wanted))
    ranking = _ranking(rule, on)
    # Odoo's own groupby is not for this folder.
    for _key, tied in groupby(sorted(payable, key=ranking), key=ranking):  # pylint: disable=bad-builtin-groupby
        rest -= _share(applied, list(tied), rest, unit)
    return DebtsResult(applied, rest)


def _by_id(
    debts: Sequence[Debt], directions: Sequence[tuple[str, Decimal | None]]
) -> dict[str, Debt]:
    found = {debt.id: debt for debt in debts}
    unknown = [debt_id for debt_id, _amount in directions if debt_id not in found]
    if unknown or len(found) != len(debts):
        raise ToolError(
            "debt_unknown",
            "The payment is directed to a debt that does not exist or is listed twice: %(debts)s.",
            {"debts": ", ".join(unknown) or ", ".join(debt.id for debt in debts)},
        )
    return found


def _give(applied: dict[str, Decimal], debt: Debt, amount: Decimal) -> Decimal:
    """Give one debt up to what is still open and return what it took."""
    taken = min(amount, debt.open - applied[debt.id])
    applied[debt.id] += taken
    return taken


def _share(
    applied: dict[str, Decimal], tied: Sequence[Debt], amount: Decimal, unit: Decimal
) -> Decimal:
    """Settle debts of equal rank: in full, or in proportion to what is still open."""
    open_now = [debt.open - applied[debt.id] for debt in tied]
    total = sum(open_now, ZERO)
    if amount >= total:
        parts: Sequence[Decimal] = open_now
    elif len(tied) == 1:
        parts = [amount]
    else:
        parts = split_pro_rata(amount, open_now, unit)
    for debt, part in zip(tied, parts, strict=True):
        applied[debt.id] += part
    return sum(parts, ZERO)


def _ranking(rule: DebtRule, on: date | None) -> Callable[[Debt], tuple[object, ...]]:
    """Return the sort key of a rule: smallest is settled first."""

    def key(debt: Debt) -> tuple[object, ...]:
        due = debt.due or date.min
        values = {
            "due": bool(on and due > on),
            "security": debt.security,
            "burden": -debt.burden,
            "oldest": debt.incurred or due,
            "oldest_due": due,
        }
        return tuple(values[step] for step in rule.steps)

    return key


def _check_positive(payment: Decimal, amounts: Iterable[Decimal]) -> None:
    if payment < 0 or any(amount < 0 for amount in amounts):
        raise ToolError("amount_negative", "A payment and the open amounts must not be negative.")
