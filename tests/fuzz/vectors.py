"""The vectors of tests/vectors as seeds."""

import json
from pathlib import Path

VECTORS = Path(__file__).parent.parent / "vectors"


def vectors(name):
    """The parsed vectors of a file."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


def transactions():
    """Signed transactions."""
    return [bytes.fromhex(each["raw"]) for each in vectors("transactions")]


def blocks():
    """Whole blocks."""
    return [bytes.fromhex(each["block"]) for each in vectors("blocks")]
