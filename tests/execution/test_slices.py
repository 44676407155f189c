"""Long work gives way between its pieces, and is given up when what it stands on moves."""

import asyncio

import pytest

from node.execution import slices
from node.execution.slices import Overtaken, in_one_piece, in_slices
from tests.execution.chain import ALICE, BOB


@pytest.fixture(autouse=True)
def every_piece_is_a_slice(monkeypatch):
    monkeypatch.setattr(slices, "SLICE_S", 0.0)


def counting(to: int, seen: list[int]):
    try:
        for number in range(to):
            seen.append(number)
            yield
    finally:
        seen.append(-1)
    return sum(range(to))


def test_in_one_piece_it_gives_its_result():
    assert in_one_piece(counting(4, [])) == 6


async def test_others_go_on_between_slices():
    seen: list[int] = []
    beside: list[int] = []

    async def other() -> None:
        for number in range(3):
            beside.append(len(seen))
            await asyncio.sleep(0)
            assert number >= 0

    task = asyncio.create_task(other())
    result = await in_slices(counting(4, seen), lambda: True)
    await task

    assert result == 6
    assert beside == [1, 2, 3]


async def test_work_that_was_overtaken_ends_there():
    seen: list[int] = []

    with pytest.raises(Overtaken):
        await in_slices(counting(9, seen), lambda: len(seen) < 3)

    assert seen == [0, 1, 2, -1]


async def test_a_block_is_the_same_built_and_validated_in_slices_or_in_one_piece(chain):
    chain.commit(chain.issue(ALICE, 1_000_000))
    items = [chain.transfer(ALICE, BOB, amount) for amount in range(1, 20)]
    whole = chain.build(*items)

    built = await in_slices(chain.ledger.building(chain.request(), items), lambda: True)
    chain.ledger._executions.clear()
    difference = await in_slices(chain.ledger.validating(whole), lambda: True)

    assert built == whole
    assert difference is None
