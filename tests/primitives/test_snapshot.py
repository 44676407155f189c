"""The forms of snapshots: what a reader refuses before it has done much work."""

from dataclasses import replace

import pytest

from primitives.block import Block, Header, transactions_root_of
from primitives.codec import encode
from primitives.crypto import Digest
from primitives.errors import BadVersion, Rejected, TooLarge
from primitives.limits import EXPIRY_AHEAD_MS_MAX
from primitives.merkle import root_of
from primitives.snapshot import (
    PART_BYTES_MAX,
    PARTS_MAX,
    BadSnapshot,
    Manifest,
    WindowReader,
    block_records,
    deflate,
    inflate,
    read_manifest,
)
from primitives.state_tree import ROOT_NODE
from tests.builders import header

HASH = Digest(b"\x07" * 32)
MANIFEST = Manifest(header=header(9), chunks=((4, 10), (6, 20), (28, 30)), blocks=((HASH, 5),))


def test_a_manifest_comes_back_as_it_was_and_tells_its_sizes():
    assert read_manifest(MANIFEST.encode()) == MANIFEST
    assert MANIFEST.sizes == (10, 20, 30, 5)
    assert MANIFEST.id != replace(MANIFEST, blocks=((HASH, 6),)).id


@pytest.mark.parametrize(
    "changes",
    [
        {"chunks": ((6, 10), (4, 20))},
        {"chunks": ((4, 10), (4, 20))},
        {"chunks": ((ROOT_NODE, 10), (4, 20))},
        {"chunks": ((4, 10), (16, 20))},
        {"chunks": ((4, PART_BYTES_MAX + 1),)},
        {"chunks": ((4, -1),)},
        {"blocks": ()},
        {"blocks": ((HASH, 5),) * (PARTS_MAX + 1)},
        {"blocks": ((HASH[:31], 5),)},
        {"header": header(0)},
    ],
)
def test_a_manifest_with_what_cannot_be_is_refused(changes):
    with pytest.raises(Rejected):
        read_manifest(replace(MANIFEST, **changes).encode())


def test_a_manifest_of_another_format_is_refused():
    with pytest.raises(BadVersion, match="snapshot format 2"):
        read_manifest(b"\x94\x02" + MANIFEST.encode()[2:])


def test_a_manifest_has_a_bound():
    with pytest.raises(TooLarge):
        read_manifest(bytes(3_000_000))


@pytest.mark.parametrize(
    "data",
    [
        deflate(b"x" * 99),
        deflate(b"x" * 101),
        deflate(b"x" * 100)[:-1],
        deflate(b"x" * 100) + b"x",
        b"x" * 100,
        b"",
    ],
)
def test_a_part_of_another_size_or_form_is_refused(data):
    with pytest.raises(BadSnapshot):
        inflate(data, 100)


def test_a_bomb_inflates_to_its_size_and_no_further(monkeypatch):
    made = []
    import zlib

    real = zlib.decompressobj

    class Counting:
        def __init__(self) -> None:
            self.inflater = real()

        def __getattr__(self, name):
            return getattr(self.inflater, name)

        def decompress(self, data, size_max):
            found = self.inflater.decompress(data, size_max)
            made.append(len(found))
            return found

    monkeypatch.setattr("primitives.snapshot.zlib.decompressobj", Counting)

    with pytest.raises(BadSnapshot, match="has not the 1000 bytes"):
        inflate(deflate(bytes(300_000_000)), 1_000)

    assert made == [1_001]


def chain(*times: int) -> list[Block]:
    """Blocks from height 2 on at these times, the newest last."""
    made: list[Block] = []
    for height, time_ms in enumerate(times, 2):
        parent = made[-1].hash if made else HASH
        receipts = receipts_of(height)
        changed = {"time_ms": time_ms, "parent_hash": parent, "receipts_root": root_of(receipts)}
        made.append(Block(header_of(height, **changed), ()))
    return made


def header_of(height: int, **changes) -> Header:
    return header(height, transactions_root=transactions_root_of((), ()), **changes)


def receipts_of(height: int) -> tuple[bytes, ...]:
    return tuple(b"receipt %d of %d" % (number, height) for number in range(height % 3))


def part_of(*blocks: Block, receipts=receipts_of, bytes_max: int = 20) -> bytes:
    records = []
    for block in blocks:
        records += block_records(block.encode(), receipts(block.height), bytes_max)
    return encode(tuple(records))


def read(top: Block, *parts: bytes):
    reader = WindowReader(top.header)
    found = [one for part in parts for one in reader.take(part)]
    return [*found, *reader.finish()]


def test_blocks_come_back_with_their_receipts_wherever_parts_are_cut():
    blocks = chain(0, 1, EXPIRY_AHEAD_MS_MAX, EXPIRY_AHEAD_MS_MAX + 1)
    newest_first = blocks[::-1]

    one = read(blocks[-1], part_of(*newest_first))
    two = read(blocks[-1], part_of(*newest_first[:2]), part_of(*newest_first[2:]))

    assert [found.block for found in one] == newest_first
    assert [found.receipts for found in one] == [receipts_of(b.height) for b in newest_first]
    assert one == two


def test_blocks_that_do_not_reach_back_ten_minutes_are_refused():
    blocks = chain(5, EXPIRY_AHEAD_MS_MAX + 4, EXPIRY_AHEAD_MS_MAX + 5)

    with pytest.raises(BadSnapshot, match="do not reach back"):
        read(blocks[-1], part_of(*blocks[::-1]))


def test_block_1_is_far_enough_back():
    first = Block(header_of(1, receipts_root=root_of(receipts_of(1))), ())

    assert [found.block for found in read(first, part_of(first))] == [first]


def _other_receipts(height):
    return (*receipts_of(height), b"one more")


@pytest.mark.parametrize("spoiled", ["order", "gap", "receipts", "first", "record", "kind"])
def test_blocks_that_do_not_follow_are_refused(spoiled):
    blocks = chain(0, 1, EXPIRY_AHEAD_MS_MAX + 9)[::-1]
    parts = {
        "order": part_of(blocks[0], blocks[2], blocks[1]),
        "gap": part_of(blocks[0], blocks[2]),
        "receipts": part_of(*blocks, receipts=_other_receipts),
        "first": encode((encode((1, (b"receipt",))), encode((0, blocks[0].encode())))),
        "record": encode((encode((0, blocks[0].encode(), 1)),)),
        "kind": encode((encode((2, blocks[0].encode())),)),
    }

    with pytest.raises(Rejected):
        read(blocks[0], parts[spoiled])
