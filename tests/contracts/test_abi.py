"""The ABI of every shipped contract is what is published in tests/vectors/abi.

After a change that is meant: SAPHA_WRITE_ABI=1 python -m pytest tests/contracts/test_abi.py, and
read the difference.
"""

import json
import os

import pytest

from contracts.registry import CONTRACTS, NAMES
from contracts.tools.abi import abi

WIDTH = 120


def written(value, indent=""):
    """JSON with each list or object on one line where it fits, so that a difference is short."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + len(line) <= WIDTH:
        return line
    deeper = indent + "  "
    if isinstance(value, list):
        parts = [written(item, deeper) for item in value]
    else:
        parts = [f"{json.dumps(key)}: {written(item, deeper)}" for key, item in value.items()]
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    body = ",\n".join(deeper + part for part in parts)
    return f"{opening}\n{body}\n{indent}{closing}"


@pytest.mark.parametrize("name", NAMES)
def test_the_abi_is_as_published(name, pytestconfig):
    path = pytestconfig.rootpath / "tests" / "vectors" / "abi" / f"{name}.json"
    shown = {key: value for key, value in abi(CONTRACTS[name]).items() if key != "code_hash"}

    if os.environ.get("SAPHA_WRITE_ABI"):
        path.write_text(written(shown) + "\n", encoding="utf-8")

    assert shown == json.loads(path.read_text(encoding="utf-8"))
