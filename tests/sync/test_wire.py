"""The wire form of sync messages: one byte form, and no bytes that do harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.sync.wire import (
    BLOCKS_PER_REQUEST_MAX,
    REQUEST_BYTES_MAX,
    Blocks,
    GetBlocks,
    SyncFault,
    read_sync_message,
)
from primitives.codec import encode
from tests.sync.builders import Catcher, FakeNetwork, MemoryLedger, chain, silent

IDS = st.integers(0, 2**64 - 1)
REQUESTS = st.builds(
    GetBlocks, IDS, st.integers(0, 2**63 - 1), st.integers(0, BLOCKS_PER_REQUEST_MAX)
)
BLOCKS = st.lists(st.binary(max_size=50), min_size=1, max_size=64).map(tuple)
ANSWERS = st.builds(Blocks, IDS, BLOCKS, st.binary(max_size=50)) | st.builds(
    Blocks, IDS, st.just(()), st.none()
)


@given(REQUESTS | ANSWERS)
def test_a_message_reads_back_as_itself(message):
    assert read_sync_message(message.encode()) == message


@given(REQUESTS)
def test_a_request_is_small(request):
    assert len(request.encode()) <= REQUEST_BYTES_MAX


@given(st.binary(max_size=200))
def test_any_other_bytes_are_a_fault(data):
    try:
        message = read_sync_message(data)
    except SyncFault:
        return
    assert message.encode() == data


@pytest.mark.parametrize(
    "value",
    [
        (),
        ("get_blocks", 1, 1),
        ("get_blocks", 1, 1, BLOCKS_PER_REQUEST_MAX + 1),
        ("get_blocks", -1, 1, 1),
        ("get_blocks", 1, 2**63, 1),
        ("blocks", 1, (b"block",)),
        ("blocks", 1, ((b"block",),), b"certificate"),
        ("blocks", 1, (b"block", 1), b"certificate"),
        ("blocks", 1, (b"block",), None),
        ("blocks", 1, (), b"certificate"),
        ("blocks", 1, (b"block",), bytes(16 * 1024 + 1)),
        ("blocks", 1, (b"",) * (BLOCKS_PER_REQUEST_MAX + 1), b"certificate"),
        ("snapshot", 1, ()),
    ],
)
def test_other_shapes_are_a_fault(value):
    with pytest.raises(SyncFault):
        read_sync_message(encode(value))


@given(st.lists(st.binary(max_size=300), max_size=5))
async def test_no_bytes_make_the_service_raise(payloads):
    network = FakeNetwork(peer=silent)
    catcher = Catcher(MemoryLedger(chain(2)), network)

    for payload in payloads:
        catcher.sync.on_frame(network.keys["peer"], payload)

    assert catcher.committed == []
