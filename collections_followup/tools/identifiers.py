"""National and international identifiers of debtors and payments, on top of python-stdnum."""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from importlib.machinery import SourceFileLoader

import stdnum
from stdnum import iso11649
from stdnum.exceptions import InvalidComponent, InvalidFormat, ValidationError
from stdnum.iso7064 import mod_97_10

REFERENCE_LENGTH = 25
"""Longest ISO 11649 creditor reference, check digits included."""

_MODULE_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_NOT_REFERENCE = re.compile(r"[^0-9A-Z]")


def _validate_ogm_vcs(number: str) -> str:
    """Check a Belgian structured communication: ten digits and their remainder modulo 97."""
    digits = re.sub(r"[+*/\s]", "", number)
    if not re.fullmatch(r"[0-9]{12}", digits):
        raise InvalidFormat
    if (int(digits[:10]) % 97 or 97) != int(digits[10:]):
        raise InvalidComponent
    return digits


def _validate_rcs(number: str) -> str:
    """Check a French company registration: "RCS", town, letter A or B, SIREN."""
    match = re.fullmatch(r"RCS\s+(\S.*?)\s+([AB])\s*((?:\d\s*){9})", number.strip(), re.IGNORECASE)
    if not match:
        raise InvalidFormat
    town, letter, siren = match.groups()
    siren = import_module("stdnum.fr.siren").validate(siren)
    return f"RCS {town} {letter.upper()} {siren}"


def _validate_om_vat(number: str) -> str:
    """Check an Omani VAT number: "OM", nine digits and a check digit modulo 11."""
    number = re.sub(r"[\s-]", "", number).upper()
    if not re.fullmatch(r"OM[0-9]{9}[0-9X]", number):
        raise InvalidFormat
    weighted = zip((1, 6, 3, 7, 9), number[6:11], strict=True)
    check = (1 + sum(weight * int(digit) for weight, digit in weighted)) % 11
    if number[-1] != ("X" if check == 10 else str(check)):
        raise InvalidComponent
    return number


FALLBACKS: dict[str, Callable[[str], str]] = {
    "be.ogm_vcs": _validate_ogm_vcs,
    "fr.rcs": _validate_rcs,
    "om.vat": _validate_om_vat,
}
"""Checks for kinds of numbers that the python-stdnum of Odoo 19 (1.19) does not have yet."""


def _restore_data_files() -> None:
    """Let python-stdnum find its data files (IBAN lengths and the like) inside Odoo.

    Odoo's import hook for this library leaves a loader that ``importlib.resources`` cannot read
    from (``odoo/_monkeypatches``), so ``stdnum.iban`` could not be imported.
    """
    spec = stdnum.__spec__
    if not hasattr(spec.loader, "get_resource_reader"):
        spec.loader = SourceFileLoader(spec.name, spec.origin)


@lru_cache(maxsize=256)
def _validator(module: str) -> Callable[[str], str]:
    if not _MODULE_NAME.fullmatch(module):
        msg = f"not a module of python-stdnum: {module!r}"
        raise LookupError(msg)
    _restore_data_files()
    try:
        return import_module(f"stdnum.{module}").validate
    except (ImportError, AttributeError):
        if module in FALLBACKS:
            return FALLBACKS[module]
        msg = f"python-stdnum has no number format {module!r}"
        raise LookupError(msg) from None


def validate(module: str, value: str) -> bool:
    """Tell whether a number is valid, for example ``validate("es.nif", "B64717838")``.

    :param module: dotted module of python-stdnum without ``stdnum.``.
    :raises LookupError: for a format that does not exist.
    """
    check = _validator(module)
    try:
        check(value)
    except ValidationError:
        return False
    return True


def compact(module: str, value: str) -> str:
    """Return a valid number in its shortest form.

    :raises ValueError: for a number that is not valid.
    :raises LookupError: for a format that does not exist.
    """
    try:
        return _validator(module)(value)
    except ValidationError as error:
        msg = f"{value!r} is not a valid {module}"
        raise ValueError(msg) from error


def make_creditor_reference(case_number: str) -> str:
    """Return the ISO 11649 creditor reference ("RF…") for a case or invoice number.

    Letters are raised to capitals and everything but letters and digits is left out, so
    "CASE/2026/0042" and "case20260042" give the same reference.

    :raises ValueError: when nothing is left or it is longer than 21 characters.
    """
    body = _NOT_REFERENCE.sub("", case_number.upper())
    if not body or len(body) > REFERENCE_LENGTH - 4:
        msg = f"{case_number!r} cannot become a creditor reference"
        raise ValueError(msg)
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def parse_creditor_reference(text: str) -> str | None:
    """Return the number inside a creditor reference, or None when its check digits are wrong.

    Spaces and small letters do not matter: people retype references by hand.
    """
    try:
        number = iso11649.validate(text)
    except ValidationError:
        return None
    return number[4:]


def format_creditor_reference(text: str) -> str:
    """Return a valid creditor reference in groups of four, as it is printed on letters."""
    return iso11649.format(compact("iso11649", text))


def find_creditor_references(text: str) -> list[str]:
    """Return every creditor reference that a text somebody typed, or a bank passed on, may quote.

    Spaces inside a reference, small letters and words around it do not matter. Where a reference
    ends cannot be seen, so all readings with right check digits are returned, the shortest first:
    whoever asks knows which references exist.
    """
    found = []
    for match in re.finditer(r"(?<![0-9A-Za-z])RF", text, re.IGNORECASE):
        compact_text = ""
        for word in re.findall(r"[0-9A-Za-z]+", text[match.start() :]):
            compact_text += word.upper()
            if len(compact_text) > REFERENCE_LENGTH:
                break
            if iso11649.is_valid(compact_text):
                found.append(compact_text)
    return found
