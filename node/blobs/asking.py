"""Asks peers for blobs and wraps, matches answers to questions, and reports who does wrong."""

import asyncio
from collections import Counter
from itertools import count

from node.blobs.errors import BlobFault
from node.blobs.settings import BlobSettings
from node.blobs.wire import Answer, Get
from p2p.ports import Channel, Transport
from primitives.crypto import Digest, PublicKey
from primitives.errors import SaphaError


class NoAnswer(SaphaError):
    """The peer gave no answer that counts; `is_fault` says whether it is to blame."""

    def __init__(self, reason: str, *, is_fault: bool) -> None:
        self.reason = reason
        self.is_fault = is_fault
        super().__init__(reason)


class PeerQuestions:
    """One question at a time a peer; others wait for their turn. Late answers are dropped."""

    def __init__(self, transport: Transport, settings: BlobSettings) -> None:
        self._transport = transport
        self._settings = settings
        self._ids = count(1)
        self._turns: dict[PublicKey, asyncio.Lock] = {}
        self._pending: dict[PublicKey, tuple[int, asyncio.Future[Answer]]] = {}
        self._late: Counter[PublicKey] = Counter()  # answers to questions given up, still to come

    def expect(self, peer: PublicKey) -> bool:
        """Return whether an answer of `peer` is worth decoding; a late one is not.

        Raises:
            BlobFault: it was never asked.
        """
        if peer in self._pending:
            return True
        self._count_late(peer)
        return False

    def on_answer(self, peer: PublicKey, answer: Answer) -> None:
        """Take an answer that is expected. Raises BlobFault when it is to no question."""
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
        del self._late[peer]
        self.fail(peer, "disconnected")

    async def ask(
        self, peer: PublicKey, content: Digest, index: int | None
    ) -> bytes | tuple[bytes, ...]:
        """Return a blob, or with index None the wraps documents. Not yet checked.

        Raises:
            NoAnswer: it is gone, late, has none, or answers something else.
        """
        async with self._turns.setdefault(peer, asyncio.Lock()):
            answer = await self._ask(peer, Get(next(self._ids), content, index))
        if answer.found is None:
            raise NoAnswer("does not have it", is_fault=False)
        if isinstance(answer.found, tuple) is not (index is None):
            raise NoAnswer("answers something else than was asked", is_fault=True)
        return answer.found

    async def _ask(self, peer: PublicKey, question: Get) -> Answer:
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._pending[peer] = (question.request_id, future)
        try:
            if not self._transport.send(peer, Channel.BLOBS, question.encode()):
                raise NoAnswer("cannot be asked now", is_fault=False)
            async with asyncio.timeout(self._settings.answer_s_max):
                return await future
        except TimeoutError as error:
            self._late[peer] += 1
            reason = f"no blob within {self._settings.answer_s_max:g} s"
            raise NoAnswer(reason, is_fault=True) from error
        finally:
            del self._pending[peer]

    def _count_late(self, peer: PublicKey) -> None:
        if not self._late[peer]:
            raise BlobFault("sent a blob that nobody asked for")
        self._late[peer] -= 1
