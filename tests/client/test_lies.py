"""The light client holds what is true of the table of lies, and refuses the rest of it."""

import json

import pytest

from client.light import LightClient
from genesis.schema import Genesis
from tests.client import lies, restarting
from tests.client.changing import GENESIS as CHANGING
from tests.client.telling import Told
from tests.primitives.make_vectors import FOLDER

TABLE = json.loads((FOLDER / lies.NAME).read_text(encoding="utf-8"))
GENESES: dict[str, Genesis] = {
    "one": lies.GENESIS,
    "changing": CHANGING,
    "restarting": restarting.GENESIS,
}
LIVES_MIN = 100


def test_the_table_is_what_its_builder_makes_and_has_lies_enough():
    assert (FOLDER / lies.NAME).read_text(encoding="utf-8") == lies.text()
    assert len([row for row in TABLE["lives"] if row["refused"]]) > LIVES_MIN - 20
    assert len(TABLE["lives"]) > LIVES_MIN
    assert LightClient(GENESES["one"]).genesis.hash.hex() == TABLE["genesis_hashes"]["one"][2:]


@pytest.mark.parametrize("row", TABLE["lives"], ids=lambda row: f"{row['genesis']}: {row['why']}")
def test_of_each_life_only_a_lie_at_its_end_is_refused(row, tmp_path):
    told = Told(GENESES[row["genesis"]], tmp_path / "head.json")

    refusals = [told.refusal(TABLE["steps"][step]) for step in row["steps"]]

    assert refusals == [None] * (len(refusals) - 1) + [row["refused"]]
