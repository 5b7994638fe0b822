"""What one payment settles of a ledger: open items, debit notes of charges among them.

The order among debts and the order inside one debt (:mod:`.imputation`) are put together here: a
debit note of interest or costs is a part of the debt that it is about, and where it is about
several debts, its share in each is.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .amounts import CENT, ZERO, split_pro_rata
from .imputation import DEBT_RULES, PART_ORDERS, PRINCIPAL, Debt, DebtRule, allocate, impute

Key = Hashable


@dataclass(frozen=True)
class Law:
    """The two orders of one law.

    :ivar parts: the order inside one debt; empty: debit notes of charges are debts of their own.
    """

    code: str
    debts: DebtRule
    parts: tuple[str, ...]
    source: str


_PRINCIPAL_FIRST = PART_ORDERS["PRINCIPAL_FIRST"]
LAWS: dict[str, Law] = {
    code: Law(code, DEBT_RULES[debts], PART_ORDERS[parts] if parts else (), source)
    for code, debts, parts, source in (
        ("DE", "DE_366", "DE_367", "BGB 366, 367"),
        ("DE_CREDIT", "DE_366", "DE_497_3", "BGB 366, 497(3)"),
        ("IT", "IT_1193", "IT_1194", "c.c. 1193, 1194"),
        ("ES", "ES_1174", "ES_1173", "CC 1172-1174"),
        ("FR", "FR_1342_10", "FR_1343_1", "C. civ. 1342-10, 1343-1"),
        ("PL", "PL_451", "PL_451", "KC 451"),
        ("UK", "UK", "UK", "common law"),
        ("US", "US_REG_F", "", "12 CFR 1006.30(c)"),
        ("OLDEST", "OLDEST", "DE_367", "house rule"),
        ("PRO_RATA", "PRO_RATA", "", "agreement"),
    )
}
#: The law that holds for creditors of a country.
LAW_OF_COUNTRY = {
    "DE": "DE", "IT": "IT", "ES": "ES", "FR": "FR", "PL": "PL", "GB": "UK", "US": "US",
}  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One open item.

    :ivar part: what it is inside a debt: costs, interest or principal.
    :ivar about: for costs and interest: the items it is about, each with its weight.
    :ivar disputed: how much of it is disputed.
    """

    id: Key
    open: Decimal
    due: date | None = None
    part: str = PRINCIPAL
    about: Mapping[Key, Decimal] = field(default_factory=dict)
    incurred: date | None = None
    burden: Decimal = ZERO
    disputed: Decimal = ZERO


@dataclass(frozen=True)
class ItemsResult:
    """Money given to each item by its id (zero included), and what found none."""

    applied: Mapping[Key, Decimal]
    excess: Decimal


def law_for(law: Law, *, principal_first: bool) -> Law:
    """The law as the creditor and the debtor have agreed on it: principal before accessories."""
    if not principal_first or not law.parts:
        return law
    return Law(law.code, law.debts, _PRINCIPAL_FIRST, law.source)


def impute_items(
    payment: Decimal,
    items: Sequence[Item],
    law: Law,
    on: date,
    directions: Iterable[tuple[Key, Decimal | None]] = (),
    unit: Decimal = CENT,
) -> ItemsResult:
    """Spread one payment over open items by the order of a law.

    :param directions: items the debtor named, each with an amount or ``None`` for all of it.
        They choose among debts, never inside one: costs and interest of a named debt keep their
        place.
    """
    portions = _portions(items, law, unit)
    debts = _debts(items, portions)
    named = [
        (debt_id, amount)
        for item_id, wanted in directions
        for debt_id, amount in _named(item_id, wanted, portions)
    ]
    spread = allocate(payment, debts, law.debts, on, named, unit)
    applied = {item.id: ZERO for item in items}
    for debt in debts:
        inside = portions[debt.id]
        order = sorted(inside, key=lambda key: _rank(key[0], law.parts))
        parts = impute(spread.applied[debt.id], inside, order)
        for (_part, item_id), amount in parts.applied.items():
            applied[item_id] += amount
    return ItemsResult(applied, spread.excess)


def _rank(part: str, order: Sequence[str]) -> int:
    return order.index(part) if part in order else len(order)


def _portions(
    items: Sequence[Item], law: Law, unit: Decimal
) -> dict[str, dict[tuple[str, Key], Decimal]]:
    """What each debt consists of: {debt id: {(part, item id): open}}.

    The disputed part of an item is a debt of its own, so that it can be passed over.
    """
    known = {item.id for item in items}
    portions: dict[str, dict[tuple[str, Key], Decimal]] = {}
    for item in sorted(items, key=lambda item: item.part != PRINCIPAL):
        targets = [key for key in item.about if key in known] if law.parts else []
        if item.part == PRINCIPAL or not targets:
            disputed = min(item.disputed, item.open)
            portions[f"{item.id}"] = {(item.part, item.id): item.open - disputed}
            if disputed:
                portions[f"{item.id} disputed"] = {(item.part, item.id): disputed}
            continue
        weights = [item.about[key] for key in targets]
        for key, share in zip(targets, split_pro_rata(item.open, weights, unit), strict=True):
            portions[f"{key}"][item.part, item.id] = share
    return portions


def _debts(
    items: Sequence[Item], portions: Mapping[str, Mapping[tuple[str, Key], Decimal]]
) -> list[Debt]:
    by_name = {f"{item.id}": item for item in items}
    debts = []
    for debt_id, inside in portions.items():
        item = by_name[debt_id.removesuffix(" disputed")]
        debts.append(
            Debt(
                debt_id,
                sum(inside.values(), ZERO),
                due=item.due,
                burden=item.burden,
                incurred=item.incurred,
                is_disputed=debt_id.endswith(" disputed"),
            )
        )
    return debts


def _named(
    item_id: Key,
    wanted: Decimal | None,
    portions: Mapping[str, Mapping[tuple[str, Key], Decimal]],
) -> list[tuple[str, Decimal | None]]:
    """The debts in which a named item is, with what was named for it."""
    found = []
    for debt_id, inside in portions.items():
        held = sum((amount for (_part, key), amount in inside.items() if key == item_id), ZERO)
        if not held:
            continue
        if wanted is None:
            own = any(part == PRINCIPAL for part, key in inside if key == item_id)
            found.append((debt_id, None if own else held))
            continue
        found.append((debt_id, wanted))
        wanted -= min(wanted, sum(inside.values(), ZERO))
        if wanted <= 0:
            break
    return found
