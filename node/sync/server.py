"""Answers peers that ask for decided blocks and for snapshots."""

import asyncio

from node.exchange.serving import Serving, ServingRules
from node.ports import Ledger
from node.sync.settings import SyncSettings
from node.sync.shelf import Shelf
from node.sync.wire import (
    ANSWER_OVERHEAD_BYTES,
    BLOCK_OVERHEAD_BYTES,
    Answer,
    Blocks,
    GetBlocks,
    GetPart,
    GetSnapshot,
    PartFound,
    PrunedBelow,
    Question,
    SnapshotOffer,
    StepsFound,
    SyncFault,
)
from p2p.ports import Channel, Transport
from primitives.crypto import PublicKey
from primitives.ids import Height


def sync_serving(
    ledger: Ledger, transport: Transport, settings: SyncSettings, shelf: Shelf | None
) -> Serving[Question]:
    """Return what serves blocks from the ledger and snapshots from the shelf, if there is one.

    It holds one request a peer, the newest: a peer asks for the next range when it has the last,
    so a second waiting request means that it gave up the first.
    """
    rules = ServingRules(
        name="sync",
        channel=Channel.SYNC,
        bytes_per_s=settings.served_bytes_per_s,
        requests_per_s_max=settings.requests_per_s_max,
        waiting_max=1,
        too_fast=SyncFault,
    )

    async def answer(_peer: PublicKey, request: Question) -> bytes:
        if isinstance(request, GetBlocks):
            return (await _blocks(ledger, request, settings.answer_bytes_max)).encode()
        return (await _of_shelf(shelf, request)).encode()

    return Serving(transport, rules, answer)


async def _of_shelf(shelf: Shelf | None, request: Question) -> Answer:
    number = request.request_id
    if isinstance(request, GetPart):
        part = None
        if shelf is not None:
            part = await asyncio.to_thread(shelf.part, request.snapshot, request.number)
        return PartFound(number, part)
    if isinstance(request, GetSnapshot):
        newest = None if shelf is None else await asyncio.to_thread(shelf.newest)
        if newest is None:
            return SnapshotOffer(number, None, b"")
        return SnapshotOffer(number, newest.manifest.encode(), newest.certificate)
    if shelf is None or isinstance(request, GetBlocks):
        return StepsFound(number, (), ())
    return StepsFound(number, *shelf.steps(request.above_sets, request.above_restarts))


async def _blocks(ledger: Ledger, request: GetBlocks, bytes_max: int) -> Blocks | PrunedBelow:
    blocks: list[bytes] = []
    certificate: bytes | None = None
    bytes_left = bytes_max - ANSWER_OVERHEAD_BYTES
    if 0 < request.from_height < ledger.first_height():
        return PrunedBelow(request.request_id, ledger.first_height())
    for height in range(request.from_height, request.from_height + request.count):
        stored = ledger.block_at(Height(height)) if height > 0 else None
        if stored is None:
            break
        block, proof = stored.block.encode(), stored.certificate.encode()
        bytes_left -= len(block) + BLOCK_OVERHEAD_BYTES
        if bytes_left < len(proof):
            break
        blocks.append(block)
        certificate = proof
        await asyncio.sleep(0)  # ordering goes on between two blocks
    return Blocks(request.request_id, tuple(blocks), certificate)
