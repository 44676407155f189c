"""The file by which a node's next key goes to the desk of its administrator, or to a vote."""

import json
from dataclasses import astuple

import pytest

from commands.rotation import rotation, stolen_key, theft
from contracts.governance.network.messages import ReportStolen, RotateKey, StolenKey
from primitives.errors import LocalFault

FOUND = {"node": "dopa", "public_key": "0x01" + "22" * 32, "height": 7, "proof": "0x" + "33" * 64}
FIELDS = ("dopa", b"\x01" + b"\x22" * 32, 7, b"\x33" * 64)


@pytest.mark.parametrize(
    ("asked", "kind"), [(rotation, RotateKey), (theft, ReportStolen), (stolen_key, StolenKey)]
)
def test_one_file_serves_each_way_to_ask_for_a_key(tmp_path, asked, kind):
    file = tmp_path / "next-key.json"
    file.write_text(json.dumps(FOUND))

    made = asked(file=file)

    assert type(made) is kind
    assert astuple(made) == FIELDS


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps(FOUND | {"proof": 7})])
def test_what_is_no_such_file_is_named(tmp_path, text):
    file = tmp_path / "next-key.json"
    file.write_text(text)

    with pytest.raises(LocalFault, match="is not what `sapha node new-key` writes"):
        rotation(file=file)
