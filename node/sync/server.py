"""Answers peers that ask for decided blocks."""

import asyncio

from node.exchange.serving import Serving, ServingRules
from node.ports import Ledger
from node.sync.settings import SyncSettings
from node.sync.wire import ANSWER_OVERHEAD_BYTES, BLOCK_OVERHEAD_BYTES, Blocks, GetBlocks, SyncFault
from p2p.ports import Channel, Transport
from primitives.crypto import PublicKey
from primitives.ids import Height


def sync_serving(
    ledger: Ledger, transport: Transport, settings: SyncSettings
) -> Serving[GetBlocks]:
    """Return what serves blocks from the ledger; it holds one request a peer, the newest.

    A peer asks for the next range when it has the last, so a second waiting request means that
    it gave up the first.
    """
    rules = ServingRules(
        name="sync",
        channel=Channel.SYNC,
        bytes_per_s=settings.served_bytes_per_s,
        requests_per_s_max=settings.requests_per_s_max,
        waiting_max=1,
        too_fast=SyncFault,
    )

    async def answer(_peer: PublicKey, request: GetBlocks) -> bytes:
        return (await _blocks(ledger, request, settings.answer_bytes_max)).encode()

    return Serving(transport, rules, answer)


async def _blocks(ledger: Ledger, request: GetBlocks, bytes_max: int) -> Blocks:
    blocks: list[bytes] = []
    certificate: bytes | None = None
    bytes_left = bytes_max - ANSWER_OVERHEAD_BYTES
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
