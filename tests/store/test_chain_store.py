"""Blocks and indexes: what comes back, what is pruned, what is damage."""

from pathlib import Path

import pytest

from node.store import schema
from node.store.chain_store import BlockRecord, ChainStore, Pruned
from node.store.faults import StoreDamaged
from node.store.memory_kv import MemoryKv
from node.store.pruning import Bounds, Retention, prune
from primitives.crypto import digest
from primitives.ids import Height, TransactionId
from tests.builders import TIME_MS, block, certificate, keys, transaction, unchecked, validators


def record_of(height: int) -> BlockRecord:
    """Return a block of one transaction at TIME_MS + height."""
    last = unchecked(block(height - 1), keys(4)[1:]) if height > 1 else None
    made = block(height, [transaction(nonce=height).raw], last=last)
    return BlockRecord(
        block=made,
        certificate=certificate(made, keys(4)),
        receipts=(b"receipt %d" % height,),
        transaction_ids=(TransactionId(digest("test", b"%d" % height)),),
        next_validators=validators(4),
    )


def bounds(head: int, **changes) -> Bounds:
    far_ms = TIME_MS + 10**9
    return Bounds(
        **({"head": Height(head), "head_ms": TIME_MS + head, "below_ms": far_ms} | changes)
    )


def grow(kv: MemoryKv, heights: range, retention: Retention | None = None) -> ChainStore:
    """Store blocks as commits do; return the store."""
    chain = ChainStore(kv, Path("db"))
    for height in heights:
        kv.write(chain.puts(record_of(height)))
        chain.stored(Height(height))
        kv.write(prune(chain, retention or Retention(), bounds(height)))
    return chain


def test_a_record_comes_back_as_it_was_stored():
    record = record_of(3)
    chain = grow(MemoryKv(), range(4))

    assert chain.block_at(Height(3)) == record.block
    assert chain.receipts_at(Height(3)) == record.receipts
    assert chain.ids_at(Height(3)) == record.transaction_ids
    assert chain.place_of(record.transaction_ids[0]) == (3, 0)
    assert chain.height_of(record.block.hash) == 3
    assert chain.validators(validators(4).hash) == validators(4)
    found = chain.certificate_at(Height(3))
    assert found == record.certificate.unchecked


def test_a_certificate_comes_from_the_block_after_it():
    chain = grow(MemoryKv(), range(4))

    assert chain.certificate_at(Height(2)) == record_of(3).block.last_certificate
    assert chain.certificate_at(Height(1)) == record_of(2).block.last_certificate
    assert chain.certificate_at(Height(0)) is None


def test_only_the_heads_certificate_is_stored_apart():
    kv = MemoryKv()
    grow(kv, range(4))

    proof = record_of(3).certificate.encode()
    assert [key for key, value in kv.scan(b"") if value == proof] == [schema.META_CERTIFICATE]


def test_who_signed_a_block_is_kept_with_the_next():
    chain = grow(MemoryKv(), range(4))

    assert chain.signers_at(Height(3)) == (validators(4).hash, b"\x0e")
    assert chain.signers_at(Height(1)) == (validators(4).hash, b"")
    assert chain.signers_at(Height(4)) is None


def test_an_empty_store_has_no_head():
    assert ChainStore(MemoryKv(), Path("db")).head() is None


def test_the_head_is_the_last_block_stored():
    assert grow(MemoryKv(), range(4)).head() == (3, record_of(3).block.hash)


def test_what_never_was_is_none():
    chain = grow(MemoryKv(), range(4))

    assert chain.block_at(Height(4)) is None
    assert chain.certificate_at(Height(4)) is None
    assert chain.receipts_at(Height(4)) == ()


def test_a_pruned_block_is_an_error_that_names_the_first_kept():
    chain = grow(MemoryKv(), range(10), Retention(blocks=4))

    with pytest.raises(Pruned, match="block 2 is pruned, the first kept is 6"):
        chain.block_at(Height(2))

    assert chain.block_at(Height(6)) is not None
    assert chain.height_of(record_of(2).block.hash) is None
    assert chain.place_of(record_of(2).transaction_ids[0]) is None


def test_a_pruned_index_keeps_the_blocks():
    chain = grow(MemoryKv(), range(10), Retention(index=4))

    assert chain.place_of(record_of(5).transaction_ids[0]) is None
    assert chain.place_of(record_of(6).transaction_ids[0]) == (6, 0)
    assert chain.block_at(Height(0)) is not None


def test_pruning_goes_on_where_it_was_after_a_restart():
    kv = MemoryKv()
    grow(kv, range(10), Retention(blocks=4))

    chain = grow(kv, range(10, 12), Retention(blocks=4))

    assert chain.first_block == 8
    assert not [key for key in kv.pairs if key.startswith(schema.BLOCKS) and key[-1] < 8]


def test_a_retention_set_later_catches_up_a_few_blocks_at_a_time():
    kv = MemoryKv()
    grow(kv, range(20))

    chain = grow(kv, range(20, 22), Retention(blocks=4))

    assert chain.first_block == 8


def test_blocks_that_replay_protection_needs_are_kept():
    kv = MemoryKv()
    chain = grow(kv, range(10))

    kv.write(prune(chain, Retention(blocks=1), bounds(9, below_ms=TIME_MS + 3)))

    assert chain.first_block == 2  # the last before them: a snapshot shows that none is missing


def test_blocks_go_by_their_age_and_with_both_bounds_when_both_let_them():
    by_age, by_both = (grow(MemoryKv(), range(10)) for _ in range(2))

    prune(by_age, Retention(age_ms=6), bounds(9))
    prune(by_both, Retention(age_ms=6, blocks=8), bounds(9))

    assert (by_age.first_block, by_both.first_block) == (3, 2)


def test_blocks_from_a_height_that_is_needed_on_are_kept():
    chain = grow(MemoryKv(), range(10))

    prune(chain, Retention(blocks=1), bounds(9, kept_from=Height(3)))

    assert chain.first_block == 3


@pytest.mark.parametrize("value", [b"", b"\x00", None])
def test_a_changed_or_lost_record_is_damage(value):
    kv = MemoryKv()
    chain = grow(kv, range(4))
    kv.write([(schema.at_height(schema.BLOCKS, 2), value)])

    with pytest.raises(StoreDamaged, match="block 2"):
        chain.block_at(Height(2))


def test_a_lost_validator_set_is_damage():
    kv = MemoryKv()
    chain = grow(kv, range(4))
    kv.write([(schema.VALIDATORS + validators(4).hash, None)])

    with pytest.raises(StoreDamaged, match="validator set"):
        chain.validators(validators(4).hash)
