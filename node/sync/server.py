"""Answers peers that ask for decided blocks. One task serves all, at a bounded rate."""

import asyncio
from collections import OrderedDict

from node.ports import Ledger
from node.sync.settings import SyncSettings
from node.sync.wire import ANSWER_OVERHEAD_BYTES, ENTRY_OVERHEAD_BYTES, Blocks, GetBlocks, SyncFault
from p2p.ports import Channel, Transport
from p2p.rates import TokenBucket
from primitives.crypto import PublicKey
from primitives.ids import Height


class SyncServer:
    """Serves blocks from the ledger; holds one request a peer, the newest.

    A peer asks for the next range when it has the last, so a second waiting request means that
    it gave up the first.
    """

    def __init__(self, ledger: Ledger, transport: Transport, settings: SyncSettings) -> None:
        self._ledger = ledger
        self._transport = transport
        self._settings = settings
        self._waiting: OrderedDict[PublicKey, GetBlocks] = OrderedDict()
        self._arrived = asyncio.Event()
        self._bytes = TokenBucket(
            per_s=settings.served_bytes_per_s, burst=settings.served_bytes_per_s
        )
        self._requests: dict[PublicKey, TokenBucket] = {}

    def on_request(self, peer: PublicKey, request: GetBlocks, now_s: float) -> None:
        """Take a request; it is answered by `run`. Raises SyncFault when they come too fast."""
        per_s = self._settings.requests_per_s_max
        bucket = self._requests.setdefault(peer, TokenBucket(per_s=per_s, burst=per_s))
        if not bucket.take_if_full(1.0, now_s):
            raise SyncFault(f"more than {per_s:g} sync requests a second")
        self._waiting[peer] = request
        self._arrived.set()

    def forget(self, peer: PublicKey) -> None:
        """Drop the waiting request of a peer that is gone."""
        self._waiting.pop(peer, None)

    async def run(self) -> None:
        """Answer requests, oldest first, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                peer, request = self._waiting.popitem(last=False)
                payload = (await self._answer(request)).encode()
                self._transport.send(peer, Channel.SYNC, payload)
                await asyncio.sleep(self._bytes.take(len(payload), loop.time()))

    async def _answer(self, request: GetBlocks) -> Blocks:
        entries: list[tuple[bytes, bytes]] = []
        bytes_left = self._settings.answer_bytes_max - ANSWER_OVERHEAD_BYTES
        for height in range(request.from_height, request.from_height + request.count):
            stored = self._ledger.block_at(Height(height)) if height > 0 else None
            if stored is None:
                break
            entry = (stored.block.encode(), stored.certificate.encode())
            bytes_left -= sum(map(len, entry)) + ENTRY_OVERHEAD_BYTES
            if bytes_left < 0:
                break
            entries.append(entry)
            await asyncio.sleep(0)  # ordering goes on between two blocks
        return Blocks(request.request_id, tuple(entries))
