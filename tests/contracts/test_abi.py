"""The ABI of every shipped contract is what is published in tests/vectors/abi.

After a change that is meant: SAPHA_WRITE_ABI=1 python -m pytest tests/contracts/test_abi.py, and
read the difference.
"""

import json
import os

import pytest

from contracts.registry import CONTRACTS, NAMES
from contracts.tools.abi import abi
from tests.contracts.toy import TOYS

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

    published = json.loads(path.read_text(encoding="utf-8"))
    assert shown == published, (
        f"{name}: another ABI than published; if that is meant: "
        "SAPHA_WRITE_ABI=1 python -m pytest tests/contracts/test_abi.py"
    )


def test_a_toys_abi_shows_every_kind_of_field():
    shown = abi(TOYS["toy"])

    assert [method["name"] for method in shown["methods"]] == ["misbehave", "prove", "put_thing"]
    fields = {field["name"]: field for field in shown["methods"][2]["fields"]}
    assert fields["name"] == {"name": "name", "type": "text", "chars_min": 1, "chars_max": 20}
    assert fields["thing"]["fields"] == [
        {
            "name": "names",
            "type": "list",
            "items": {"type": "text", "chars_min": 1, "chars_max": 20},
            "count_min": 1,
            "count_max": 3,
        },
        {
            "name": "tag",
            "type": "optional",
            "value": {"type": "bytes", "bytes_min": 0, "bytes_max": 4},
        },
        {"name": "is_new", "type": "boolean"},
    ]
    assert shown["state"][1] == {
        "name": "pairs",
        "kind": "map",
        "key": [
            {"type": "text", "chars_min": 1, "chars_max": 20},
            {"type": "integer", "min": -(2**63), "max": 2**63 - 1},
        ],
        "value": {"type": "integer", "min": -(2**63), "max": 2**63 - 1},
    }
    assert shown["errors"] == [
        {"code": "NOT_TRUE", "message": "The costly check failed."},
        {"code": "UNKNOWN_THING", "message": "There is no thing of this name."},
    ]
    assert json.loads(json.dumps(shown)) == shown
