"""A node makes snapshots by itself, while blocks go on; what fails is tried again later."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from node.retention import SnapshotsSection
from node.snapshots import SnapshotFolder, verify
from node.snapshots.keeper import SnapshotKeeper
from primitives.ids import Height
from tests.execution.chain import ALICE
from tests.snapshots.builders import chain_of
from tests.store.disks import SmallDisk

WAIT_S = 20.0


@pytest.fixture
def chain(tmp_path):
    chain = chain_of(tmp_path / "net", 3)
    yield chain
    chain.ledger.close()


@asynccontextmanager
async def keeping(chain, folder, *, is_behind=lambda: False, **settings):
    """A keeper of a chain that runs, every four blocks."""
    chosen = SnapshotsSection(**({"every": 4, "load_percent": 100} | settings))
    keeper = SnapshotKeeper(chain.ledger.store, folder, chosen, is_behind)
    running = asyncio.create_task(keeper.run())
    yield keeper
    running.cancel()
    await asyncio.wait([running])


def commit(chain, keeper) -> None:
    keeper.on_committed(chain.commit(chain.issue(ALICE, 1)))


async def made(folder, height: int) -> None:
    async with asyncio.timeout(WAIT_S):
        while folder.newest_height() != height:  # noqa: ASYNC110 - a thread makes it
            await asyncio.sleep(0.01)


async def test_a_snapshot_is_made_at_each_multiple_and_the_newest_are_kept(chain, tmp_path):
    folder = SnapshotFolder(tmp_path / "snapshots")
    async with keeping(chain, folder, kept=2) as keeper:
        for height in (4, 8, 12):
            while chain.ledger.head().header.height < height:
                commit(chain, keeper)
            await made(folder, height)
        await asyncio.sleep(0.05)

        assert [one.height for one in folder.whole()] == [12, 8]
        assert chain.ledger.store.kept_from == 12
    assert verify(folder.newest(), chain.genesis) > 10


async def test_it_is_of_its_height_though_blocks_go_on(chain, tmp_path):
    folder = SnapshotFolder(tmp_path / "snapshots")
    async with keeping(chain, folder) as keeper:
        commit(chain, keeper)
        header = chain.ledger.head().header
        for _ in range(3):
            commit(chain, keeper)
        await made(folder, 4)

    assert folder.newest().manifest.header == header
    verify(folder.newest(), chain.genesis)


async def test_a_node_that_is_behind_makes_none(chain, tmp_path):
    folder = SnapshotFolder(tmp_path / "snapshots")
    async with keeping(chain, folder, is_behind=lambda: True) as keeper:
        commit(chain, keeper)
        await asyncio.sleep(0.05)

    assert folder.newest_height() is None


async def test_a_full_disk_costs_a_snapshot_and_not_the_node(chain, tmp_path):
    disk = SmallDisk(full_at=2)
    folder = SnapshotFolder(tmp_path / "snapshots", disk)
    async with keeping(chain, folder) as keeper:
        commit(chain, keeper)
        async with asyncio.timeout(WAIT_S):
            while keeper._moment is not None:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
        assert folder.newest_height() is None
        disk.make_room()
        for _ in range(4):
            commit(chain, keeper)
        await made(folder, 8)

    assert chain.ledger.head().header.height == 8


async def test_a_node_that_stops_leaves_nothing_half_made(chain, tmp_path):
    folder = SnapshotFolder(tmp_path / "snapshots")
    async with keeping(chain, folder, load_percent=1) as keeper:
        commit(chain, keeper)
        await asyncio.sleep(0.01)
    again = SnapshotFolder(folder.path)

    assert again.newest_height() in {None, 4}
    again.begin(Height(8))
    assert [one.name for one in folder.path.glob("*.making")] == ["000000000008.making"]
