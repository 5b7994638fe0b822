"""Run every worked example of ``../shared/vectors`` and of ``COLLECTIONS_VECTORS`` by its kind.

Beside them the project's own examples in ``tests/unit/vectors/own_*.json``.
"""

import json
import os
from pathlib import Path

import pytest
from vectors import KINDS

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared" / "vectors"
VARIABLE = "COLLECTIONS_VECTORS"


def _read(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    entries = content["vectors"] if isinstance(content, dict) else content
    return [pytest.param(entry, id=f"{path.stem}-{entry['id']}") for entry in entries]


def _files():
    files = sorted((HERE / "vectors").glob("own_*.json")) + sorted(SHARED.glob("*.json"))
    named = os.environ.get(VARIABLE)
    return files + ([Path(named)] if named else [])


def _vectors():
    """Return one parameter per example; the absence of the shared ones is itself reported."""
    found = [param for path in _files() for param in _read(path)]
    if not SHARED.is_dir():
        reason = f"shared file absent: {SHARED}"
        found.append(pytest.param(None, id="shared", marks=pytest.mark.skip(reason=reason)))
    return found


@pytest.mark.parametrize("vector", _vectors())
def test_vectors(vector):
    """The answer of ``tools/`` is the one the example expects."""
    kind = vector["kind"]
    assert kind in KINDS, f"no runner for examples of kind {kind!r}"
    KINDS[kind](vector["inputs"], vector["expected"])
