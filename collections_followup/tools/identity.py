"""Numbers that name one person or company in the world: which there are, and whether they are
right."""

import re

from .identifiers import compact

VAT_MODULES = {"GB": "gb.vat", "CH": "ch.vat", "NO": "no.mva", "US": "us.ein", "MA": "ma.ice"}
COMPANY_MODULES = {
    "BE": "be.vat",
    "CH": "ch.uid",
    "DE": "de.handelsregisternummer",
    "DK": "dk.cvr",
    "EE": "ee.registrikood",
    "ES": "es.cif",
    "FI": "fi.ytunnus",
    "FR": "fr.siren",
    "IT": "it.iva",
    "MA": "ma.ice",
    "NO": "no.orgnr",
    "PL": "pl.regon",
    "SE": "se.orgnr",
    "US": "us.ein",
}
PERSONAL_MODULES = {
    "BE": "be.nn",
    "BG": "bg.egn",
    "CH": "ch.ssn",
    "CZ": "cz.rc",
    "DE": "de.idnr",
    "DK": "dk.cpr",
    "EE": "ee.ik",
    "ES": "es.nif",
    "FI": "fi.hetu",
    "FR": "fr.nir",
    "IT": "it.codicefiscale",
    "LT": "lt.asmens",
    "NL": "nl.bsn",
    "NO": "no.fodselsnummer",
    "PL": "pl.pesel",
    "RO": "ro.cnp",
    "SE": "se.personnummer",
    "US": "us.ssn",
}
EU = frozenset(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK"))
_SHORTEST = 4
_LONGEST = 35


def number_module(kind: str, country: str) -> str:
    """Return the check of python-stdnum for a kind of number in a country, or "".

    :param kind: ``vat``, ``company``, ``personal``, ``iban`` or ``lei``
    """
    if kind in ("iban", "lei"):
        return kind
    if kind == "vat":
        return "eu.vat" if country in EU else VAT_MODULES.get(country, "")
    modules = {"company": COMPANY_MODULES, "personal": PERSONAL_MODULES}
    return modules[kind].get(country, "")


def plain(number: str) -> str:
    """Return capital letters and digits of a number, without its country prefix."""
    return re.sub(r"^[A-Z]{2}(?=[0-9])", "", re.sub(r"[^0-9A-Z]", "", number.upper()))


def identify(kind: str, number: str, country: str = "") -> tuple[str, bool]:
    """Return a number as it is kept, and whether its check digits were looked at.

    :raises ValueError: for a number that cannot be right.
    """
    written = re.sub(r"[^0-9A-Z]", "", number.upper())
    module = number_module(kind, country)
    if module == "eu.vat":
        prefix = "EL" if country == "GR" else country
        number = written if written.startswith(prefix) else f"{prefix}{written}"
    if module:
        return re.sub(r"[^0-9A-Z]", "", compact(module, number).upper()), True
    if not _SHORTEST <= len(written) <= _LONGEST or not re.search(r"\d", written):
        msg = f"{number!r} is not a number of a person or company"
        raise ValueError(msg)
    return written, False
