"""Reading the file in which a client places debts: rows in, debts out, and an error for each row
that cannot be read. Nothing is guessed: a date or an amount that could mean two things is refused.
"""

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from decimal import Decimal

#: Headings under which clients write each column, in lower case without spaces and signs; their
#: own languages' are given by the caller.
HEADINGS = {
    "debtor": ("debtor", "name", "customer", "debtorname", "customername"),
    "reference": ("reference", "debtornumber", "customernumber", "debtorreference", "customerno"),
    "document": ("document", "invoice", "invoicenumber", "documentnumber", "number"),
    "date": ("date", "invoicedate", "documentdate"),
    "due": ("due", "duedate", "dueon"),
    "amount": ("amount", "open", "openamount", "balance", "residual"),
    "currency": ("currency",),
    "street": ("street", "address"),
    "zip": ("zip", "postcode", "postalcode"),
    "city": ("city", "town"),
    "country": ("country", "countrycode"),
    "email": ("email", "mail"),
    "phone": ("phone", "telephone", "mobile"),
    "vat": ("vat", "taxid", "vatnumber"),
}
REQUIRED = ("debtor", "document", "due", "amount")
_DATES = (
    (re.compile(r"\d{4}-\d{1,2}-\d{1,2}"), "%Y-%m-%d"),
    (re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}"), "%d.%m.%Y"),
)
#: Thousands in groups and two or more decimals, or neither.
_POINT = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?|-?\d+(\.\d+)?")
_COMMA = re.compile(r"-?\d{1,3}(\.\d{3})+,\d+|-?\d+,\d+")


@dataclass(frozen=True, slots=True)
class PlacedDebt:
    """One debt of the file.

    :param row: number of its row, as a spreadsheet counts
    :param debtor: name of the debtor
    :param key: what tells the debtor from others: the client's number, or the name
    """

    row: int
    debtor: str
    key: str
    document: str
    due: dt.date
    amount: Decimal
    date: dt.date | None = None
    currency: str = ""
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row cannot be read: a code, the column, and what stands there."""

    row: int
    code: str
    column: str = ""
    value: str = ""


def read_csv(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file, whatever separates its columns.

    :raise ValueError: when it is not text
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def read_debts(
    rows: list[list], labels: dict[str, set[str]] | None = None
) -> tuple[list[PlacedDebt], list[RowError]]:
    """Return the debts of a table whose first row has the headings, and what is wrong.

    :param rows: cells as text, numbers or dates
    :param labels: more headings by column, as people read them in their language
    """
    if not rows:
        return [], [RowError(1, "empty")]
    columns, errors = _find_columns(rows[0], labels or {})
    if errors:
        return [], errors
    debts, seen = [], {}
    for number, cells in enumerate(rows[1:], 2):
        values = {
            name: cells[i] if i < len(cells) and cells[i] is not None else ""
            for name, i in columns.items()
        }
        if not any(str(value).strip() for value in values.values()):
            continue
        debt = _read_row(number, values)
        if isinstance(debt, list):
            errors.extend(debt)
            continue
        identity = (debt.key.lower(), debt.document.lower(), debt.due)
        if identity in seen:
            errors.append(RowError(number, "twice", "document", str(seen[identity])))
            continue
        seen[identity] = number
        debts.append(debt)
    if not debts and not errors:
        errors.append(RowError(2, "empty"))
    return debts, errors


def _plain(heading):
    return "".join(filter(str.isalpha, str(heading or "").casefold()))


def _find_columns(heads, labels):
    known = {name: {*words, *map(_plain, labels.get(name, ()))} for name, words in HEADINGS.items()}
    found, errors = {}, []
    for index, head in enumerate(heads):
        plain = _plain(head)
        for name, words in known.items():
            if plain in words and name in found:
                errors.append(RowError(1, "column_twice", name, str(head)))
            elif plain in words:
                found[name] = index
    errors += [RowError(1, "column_missing", name) for name in REQUIRED if name not in found]
    return found, errors


def _read_row(number, values):
    texts = {name: _text(value) for name, value in values.items()}
    errors = [RowError(number, "missing", name) for name in REQUIRED if not texts[name]]
    parsed = {}
    for name, parse in (("due", parse_date), ("date", parse_date), ("amount", parse_amount)):
        value = values.get(name, "")
        if not _text(value):
            continue
        parsed[name] = parse(value)
        if parsed[name] is None:
            errors.append(RowError(number, f"bad_{parse.__name__[6:]}", name, texts[name]))
    amount = parsed.get("amount")
    if amount is not None and amount <= 0:
        errors.append(RowError(number, "not_positive", "amount", texts["amount"]))
    if parsed.get("date") and parsed.get("due") and parsed["due"] < parsed["date"]:
        errors.append(RowError(number, "due_before_date", "due", texts["due"]))
    if errors:
        return errors
    details = ("street", "zip", "city", "country", "email", "phone", "vat", "reference")
    return PlacedDebt(
        number,
        texts["debtor"],
        texts.get("reference") or texts["debtor"],
        texts["document"],
        parsed["due"],
        amount,
        parsed.get("date"),
        texts.get("currency", "").upper(),
        tuple((name, texts[name]) for name in details if texts.get(name)),
    )


def _text(value):
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a spreadsheet keeps the number of an invoice as a number
    return re.sub(r"\s+", " ", str(value)).strip()


def parse_date(value) -> dt.date | None:
    """Return a day that can be read in one way only, or None."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = _text(value)
    for pattern, form in _DATES:
        if pattern.fullmatch(text):
            try:
                return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 - a day without a time
            except ValueError:
                return None
    return None


def parse_amount(value) -> Decimal | None:
    """Return an amount that can be read in one way only, or None."""
    if isinstance(value, float):
        value = repr(value)
    text = "" if isinstance(value, bool) else re.sub(r"\s", "", str(value))
    if re.fullmatch(r"-?\d{1,3}[.,]\d{3}", text):
        return None  # a thousand, or one and three decimals
    if _POINT.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _COMMA.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return None
