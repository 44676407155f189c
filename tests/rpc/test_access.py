"""The access matrix: every method of the OpenRPC document as every kind of caller."""

from pathlib import Path

import pytest

from tests.rpc.access import CALLERS, running_world

TABLE = Path(__file__).with_name("access.txt")


def rows() -> dict[str, dict[str, str]]:
    """The table: what a method answers each caller."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    head, *body = [line.split() for line in lines if line and not line.startswith("#")]
    assert tuple(head[1:]) == CALLERS
    return {name: dict(zip(CALLERS, codes, strict=True)) for name, *codes in body}


@pytest.fixture
async def world(tmp_path):
    for name in ("ledger", "contents"):
        (tmp_path / name).mkdir()
    async with running_world(tmp_path) as made:
        yield made


async def test_every_method_of_the_document_has_a_row_and_no_row_is_of_another(world):
    document = await world.node.call("rpc.discover")

    assert sorted(rows()) == sorted(method["name"] for method in document["methods"])


async def test_operators_methods_are_those_that_only_the_operators_door_answers(world):
    document = await world.node.call("rpc.discover")
    closed = {
        name
        for name, row in rows().items()
        if {code for caller, code in row.items() if caller != "operator"} == {"NOT_PERMITTED"}
    }

    assert closed == {m["name"] for m in document["methods"] if m["x-operator-only"]}


@pytest.mark.parametrize("method", rows())
async def test_a_method_answers_each_caller_as_the_table_says(world, method):
    answers = {caller: await world.call(method, caller) for caller in CALLERS}

    assert answers == rows()[method]
