"""Joining by a snapshot: with one honest peer it ends, whatever the others say of snapshots."""

import asyncio
from dataclasses import replace

import pytest

from contracts.registry import CONTRACTS
from node.ledger import open_ledger
from node.store.faults import no_room
from node.store.files import OsFiles
from node.sync import Sync, SyncCallbacks, SyncSettings, SyncSnapshots
from node.sync.wire import (
    Blocks,
    GetBlocks,
    GetPart,
    GetSnapshot,
    GetSteps,
    PrunedBelow,
    read_sync_message,
)
from primitives.codec import encode
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.snapshot import blocks_hash, deflate, inflate, read_manifest
from tests.builders import block
from tests.execution.chain import VALIDATORS
from tests.execution.seated import NEWCOMER, chain_with_a_seat_by_vote
from tests.snapshots.builders import bomb, snapshot_of
from tests.sync.builders import MemoryLedger
from tests.sync.joiners import WAIT_S, Joiner, Peers, honest

BLOCKS_AFTER = 4  # the change of the set


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """A chain on which v4 got a seat: a snapshot of it is proved by a change of the set."""
    chain = chain_with_a_seat_by_vote(tmp_path_factory.mktemp("chain"))
    for _ in range(BLOCKS_AFTER):
        commit_by_all(chain)
    yield chain
    chain.ledger.close()


def commit_by_all(chain):
    block = chain.build()
    validators = chain.ledger.head().validators
    signers = [*VALIDATORS, NEWCOMER]
    chain.ledger.commit(block, chain.seal(block, signers, validators))


@pytest.fixture(scope="module")
def stored(chain, tmp_path_factory):
    made = snapshot_of(chain, tmp_path_factory.mktemp("shelf"))
    STORED[:] = [inflate(made.part(1), made.manifest.sizes[1])]
    return made


async def test_a_node_joins_where_all_peers_have_pruned_the_blocks(chain, stored, tmp_path):
    peers = Peers(chain, stored, one=honest, other=honest)
    joiner = Joiner(chain, peers, tmp_path)

    assert await joiner.catch_up()

    assert joiner.head().header == chain.ledger.head().header
    assert joiner.head().validators == chain.ledger.head().validators
    assert peers.penalised == []
    assert {name for name, asked in peers.asked if isinstance(asked, GetPart)} == {"one", "other"}
    assert list((tmp_path / "snapshots").iterdir()) == []


async def test_a_node_far_behind_joins_at_once_and_asks_for_no_block(chain, stored, tmp_path):
    peers = Peers(chain, stored, one=honest)

    assert await Joiner(chain, peers, tmp_path, blocks_min=3).catch_up()

    assert not [asked for _name, asked in peers.asked if isinstance(asked, GetBlocks)]


async def test_a_snapshot_that_saves_few_blocks_is_not_taken(chain, stored, tmp_path):
    def serves_nothing_yet(request, answer):
        return Blocks(request.request_id, (), None) if isinstance(request, GetBlocks) else answer

    peers = Peers(chain, stored, one=serves_nothing_yet)

    assert not await Joiner(chain, peers, tmp_path, blocks_min=30).catch_up()


async def test_the_steps_that_lead_to_the_snapshot_are_in_the_store(chain, stored, tmp_path):
    joiner = Joiner(chain, Peers(chain, stored, one=honest), tmp_path)
    await joiner.catch_up()

    ledger = open_ledger(chain.genesis, tmp_path / "store", CONTRACTS)
    changes = ledger.reads.set_changes(Height(0), 10)
    ledger.close()

    assert [height for height, _proof in changes] == [
        height for height, _proof in chain.ledger.reads.set_changes(Height(0), 10)
    ]


def on(kind, change):
    """Answers honestly but to one kind of request."""

    def answered(request, answer):
        return change(request, answer) if isinstance(request, kind) else answer

    return answered


def _other_manifest(change):
    def changed(_request, answer):
        manifest = change(read_manifest(answer.manifest))
        return replace(answer, manifest=manifest.encode())

    return on(GetSnapshot, changed)


def _far_ahead(manifest):
    return replace(manifest, header=replace(manifest.header, height=Height(2**40)))


def _other_state(manifest):
    return replace(manifest, header=replace(manifest.header, state_root=manifest.header.hash))


def _without_a_chunk(manifest):
    return replace(manifest, chunks=manifest.chunks[:-1])


def _with_other_blocks(manifest):
    return replace(manifest, blocks=((manifest.header.hash, 40), *manifest.blocks[1:]))


def _both(*answers):
    def answered(request, answer):
        for change in answers:
            answer = change(request, answer)
        return answer

    return answered


def stored_blocks() -> bytes:
    """The part with the blocks of the chain, which is the second."""
    return STORED[0]


STORED: list[bytes] = []
FOREIGN = encode((encode((0, block(1).encode())),))


def _with_a_foreign_block(manifest):
    return replace(manifest, blocks=((blocks_hash(FOREIGN), len(FOREIGN)),))


def _foreign_part(request, answer):
    return replace(answer, part=deflate(FOREIGN)) if request.number == 1 else answer


def _part(change):
    return on(GetPart, lambda _r, answer: replace(answer, part=change(answer.part)))


LIES = {
    "a snapshot of a height that nobody has": _other_manifest(_far_ahead),
    "a header with another state root": _other_manifest(_other_state),
    "a manifest without a chunk": _both(
        _other_manifest(_without_a_chunk),
        on(GetPart, lambda _r, a: replace(a, part=deflate(stored_blocks()))),
    ),
    "a manifest with a block that is not the parent of the next": _both(
        _other_manifest(_with_a_foreign_block), on(GetPart, _foreign_part)
    ),
    "a manifest with other blocks": _other_manifest(_with_other_blocks),
    "no manifest at all": on(GetSnapshot, lambda _r, a: replace(a, manifest=b"\x90")),
    "a certificate of another block": on(
        GetSnapshot, lambda _r, a: replace(a, certificate=a.certificate[:-1] + b"\0")
    ),
    "steps that prove nothing": on(GetSteps, lambda _r, a: replace(a, sets=(b"\x90",))),
    "no steps": on(GetSteps, lambda _r, a: replace(a, sets=())),
    "a part with a changed byte": _part(lambda part: part[:30] + b"\0" + part[31:]),
    "a part cut short": _part(lambda part: part[:-9]),
    "a bomb": _part(lambda _part: bomb(200_000_000)),
    "another part": _part(lambda _part: deflate(b"\x94\x00\x41\x00\x90\x90")),
    "an answer of another kind": on(GetPart, lambda r, _a: Blocks(r.request_id, (), None)),
    "no answer": on(GetPart, lambda _r, _a: None),
    "no message": on(GetPart, lambda _r, _a: b"\xff" * 100),
    "blocks from a height that was asked": on(
        GetBlocks, lambda r, _a: PrunedBelow(r.request_id, r.from_height)
    ),
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_liar_is_reported_and_an_honest_peer_finishes(chain, stored, tmp_path, lie):
    peers = Peers(chain, stored, liar=LIES[lie], honest=honest)
    joiner = Joiner(chain, peers, tmp_path)

    assert await joiner.catch_up()

    assert joiner.head().header == chain.ledger.head().header
    assert set(peers.penalised) == {"liar"}


async def test_one_honest_peer_is_enough_among_every_kind_of_liar(chain, stored, tmp_path):
    liars = {f"liar{number}": lie for number, lie in enumerate(LIES.values())}
    peers = Peers(chain, stored, **liars, honest=honest)

    assert await Joiner(chain, peers, tmp_path).catch_up()

    assert "honest" not in peers.penalised


async def test_liars_alone_give_no_store(chain, stored, tmp_path):
    peers = Peers(chain, stored, liar=LIES["a part cut short"], other=LIES["a bomb"])

    assert not await Joiner(chain, peers, tmp_path).catch_up()

    assert not (tmp_path / "store").exists()


async def test_who_keeps_a_snapshot_no_longer_is_left_without_blame(chain, stored, tmp_path):
    gone = on(GetPart, lambda _r, answer: replace(answer, part=None))
    peers = Peers(chain, stored, gone=gone, honest=honest)

    assert await Joiner(chain, peers, tmp_path).catch_up()

    assert peers.penalised == []


async def test_a_node_that_was_stopped_goes_on_where_it_was(chain, stored, tmp_path):
    def dies(request, answer):
        return answer if request.number == 0 else replace(answer, part=None)

    first = Peers(chain, stored, one=on(GetPart, dies))
    assert not await Joiner(chain, first, tmp_path).catch_up()
    peers = Peers(chain, stored, one=honest)

    assert await Joiner(chain, peers, tmp_path).catch_up()

    numbers = [asked.number for _name, asked in peers.asked if isinstance(asked, GetPart)]
    assert numbers == list(range(1, len(stored.manifest.sizes)))


async def test_a_part_that_was_spoiled_on_disk_is_asked_for_again(chain, stored, tmp_path):
    gone = on(GetPart, lambda r, a: a if r.number == 0 else replace(a, part=None))
    await Joiner(chain, Peers(chain, stored, one=gone), tmp_path).catch_up()
    (part,) = (tmp_path / "snapshots").glob("*/part-00000")
    part.write_bytes(part.read_bytes()[:-3])
    peers = Peers(chain, stored, one=honest)

    assert await Joiner(chain, peers, tmp_path).catch_up()

    assert next(a.number for _n, a in peers.asked if isinstance(a, GetPart)) == 0


class FullFor(OsFiles):
    """A disk without room for the first writes."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals

    def write(self, descriptor, data) -> None:
        if self.refusals:
            self.refusals -= 1
            raise no_room("data", "write")
        super().write(descriptor, data)


async def test_a_full_disk_is_waited_for(chain, stored, tmp_path):
    peers = Peers(chain, stored, one=honest)
    joiner = Joiner(chain, peers, tmp_path, files=FullFor(4))

    assert await joiner.catch_up()

    assert peers.penalised == []


async def test_what_is_served_of_snapshots_is_bounded_as_blocks_are(chain, stored, tmp_path):
    served = Peers(chain, stored, one=honest).shelf
    sent: list[bytes] = []

    answered = asyncio.Event()

    class Line:
        def send(self, _peer, _channel, payload) -> bool:
            sent.append(payload)
            answered.set()
            return True

        def penalise(self, _peer, reason) -> None:
            faults.append(reason)

    faults: list[str] = []
    settings = SyncSettings(requests_per_s_max=3.0)
    callbacks = SyncCallbacks(committed=lambda _b: None, halt=lambda _r: None)
    snapshots = SyncSnapshots(shelf=served)
    sync = Sync(MemoryLedger(), Line(), callbacks, settings, snapshots)
    peer = PublicKey(bytes(32))
    for number in range(6):
        sync.on_frame(peer, GetPart(number, stored.manifest.id, 0).encode())
    running = asyncio.create_task(sync.run())
    async with asyncio.timeout(WAIT_S):
        await answered.wait()
    running.cancel()
    await asyncio.wait([running])

    assert len(faults) == 3
    assert read_sync_message(sent[0]).part == served.part(stored.manifest.id, 0)
