"""The full check of a store at rest."""

import pytest

from node.store import schema
from node.store.faults import StoreDamaged
from node.store.memory_kv import MemoryKv
from node.store.scrub import scrub
from tests.execution.chain import ALICE, BOB, Chain
from tests.execution.test_restart import memory_settings
from tests.store.crashes import SimFiles


@pytest.fixture
def kept(tmp_path):
    """Return the open store of a chain at height 3, and its database."""
    kv = MemoryKv()
    chain = Chain(tmp_path / "data", memory_settings(kv, SimFiles()))
    chain.commit(chain.issue(ALICE, 100))
    chain.commit(chain.transfer(ALICE, BOB, 1))
    chain.commit()
    return chain.ledger._tip.store, kv


def test_a_whole_store_passes(kept):
    store, _ = kept

    report = scrub(store)

    assert report.blocks == 4
    assert report.state_values > 5


def test_a_lost_certificate_of_the_head_is_found(kept):
    store, kv = kept
    kv.write([(schema.META_CERTIFICATE, None)])

    with pytest.raises(StoreDamaged, match="no certificate of its own"):
        scrub(store)


def test_a_changed_record_of_who_signed_is_found(kept):
    store, kv = kept
    key = schema.at_height(schema.SIGNERS, 2)
    kv.write([(key, kv.get(key)[:-1] + b"\x0f")])

    with pytest.raises(StoreDamaged, match="who signed block 1 changed"):
        scrub(store)


@pytest.mark.parametrize(
    "prefix",
    [
        schema.BLOCKS,
        schema.SIGNERS,
        schema.RECEIPTS,
        schema.TRANSACTION_IDS,
        schema.STATE,
        schema.ENTRIES,
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_any_lost_record_of_state_or_chain_is_found(kept, prefix, number):
    store, kv = kept
    key, _value = list(kv.scan(prefix))[number]
    kv.write([(key, None)])

    with pytest.raises(StoreDamaged):
        scrub(store)


def test_a_block_of_another_history_is_found(kept, tmp_path):
    store, kv = kept
    other = Chain(tmp_path / "other")
    other.commit(other.issue(BOB, 5))
    stranger = other.ledger.block_at(1)
    other.ledger.close()
    for prefix, data in ((schema.BLOCKS, stranger.block.encode()),):
        kv.write([(schema.at_height(prefix, 1), data)])

    with pytest.raises(StoreDamaged):
        scrub(store)


def test_the_certificate_of_another_block_is_found(kept):
    store, kv = kept
    other = store.chain.certificate_at(1)
    kv.write([(schema.META_CERTIFICATE, other.encode())])

    with pytest.raises(StoreDamaged, match="no certificate of its own"):
        scrub(store)


def test_a_seal_that_does_not_verify_is_found(kept):
    store, kv = kept
    data = bytearray(kv.get(schema.META_CERTIFICATE))
    data[-1] ^= 1
    kv.write([(schema.META_CERTIFICATE, bytes(data))])

    with pytest.raises(StoreDamaged, match="does not verify"):
        scrub(store)
