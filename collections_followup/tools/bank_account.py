"""How bank account numbers are printed, and whether money can be sent to them."""

import re

from stdnum.iso7064 import mod_97_10

from .identifiers import validate

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def format_iban(number: str) -> str | None:
    """Return an IBAN in groups of four, or None when the number is not one."""
    compact = re.sub(r"[\s-]", "", number).upper()
    if not _IBAN.fullmatch(compact) or not mod_97_10.is_valid(compact[4:] + compact[:4]):
        return None
    return " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))


#: Countries whose accounts are named by IBAN; elsewhere, as in the United Kingdom, other
#: numbers do.
IBAN_COUNTRIES = frozenset(
    re.findall(
        "..",
        "ADAEALATAZBABEBGBHBRBYCHCRCYCZDEDKDOEEEGESFIFOFRGEGIGLGRGTHRHUIEILIQISITJOKWKZLB"
        "LCLILTLULVLYMCMDMEMKMRMTMUNLNOPKPLPSPTQARORSSASCSESISKSMSTSVTLTNTRUAVAVGXK",
    )
)
_SHORTEST = 4


def check_account(number: str, country_code: str) -> str:
    """Return what speaks against paying to an account: a code, or an empty string.

    :return: ``iban_invalid``, ``iban_expected`` or ``too_short``
    """
    compact = re.sub(r"[\s-]", "", number).upper()
    if re.match(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{4}", compact):
        return "" if validate("iban", compact) else "iban_invalid"
    if country_code in IBAN_COUNTRIES:
        # Some write it without the country, as Poles do.
        return "" if validate("iban", country_code + compact) else "iban_expected"
    return "" if len(re.sub(r"[^0-9A-Z]", "", compact)) >= _SHORTEST else "too_short"
