"""A store made of a snapshot is the one that it was made of, or there is none."""

import pytest

from node.snapshots import SnapshotFolder, SnapshotUnusable, making, moment_of, restore, verify
from node.store.chain_store import Pruned
from node.store.faults import StoreFull
from node.store.opening import has_store
from node.store.scrub import scrub
from tests.execution.chain import ALICE, BOB, genesis
from tests.snapshots.builders import (
    WINDOW_BLOCKS,
    bomb,
    chain_of,
    opened,
    place,
    snapshot_of,
    spoil,
    with_manifest,
)
from tests.store.disks import SmallDisk


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    chain = chain_of(tmp_path_factory.mktemp("net") / "store", 12)
    yield chain
    chain.ledger.close()


@pytest.fixture
def stored(chain, tmp_path):
    return snapshot_of(chain, tmp_path / "snapshots")


def test_a_restored_store_has_the_head_the_state_and_goes_on(chain, stored, tmp_path):
    height = restore(stored, place(chain, tmp_path / "store"))

    ledger = opened(chain, tmp_path / "store")
    head = chain.ledger.head()
    assert height == head.header.height == 12
    assert ledger.head().header == head.header
    assert ledger.head().certificate.encode() == head.certificate.encode()
    assert (ledger.head().history, ledger.head().turns) == (head.history, head.turns)
    block = chain.build(chain.issue(ALICE, 7))
    assert ledger.validate(block) is None
    ledger.commit(block, chain.seal(block))
    scrub(ledger.store)
    ledger.close()


def test_a_restored_store_knows_the_transactions_of_the_window(chain, stored, tmp_path):
    payment = chain.ledger.block_at(5).receipts[0].transaction_id

    restore(stored, place(chain, tmp_path / "store"))

    ledger = opened(chain, tmp_path / "store")
    assert ledger.is_recent(payment)
    assert ledger.reads.transaction(payment) == chain.ledger.reads.transaction(payment)
    assert ledger.block_at(5).block == chain.ledger.block_at(5).block
    ledger.close()


def test_blocks_before_the_window_are_pruned(tmp_path):
    chain = chain_of(tmp_path / "net", WINDOW_BLOCKS + 20)

    restore(snapshot_of(chain, tmp_path / "snapshots"), place(chain, tmp_path / "store"))

    ledger = opened(chain, tmp_path / "store")
    first = ledger.store.chain.first_block
    assert 20 - 2 <= first <= 20
    with pytest.raises(Pruned, match=f"the first kept is {first}"):
        ledger.store.chain.block_at(first - 1)
    assert ledger.store.chain.block_at(first).height == first
    assert len(ledger._tip.replay) == len(chain.ledger._tip.replay)
    ledger.close()
    chain.ledger.close()


def test_a_snapshot_of_a_snapshot_is_the_same(chain, stored, tmp_path):
    restore(stored, place(chain, tmp_path / "store"))
    second = chain_like(chain, opened(chain, tmp_path / "store"))

    again = snapshot_of(second, tmp_path / "again")

    assert again.manifest.id == stored.manifest.id
    second.ledger.close()


def chain_like(chain, ledger):
    class Other:
        pass

    other = Other()
    other.ledger = ledger
    return other


def test_a_whole_snapshot_verifies_and_tells_its_keys(chain, stored):
    assert verify(stored, chain.genesis) > 10


def test_a_snapshot_of_another_network_is_refused(chain, stored):
    with pytest.raises(SnapshotUnusable, match="WRONG_CHAIN"):
        verify(stored, genesis(transactions_max=1_000))


def flipped(data: bytes) -> bytes:
    return data[:20] + bytes([data[20] ^ 1]) + data[21:]


SPOILS = {
    "a byte changed": flipped,
    "cut short": lambda data: data[:-5],
    "bytes behind it": lambda data: data + b"x",
    "nothing": lambda _data: b"",
    "a bomb": lambda _data: bomb(50_000_000),
}


@pytest.mark.parametrize("number", [0, -1])
@pytest.mark.parametrize("how", SPOILS)
def test_a_spoiled_part_is_refused_and_leaves_no_store(chain, stored, tmp_path, number, how):
    spoil(stored, number % len(stored.manifest.sizes), SPOILS[how])

    with pytest.raises(SnapshotUnusable):
        verify(stored, chain.genesis)
    with pytest.raises(SnapshotUnusable):
        restore(stored, place(chain, tmp_path / "store"))
    assert not (tmp_path / "store").exists()


def test_a_manifest_that_leaves_a_chunk_out_is_refused(chain, stored):
    manifest = stored.manifest
    spoiled = with_manifest(stored, chunks=manifest.chunks[:-1])

    with pytest.raises(SnapshotUnusable):
        verify(spoiled, chain.genesis)


def test_a_disk_that_becomes_full_leaves_no_store_and_no_snapshot(chain, tmp_path):
    for full_at in range(60):
        disk = SmallDisk(full_at)
        folder = SnapshotFolder(tmp_path / "snapshots", disk)
        moment = moment_of(chain.ledger.store)
        try:
            for _piece in making(moment, folder):
                pass
            break
        except StoreFull:
            assert folder.whole() == []
        finally:
            moment.kv.close()
    assert full_at > 10
    assert folder.newest().height == 12


def test_only_the_newest_are_kept_and_what_was_cut_off_is_no_snapshot(chain, stored):
    folder = SnapshotFolder(stored.folder.parent)
    folder.begin(13)
    for height in (8, 9, 10):
        (folder.path / f"{height:012}").mkdir()

    folder.keep(1)

    assert [one.height for one in folder.whole()] == [12]
    assert folder.newest_height() == 12
    assert folder.newest(11) is None


def test_a_store_that_is_made_is_none_before_its_end(chain, stored, tmp_path, monkeypatch):
    seen = []

    def watched(number):
        seen.append(has_store(tmp_path / "store"))
        return stored.part(number)

    from node.snapshots import WholeSnapshot, make_store, prove_stored

    whole = WholeSnapshot(proven=prove_stored(stored, chain.genesis), part=watched)
    make_store(whole, place(chain, tmp_path / "store"))

    assert seen == [False] * len(stored.manifest.sizes)
    assert has_store(tmp_path / "store")
    assert BOB != ALICE
