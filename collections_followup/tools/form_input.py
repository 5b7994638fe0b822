"""What people type into a form: text, amounts, dates and numbers, or nothing."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

#: Longest amount that is read; sums of money have fewer digits.
MAX_DIGITS = 13
MAX_TEXT = 4000


def clean_text(value, limit=MAX_TEXT):
    """A text without characters that cannot be kept, and not longer than ``limit``."""
    if not isinstance(value, str):
        return ""
    kept = "".join(
        char
        for char in value.replace("\r\n", "\n").replace("\r", "\n")
        if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")
    )
    return kept.strip()[:limit]


def read_amount(text, point="."):
    """An amount as people of a country write it, or ``None`` when it is none.

    :param str point: what comes before the cents; other separators may group the digits
    """
    compact = re.sub(r"[\s'\u2019\u066c]", "", clean_text(text, 40))
    compact = "".join(_digit(char) for char in compact).replace("\u066b", point)
    group = "," if point == "." else "."
    if point not in compact and re.fullmatch(rf"\d+\{group}\d{{1,2}}", compact):
        compact = compact.replace(group, point)  # the other way of writing cents
    compact = compact.replace(group, "").replace(point, ".")
    if not re.fullmatch(rf"\d{{1,{MAX_DIGITS}}}(\.\d{{0,6}})?", compact, re.ASCII):
        return None
    return Decimal(compact)


def _digit(char):
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def read_date(text):
    """A date as a browser sends it (ISO 8601), or ``None``."""
    compact = "".join(_digit(char) for char in clean_text(text, 20))
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", compact, re.ASCII):
        return None
    try:
        return date.fromisoformat(compact)
    except ValueError:
        return None


def read_number(text, highest=2**31 - 1):
    """A whole number from 1 to ``highest``, or ``None``."""
    compact = "".join(_digit(char) for char in clean_text(text, 20))
    if not re.fullmatch(r"\d{1,10}", compact, re.ASCII):
        return None
    number = int(compact)
    return number if 0 < number <= highest else None
