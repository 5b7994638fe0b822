"""Looking for a debtor: what others must not be told, and when the person must be told."""

import re
from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta

GDPR_COUNTRIES = frozenset(
    re.findall(
        "..",
        "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISKISLINOGB",
    )
)
"""The European Economic Area, and the United Kingdom, whose law has the same Article 14."""

DEBT_WORDS = re.compile(
    r"\b(debts?|debtors?|owe[sd]?|owing|overdue|arrears|collections?|collectors?|invoices?|unpaid"
    r"|repay\w*|creditors?|outstanding|dunning|schuld\w*|rechnung\w*|inkasso|mahnung\w*"
    r"|forderung\w*|dettes?|impay[ée]\w*|factures?|recouvrement|debit[oi]|fattur[ae]|insolut[oi]"
    r"|deudas?|facturas?|impagad[oa]s?|cobros?|schulden|facturen|incasso|dług\w*|faktur\w*"
    r"|windykacj\w*)\b",
    re.IGNORECASE,
)
"""Words that tell a stranger that somebody owes money, in the languages of our letters."""
_AMOUNT = re.compile(r"([€$£]\s?\d|\d[\d.,]*\s?([€$£]|EUR\b|USD\b|GBP\b|PLN\b))")


def find_debt_word(text: str, references: Iterable[str] = ()) -> str:
    """Return what in a question to others reveals the debt, or "".

    12 CFR 1006.10(b)(2): whoever asks others where a person is must not state that the person
    owes any debt. Amounts of money and numbers of invoices tell it, too.
    """
    for pattern in (DEBT_WORDS, _AMOUNT):
        if match := pattern.search(text):
            return match.group(0)
    lowered = text.lower()
    return next((ref for ref in references if ref and ref.lower() in lowered), "")


def person_key(name: str) -> str:
    """Return the name of a person who was asked, so that the same one is recognised."""
    return " ".join(sorted(re.findall(r"\w+", name.lower())))


def needs_notice(natural: bool, countries: Iterable[str]) -> bool:
    """Tell whether a person must hear where data about them were found (GDPR, Article 14).

    :param natural: a person, or a contact person of a company
    :param countries: where the creditor is, and where the person is
    """
    return natural and not GDPR_COUNTRIES.isdisjoint(countries)


def notice_due(obtained: date, first_contact: date | None = None) -> date:
    """Return the last day of the notice: one month after the data were obtained, and not later
    than the first communication with the person (GDPR, Article 14(3)(a), (b)).
    """
    last = obtained + relativedelta(months=1)
    if first_contact is not None and first_contact >= obtained:
        return min(last, first_contact)
    return last


def combine_confidence(values: Iterable[int]) -> int:
    """Return how sure sources that agree are together, in percent: each takes away the part of
    the doubt that it is sure of. Never 100 before somebody has verified it.
    """
    doubt = 1.0
    for value in values:
        doubt *= 1 - min(max(value, 0), 100) / 100
    return min(99, round(100 * (1 - doubt)))
