"""Compare what was computed with what a worked example expects, key by key."""

from collections.abc import Callable
from datetime import date


class NotInterpreted(AssertionError):
    """An example says something its runner does not understand; never passed over."""


def compare(expected: dict, resolve: Callable[[str, object], object]) -> None:
    """Check every expected key.

    :param resolve: gives the computed value for a key and the wanted value (whose form may tell
        how to answer); raises ``NotInterpreted`` or ``KeyError`` for a key it does not know.
    """
    if not expected:
        raise NotInterpreted("the example expects nothing")
    wrong = {}
    for key, want in expected.items():
        try:
            got = resolve(key, want)
        except KeyError as error:
            raise NotInterpreted(f"expected key {key!r} cannot be interpreted ({error})") from error
        if got != want or isinstance(got, bool) != isinstance(want, bool):
            wrong[key] = {"expected": want, "computed": got}
    assert not wrong, wrong


def like(want: object, allowed: bool) -> object:
    """Say yes or no in the words of the wanted value (True, "compliance", "blocked" …)."""
    words = {
        "compliance": ("compliance", "violation"),
        "violation": ("compliance", "violation"),
        "allowed": ("allowed", "blocked"),
        "blocked": ("allowed", "blocked"),
        "refused": ("allowed", "refused"),
        "prohibited": ("permitted", "prohibited"),
        "permitted": ("permitted", "prohibited"),
        "allow": ("allow", "block"),
        "block": ("allow", "block"),
        "yes": ("yes", "no"),
        "no": ("yes", "no"),
        "ok": ("ok", "violation"),
    }
    if isinstance(want, str) and want.lower() in words:
        return words[want.lower()][not allowed]
    return allowed


def first_of(inputs: dict, *names: str, default: object = None) -> object:
    """Return the value of the first name present."""
    return next((inputs[name] for name in names if name in inputs), default)


def as_list(value: object) -> list:
    """Return a list: the value itself if it is one, nothing for None."""
    if value is None:
        return []
    return list(value) if isinstance(value, (list, tuple)) else [value]


def day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


def many(inputs: dict, *names: str) -> tuple[list, bool]:
    """Return the values of the first name present and whether it held a list."""
    for name in names:
        if name in inputs:
            return as_list(inputs[name]), isinstance(inputs[name], list)
    raise NotInterpreted(f"none of {names} in {sorted(inputs)}")


def shaped(answers: list, several: bool, want: object) -> object:
    if several or isinstance(want, list):
        return answers
    return like(want, answers[0])
