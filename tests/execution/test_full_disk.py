"""A block that finds no room changes nothing and is committed when it is given again."""

from pathlib import Path

import pytest

from node.ledger import LedgerSettings
from node.store.faults import StoreFull, no_room
from node.store.kv import LevelKv
from node.store.opening import StoreSettings
from node.store.pruning import Retention
from tests.execution.chain import ALICE, Chain
from tests.store.disks import SmallDisk


class FullKv(LevelKv):
    """Real LevelDB on a disk that is full for the next `refusals` batches."""

    refusals = 0

    def write(self, batch):
        batch = list(batch)
        if self.refusals:
            self.refusals -= 1
            raise no_room(self.path, "write")
        super().write(batch)


def test_a_block_that_finds_no_room_changes_nothing_and_is_committed_when_given_again(tmp_path):
    opened: list[FullKv] = []

    def open_full(path: Path) -> FullKv:
        opened.append(FullKv(path, is_new=False))
        return opened[-1]

    chain = Chain(tmp_path)
    chain.ledger.close()
    retention = Retention(blocks=1, index=1)
    chain.settings = LedgerSettings(store=StoreSettings(retention=retention, open=open_full))
    chain.open()
    for amount in (1, 2):
        chain.commit(chain.issue(ALICE, amount))
    block = chain.build(chain.issue(ALICE, 3))
    opened[-1].refusals = 2

    for _ in range(2):
        with pytest.raises(StoreFull):
            chain.ledger.commit(block, chain.seal(block))
        assert chain.ledger.head().header.height == 2
        assert chain.balance(ALICE) == 3
    chain.ledger.commit(block, chain.seal(block))

    assert chain.balance(ALICE) == 6
    assert chain.reopen().head().block_hash == block.hash
    assert chain.balance(ALICE) == 6


@pytest.mark.parametrize("full_at", range(5))
def test_a_head_mark_that_finds_no_room_is_moved_before_the_next_block(tmp_path, full_at):
    disk = SmallDisk()
    chain = Chain(tmp_path)
    chain.ledger.close()
    chain.settings = LedgerSettings(store=StoreSettings(files=disk))
    chain.open()
    disk.full_at = disk.calls + full_at  # the mark file is made anew, then appended to

    refused = 0
    for amount in (1, 2, 3):
        block = chain.build(chain.issue(ALICE, amount))
        try:
            chain.ledger.commit(block, chain.seal(block))
        except StoreFull:
            refused += 1
            disk.make_room()
            chain.ledger.commit(block, chain.seal(block))

    assert refused == (1 if full_at < 4 else 0)
    assert chain.balance(ALICE) == 6
    assert chain.reopen().head().header.height == 3


def test_the_note_of_the_last_block_or_start_is_given_back(tmp_path):
    chain = Chain(tmp_path)
    assert chain.ledger.store.note() is None

    chain.ledger.store.write_note(b"of a start")
    chain.commit()
    assert chain.ledger.store.note() == b"of a start"
    block = chain.build()
    chain.ledger.commit(block, chain.seal(block), b"of a block")

    assert chain.reopen().store.note() == b"of a block"
