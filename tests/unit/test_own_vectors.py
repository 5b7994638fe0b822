"""Our own worked examples, and proof that a runner cannot pass over a wrong or unknown field."""

import copy
import json
from pathlib import Path

import pytest
from vectors import figures, money

KINDS = {**money.KINDS, **figures.KINDS}
FOLDER = Path(__file__).parent / "vectors"
EXAMPLES = [
    example
    for name in ("own_money.json", "own_figures.json")
    for example in json.loads((FOLDER / name).read_text(encoding="utf-8"))["vectors"]
]
PLAIN = [e for e in EXAMPLES if not {"error", "refused"} & e["expected"].keys()]


def by_id(example):
    return example["id"]


@pytest.mark.parametrize("example", EXAMPLES, ids=by_id)
def test_own_example(example):
    assert example["source"]
    assert example["status"] in ("published", "derived")
    KINDS[example["kind"]](example["inputs"], example["expected"])


def test_ids_are_unique():
    assert len({example["id"] for example in EXAMPLES}) == len(EXAMPLES)


def leaves(value, path=()):
    """Yield the path of every single expected value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        if isinstance(inner, dict | list) and inner:
            yield from leaves(inner, (*path, key))
        else:
            yield (*path, key)


def spoil(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value[:4].isdigit() and value.count("-") == 2:
        return "1999-01-01"
    try:
        decimals = len(value.partition(".")[2])
        return f"{float(value) + 7 * 10**-decimals:.{decimals}f}"
    except (AttributeError, TypeError, ValueError):
        return "0.123"


@pytest.mark.parametrize("example", PLAIN, ids=by_id)
def test_every_wrong_answer_is_noticed(example):
    for path in leaves(example["expected"]):
        wrong = copy.deepcopy(example["expected"])
        target = wrong
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = spoil(target[path[-1]])
        with pytest.raises(Exception):  # noqa: B017 - any failure will do, silence will not
            KINDS[example["kind"]](example["inputs"], wrong)


@pytest.mark.parametrize("example", EXAMPLES, ids=by_id)
def test_an_unknown_field_is_reported(example):
    run = KINDS[example["kind"]]
    with pytest.raises(AssertionError):
        run(example["inputs"], {**example["expected"], "unheard_of": "1"})
    with pytest.raises(AssertionError):
        run({**example["inputs"], "unheard_of": [1]}, example["expected"])
