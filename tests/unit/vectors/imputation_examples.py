"""Worked examples of kinds ``imputation`` and ``imputation_multi_debt``."""

from decimal import Decimal
from typing import Any

from odoo.addons.collections_followup.tools.imputation import (
    DEBT_RULES,
    PART_ORDERS,
    Debt,
    DebtRule,
    allocate,
    impute,
)

from .reading import Fields, day, decimal, is_number, same, unit_of

_EXCESS = ("excess", "overpaid", "overpayment", "unallocated", "credit", "unused", "remaining")


def run_imputation(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """One debt with parts; any numeric field that is not the payment is a part."""
    given, wanted = Fields(inputs, "imputation inputs"), Fields(expected, "expected")
    rule = str(given.take("rule", "regime", "law", "country", default=""))
    order = _part_order(rule, given)
    payments = given.take("payment", "payments", "amount")
    rows = payments if isinstance(payments, list) else [payments]
    amount = sum((decimal(row) for row in rows), Decimal(0))
    unit_of(given)
    parts = {name: decimal(given.take(name)) for name in given.unread() if is_number(inputs[name])}
    given.done()

    result = impute(amount, parts, order)
    for names in (_EXCESS, ("total_left", "left", "open")):
        if wanted.has(*names):
            value = result.excess if names is _EXCESS else sum(result.left.values())
            same(wanted.take(*names), value, names[0])
    for name in wanted.unread():
        part = name.removeprefix("to_") if name.startswith("to_") else name.removesuffix("_left")
        assert part != name, f"cannot interpret {name}"
        found = result.applied if name.startswith("to_") else result.left
        same(wanted.take(name), found.get(part, Decimal(0)), name)
    wanted.done()


def _part_order(rule: str, given: Fields) -> tuple[str, ...]:
    agrees = given.take("creditor_agrees", "creditor_consent", "agreed", default=False)
    choice = str(given.take("creditor_choice", default="") or "").lower()
    if given.has("order"):
        return tuple(given.take("order"))
    if agrees or choice.startswith("principal"):
        return PART_ORDERS["PRINCIPAL_FIRST"]
    lower = rule.lower()
    marks = {
        "497": "DE_497_3", "367": "DE_367", "1194": "IT_1194", "1173": "ES_1173",
        "1343": "FR_1343_1", "451": "PL_451", "uk": "UK", "de": "DE_367", "it": "IT_1194",
        "es": "ES_1173", "fr": "FR_1343_1", "pl": "PL_451",
    }  # fmt: skip
    for mark, code in marks.items():
        if mark in lower if mark[0].isdigit() else lower.startswith(mark):
            return PART_ORDERS[code]
    raise AssertionError(f"unknown rule of imputation {rule!r}")


def run_multi_debt(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    """Several debts, a payment, and perhaps a choice of the debtor."""
    given, wanted = Fields(inputs, "imputation_multi_debt inputs"), Fields(expected, "expected")
    rows = given.take("debts")
    if isinstance(rows, dict):
        rows = [{"id": name, "open": amount} for name, amount in rows.items()]
    debts = [_read_debt(row) for row in rows]
    text = str(given.take("rule", "regime", "law", "country", default=""))
    rule = _debt_rule(text, any(debt.is_disputed for debt in debts))
    payment = decimal(given.take("payment", "amount"))
    on = given.take("as_of", "payment_date", "date", "on", default=None)
    debtor = given.take("debtor_choice", "debtor_direction", "consumer_direction", default=None)
    creditor = given.take("creditor_choice", "creditor_receipt", default=None)
    unit = unit_of(given)
    given.done()

    directions = _directions(debtor if debtor else creditor)
    result = allocate(payment, debts, rule, day(on) if on else None, directions, unit)
    open_by_id = {debt.id: debt.open for debt in debts}
    if wanted.has(*_EXCESS):
        same(wanted.take(*_EXCESS), result.excess, "excess")
    for name in wanted.unread():
        left = name.endswith("_left")
        debt_id = name.removesuffix("_left")
        assert debt_id in open_by_id, f"cannot interpret {name}"
        paid = result.applied[debt_id]
        same(wanted.take(name), open_by_id[debt_id] - paid if left else paid, name)
    wanted.done()


def _read_debt(row: dict[str, Any]) -> Debt:
    fields = Fields(row, "debt")
    due = fields.take("due", "due_date", default=None)
    incurred = fields.take("incurred", "created", "date", "invoice_date", default=None)
    security = fields.take("security", "secured", default="0")
    burden = fields.take(
        "burden", "onerous", "interest_rate", "rate_pct", "interest_pct", "rate", default="0"
    )
    debt = Debt(
        id=str(fields.take("id", "name")),
        open=decimal(fields.take("open", "amount", "balance")),
        due=day(due) if due else None,
        security=_level(security),
        burden=_level(burden),
        incurred=day(incurred) if incurred else None,
        is_disputed=bool(fields.take("disputed", "is_disputed", default=False))
        or fields.take("status", default="") == "disputed",
    )
    fields.done()
    return debt


def _level(value: Any) -> Decimal:
    return Decimal(int(value)) if isinstance(value, bool) else decimal(value or "0")


def _directions(choice: Any) -> list[tuple[str, Decimal | None]]:
    if not choice:
        return []
    if isinstance(choice, dict):
        return [(debt_id, decimal(amount)) for debt_id, amount in choice.items()]
    return [(debt_id, None) for debt_id in (choice if isinstance(choice, list) else [choice])]


def _debt_rule(text: str, has_disputed: bool) -> DebtRule:
    lower = text.lower()
    marks = {
        "366": "DE_366", "1193": "IT_1193", "1174": "ES_1174", "1172": "ES_1174",
        "1342": "FR_1342_10", "451": "PL_451", "1006": "US_REG_F", "reg f": "US_REG_F",
        "disputed": "US_REG_F",
    }  # fmt: skip
    for mark, code in marks.items():
        if mark in lower:
            return DEBT_RULES[code]
    starts = {
        "de ": "DE_366", "it": "IT_1193", "es": "ES_1174", "fr": "FR_1342_10", "pl": "PL_451",
        "uk": "UK", "us": "US_REG_F", "pro rata": "PRO_RATA",
    }  # fmt: skip
    for start, code in starts.items():
        if f"{lower} ".startswith(start):
            return DEBT_RULES[code]
    if has_disputed:
        return DEBT_RULES["US_REG_F"]
    if not text or "debtor" in lower or "design" in lower or "due first" in lower:
        return DEBT_RULES["DE_366"]
    raise AssertionError(f"unknown rule of imputation {text!r}")
