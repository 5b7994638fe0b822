"""Tokens of links to a debtor's page: short, for paper and SMS, and read back leniently.

A token names a case and the last day of its validity, and carries a signature. It is written in
Crockford's base 32, so that nobody mistakes a letter for a digit: ``1a-n9wk-7h3k9qwe5tz2m4xc``.
"""

import re
from collections import namedtuple

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
#: Letters that people type for a digit.
MISREAD = str.maketrans("oil", "011")
#: Signature: 80 bits.
SIGNATURE = 16
#: A token is not longer than this, however it is typed.
MAX_LENGTH = 48
#: Identifiers in the database are smaller than this.
MAX_ID = 2**31
SHAPE = re.compile(rf"([0-9a-z]{{1,7}})-([0-9a-z]{{1,5}})-([0-9a-z]{{{SIGNATURE}}})", re.ASCII)

LinkToken = namedtuple("LinkToken", "case_id last_day signature")


def encode(number):
    """A whole number that is not negative, in base 32."""
    digits = ""
    while number:
        number, digit = divmod(number, 32)
        digits = ALPHABET[digit] + digits
    return digits or "0"


def decode(text):
    """The number that :func:`encode` wrote.

    :raise ValueError: for anything else
    """
    number = 0
    for digit in text:
        number = number * 32 + ALPHABET.index(digit)
    return number


def sign(digest):
    """A signature from the digest of a keyed hash, as bytes."""
    bits = int.from_bytes(digest, "big") >> (len(digest) * 8 - SIGNATURE * 5)
    return encode(bits).rjust(SIGNATURE, "0")


def write_token(case_id, last_day, signature):
    """:param int last_day: proleptic ordinal of the last day on which the link works"""
    return f"{encode(case_id)}-{encode(last_day)}-{signature}"


def read_token(text):
    """What a token says, or ``None`` when it has not the shape of one.

    Large letters, blanks and a hyphen in the signature are forgiven: it may have been typed from
    paper. Whether the signature is right is for the caller to find out.
    """
    if not text or len(text) > MAX_LENGTH:
        return None
    compact = "".join(text.split()).lower().translate(MISREAD)
    head = compact.split("-", 2)
    if len(head) == 3:
        compact = "-".join((head[0], head[1], head[2].replace("-", "")))
    found = SHAPE.fullmatch(compact)
    if not found:
        return None
    try:
        case_id, last_day = decode(found[1]), decode(found[2])
    except ValueError:
        return None
    if not 0 < case_id < MAX_ID:
        return None
    return LinkToken(case_id, last_day, found[3])
