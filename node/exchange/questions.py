"""Asks peers, matches answers to questions, and says who gave none: one question at a time a peer.

Late answers are dropped unread; an answer that nobody asked for is a fault of its sender.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Generic, Protocol, TypeVar

from p2p.ports import Channel, Transport
from primitives.crypto import PublicKey
from primitives.errors import SaphaError


class NoAnswer(SaphaError):
    """The peer gave no answer that counts; `is_fault` says whether it is to blame."""

    def __init__(self, reason: str, *, is_fault: bool) -> None:
        self.reason = reason
        self.is_fault = is_fault
        super().__init__(reason)


class Message(Protocol):
    """A question or an answer on the wire."""

    @property
    def request_id(self) -> int:
        """Which question it is, or answers."""

    def encode(self) -> bytes:
        """Return the payload of a frame."""


A = TypeVar("A", bound=Message)


@dataclass(frozen=True, slots=True)
class Line:
    """Where questions go, how long an answer may take, and what an unasked one raises."""

    channel: Channel
    answer_s_max: float
    unasked: Callable[[], SaphaError]


class Questions(Generic[A]):
    """The open questions to all peers."""

    def __init__(self, transport: Transport, line: Line) -> None:
        self._transport = transport
        self._line = line
        self._ids = count(1)
        self._turns: dict[PublicKey, asyncio.Lock] = {}
        self._pending: dict[PublicKey, tuple[int, asyncio.Future[A]]] = {}
        self._late: Counter[PublicKey] = Counter()  # answers to questions given up, still to come

    def expects(self, peer: PublicKey) -> bool:
        """Return whether an answer of `peer` is worth decoding; a late one is not.

        Raises:
            SaphaError: the line's own, when the peer was never asked.
        """
        if peer in self._pending:
            return True
        self._count_late(peer)
        return False

    def on_answer(self, peer: PublicKey, answer: A) -> None:
        """Take an answer that is expected. Raises the line's error when it is to no question."""
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

    def hand_over(self, before: PublicKey, after: PublicKey) -> None:
        """Ask who has another key now once more; answers to the questions of before come late."""
        self._late[after] += self._late.pop(before, 0) + (before in self._pending)
        self.fail(before, "its key is another now")

    async def ask(self, peer: PublicKey, question: Callable[[int], Message], what: str) -> A:
        """Return the answer to the question that `question` makes of a number; not yet checked.

        Raises:
            NoAnswer: the peer is gone, busy, or gave no `what` in time.
        """
        async with self._turns.setdefault(peer, asyncio.Lock()):
            return await self._ask(peer, question(next(self._ids)), what)

    async def _ask(self, peer: PublicKey, question: Message, what: str) -> A:
        future: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        self._pending[peer] = (question.request_id, future)
        try:
            if not self._transport.send(peer, self._line.channel, question.encode()):
                raise NoAnswer("cannot be asked now", is_fault=False)
            async with asyncio.timeout(self._line.answer_s_max):
                return await future
        except TimeoutError as error:
            self._late[peer] += 1
            reason = f"no {what} within {self._line.answer_s_max:g} s"
            raise NoAnswer(reason, is_fault=True) from error
        finally:
            del self._pending[peer]

    def _count_late(self, peer: PublicKey) -> None:
        if not self._late[peer]:
            raise self._line.unasked()
        self._late[peer] -= 1
