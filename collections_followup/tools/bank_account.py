"""How bank account numbers are printed."""

import re

from stdnum.iso7064 import mod_97_10

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def format_iban(number: str) -> str | None:
    """Return an IBAN in groups of four, or None when the number is not one."""
    compact = re.sub(r"[\s-]", "", number).upper()
    if not _IBAN.fullmatch(compact) or not mod_97_10.is_valid(compact[4:] + compact[:4]):
        return None
    return " ".join(compact[i : i + 4] for i in range(0, len(compact), 4))
