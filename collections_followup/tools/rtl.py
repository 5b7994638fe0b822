"""Right-to-left text for the unpatched wkhtmltopdf.

Its text engine measures a piece of text wrongly as soon as Arabic or Hebrew letters and anything
else (a full stop, a digit) stand in the same piece: lines run off the page and words are printed
over each other. A piece with nothing but letters is measured rightly, so every word and every
punctuation mark is given an element of its own. What is read or copied stays the same.
"""

import re

_LETTERS = (
    "\u0590-\u060b\u060d-\u061a\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u08ff"
    "\u200c\u200d\ufb1d-\ufd3d\ufd40-\ufdff\ufe70-\ufefc"
)
_HAS_LETTERS = re.compile(f"[{_LETTERS}]")
_TAG = re.compile(r"(<[^>]*>)")
_PIECE = re.compile(rf"(?P<entity>&\#?\w+;)|[{_LETTERS}]+|[^\w\s<>&{_LETTERS}]+|[\w]+", re.UNICODE)


def direction(text: str) -> str:
    """Tell in which direction a line of an address is read: ``rtl`` when it has such letters."""
    return "rtl" if _HAS_LETTERS.search(text) else "ltr"


def isolate_words(html: str) -> str:
    """Put each word and each mark of right-to-left texts into an element of its own.

    :param html: well-formed markup without scripts and style sheets
    """
    parts = _TAG.split(html)
    # Texts are at even places, tags at odd ones.
    parts[::2] = [_isolate(text) if _HAS_LETTERS.search(text) else text for text in parts[::2]]
    return "".join(parts)


def _isolate(text: str) -> str:
    return _PIECE.sub(
        lambda match: match[0] if match["entity"] else f"<span>{match[0]}</span>", text
    )
