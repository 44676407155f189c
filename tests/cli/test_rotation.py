"""The file by which a node's next key goes to the desk of its administrator, or to a vote."""

import json
from dataclasses import astuple

import pytest

from commands.network_record import due_heights
from commands.rotation import rotation, stolen_key, theft
from contracts.governance.network.messages import ReportStolen, RotateKey, StolenKey
from contracts.governance.network.state import Awaited
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


def waiting(name, *, ready=None, is_validator=True, new_key=None, is_stolen=False):
    return Awaited(name, is_validator, 7, 10**6, ready, False, new_key, is_stolen)


def test_of_each_change_that_waits_is_told_from_which_height_on_it_counts():
    changes = [
        waiting("late"),  # not ready
        waiting("ready", ready=7),
        waiting("rotates", new_key=b"\x01" * 33),
        waiting("leaves", is_validator=False),
        waiting("robbed", new_key=b"\x02" * 33, is_stolen=True),
    ]

    assert due_heights(changes, height=20, validators=4) == [None, 23, 24, 25, 22]
    assert due_heights(changes, height=20, validators=7) == [None, 22, 23, 23, 22]
