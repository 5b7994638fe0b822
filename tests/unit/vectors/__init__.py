"""Runners of the worked examples, by kind.

Each area's module holds ``KINDS``: the kind's name to a function of inputs and expected answers
that raises ``AssertionError`` when an answer differs or cannot be interpreted.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

AREAS = ("contact", "money", "figures")

KINDS: dict[str, Callable[[dict, dict], None]] = {}

for _area in AREAS:
    _name = f"{__name__}.{_area}"
    if find_spec(_name) is not None:
        _kinds = import_module(_name).KINDS
        _double = KINDS.keys() & _kinds.keys()
        if _double:
            raise ValueError(f"two runners for the same kind: {sorted(_double)}")
        KINDS.update(_kinds)
