"""Asks peers for blocks: one request at a time a peer, each with a deadline."""

import asyncio
from itertools import count

from node.sync.settings import SyncSettings
from node.sync.wire import Blocks, GetBlocks, SyncFault
from p2p.ports import Channel, Transport
from primitives.crypto import PublicKey
from primitives.errors import InvariantBroken, SaphaError
from primitives.ids import Height


class NoAnswer(SaphaError):
    """The peer gave no answer that counts; `is_fault` says whether it is to blame."""

    def __init__(self, reason: str, *, is_fault: bool) -> None:
        self.reason = reason
        self.is_fault = is_fault
        super().__init__(reason)


class SyncClient:
    """Matches answers to requests. Late answers are dropped unread; others are a fault."""

    def __init__(self, transport: Transport, settings: SyncSettings) -> None:
        self._transport = transport
        self._settings = settings
        self._ids = count(1)
        self._pending: dict[PublicKey, tuple[int, asyncio.Future[Blocks]]] = {}
        self._late: dict[PublicKey, int] = {}  # answers to requests given up, still to come

    def awaits(self, peer: PublicKey) -> bool:
        """Return whether an answer of `peer` is worth decoding; a late one is not.

        Raises:
            SyncFault: it was never asked, so it must not send blocks.
        """
        if peer in self._pending:
            return True
        self._count_late(peer)
        return False

    def on_blocks(self, peer: PublicKey, answer: Blocks) -> None:
        """Take an answer that is awaited. Raises SyncFault when it is to no request."""
        request_id, future = self._pending[peer]
        if answer.request_id != request_id or future.done():
            self._count_late(peer)
        else:
            future.set_result(answer)

    def fail(self, peer: PublicKey, reason: str) -> None:
        """Stop waiting for a peer that is gone or has been reported."""
        _request_id, future = self._pending.get(peer, (0, None))
        if future is not None and not future.done():
            future.set_exception(NoAnswer(reason, is_fault=False))

    def forget(self, peer: PublicKey) -> None:
        """Drop what is known of a peer that is gone."""
        self._late.pop(peer, None)
        self.fail(peer, "disconnected")

    async def fetch(self, peer: PublicKey, from_height: Height, blocks_max: int) -> Blocks:
        """Return the peer's answer, of at most `blocks_max` blocks.

        Raises:
            NoAnswer: it is gone, busy or late, or sent more than was asked.
        """
        if peer in self._pending:
            raise InvariantBroken("two sync requests to one peer at a time")
        request = GetBlocks(next(self._ids), from_height, blocks_max)
        future: asyncio.Future[Blocks] = asyncio.get_running_loop().create_future()
        self._pending[peer] = (request.request_id, future)
        try:
            if not self._transport.send(peer, Channel.SYNC, request.encode()):
                raise NoAnswer("cannot be asked now", is_fault=False)
            async with asyncio.timeout(self._settings.answer_s_max):
                answer = await future
        except TimeoutError as error:
            self._late[peer] = self._late.get(peer, 0) + 1
            reason = f"no blocks from {from_height} within {self._settings.answer_s_max:g} s"
            raise NoAnswer(reason, is_fault=True) from error
        finally:
            del self._pending[peer]
        if len(answer.entries) > blocks_max:
            reason = f"{len(answer.entries)} blocks where {blocks_max} were asked"
            raise NoAnswer(reason, is_fault=True)
        return answer

    def _count_late(self, peer: PublicKey) -> None:
        late = self._late.pop(peer, 0)
        if late == 0:
            raise SyncFault("sent blocks that nobody asked for")
        if late > 1:
            self._late[peer] = late - 1
