"""Spreads transactions among members, who are all connected to each other.

Outbound: this node's clients' transactions, in batches. What stays uncommitted is offered again
at a slow, bounded rate, so that a dropped frame costs time and never a transaction. Inbound:
frames wait in a short queue for each member and are admitted in turn; nothing is passed on.

    frame = [signed transaction: bytes, ...]
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from node.exchange.peer_queues import PeerQueues, Share
from node.mempool.admission import Outcome
from node.mempool.pool import Pool
from p2p.ports import Channel, Transport
from primitives.codec import decode, encode
from primitives.crypto import PublicKey
from primitives.errors import (
    BadShape,
    BadSignature,
    NotCanonical,
    Rejected,
    RepeatedSignature,
    TooDeep,
    TooLarge,
    TooManyItems,
    WrongChain,
)
from primitives.limits import TRANSACTION_BYTES_MAX
from primitives.shape import array_of, blob_of
from primitives.transaction import Transaction

BATCH_BYTES = 100_000  # at most; members refuse longer frames
BATCH_TRANSACTIONS_MAX = 500
FRAME_BYTES_MAX = BATCH_BYTES + TRANSACTION_BYTES_MAX + 4_096
FRAMES_PER_PEER_MAX = 16
BYTES_PER_PEER_MAX = 1024 * 1024  # of frames that wait to be admitted

# Faults of the sender of a frame: they do not depend on state, and an honest member checked them
# before it passed the transaction on.
_PEER_FAULTS = (
    BadShape,
    BadSignature,
    NotCanonical,
    RepeatedSignature,
    TooDeep,
    TooLarge,
    TooManyItems,
    WrongChain,
)

Admit = Callable[[Sequence[bytes], PublicKey], Awaitable[list[Outcome]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class GossipSettings:
    """When a batch is sent, and when what waits long is offered again."""

    batch_bytes: int = BATCH_BYTES
    batch_delay_s: float = 0.003
    offer_again_s: float = 2.0
    offer_again_max: int = 500


class Gossip:
    """Batches out, frames in. `run` must run for both; owned by the event loop."""

    def __init__(
        self,
        transport: Transport,
        pool: Pool,
        now_ms: Callable[[], int],
        settings: GossipSettings | None = None,
    ) -> None:
        self._settings = settings or GossipSettings()
        self._transport = transport
        self._pool = pool
        self._now_ms = now_ms
        self._outbound: list[bytes] = []
        self._outbound_bytes = 0
        self._flush_timer: asyncio.TimerHandle | None = None
        self._inbound: PeerQueues[bytes] = PeerQueues(
            Share(items_max=FRAMES_PER_PEER_MAX, bytes_max=BYTES_PER_PEER_MAX)
        )
        self.frames_dropped = 0

    def offer(self, transaction: Transaction) -> None:
        """Send `transaction` to every connected member within a few milliseconds."""
        self._outbound.append(transaction.raw)
        self._outbound_bytes += len(transaction.raw)
        is_full = self._outbound_bytes >= self._settings.batch_bytes
        if is_full or len(self._outbound) >= BATCH_TRANSACTIONS_MAX:
            self._flush()
        elif self._flush_timer is None:
            loop = asyncio.get_running_loop()
            self._flush_timer = loop.call_later(self._settings.batch_delay_s, self._flush)

    def on_frame(self, peer: PublicKey, payload: bytes) -> None:
        """Queue one frame of `peer`.

        With too many, or too many bytes, waiting the newest is dropped: it is offered again.
        """
        if len(payload) > FRAME_BYTES_MAX:
            self._transport.penalise(
                peer, f"a frame of {len(payload)} bytes of transactions, at most {FRAME_BYTES_MAX}"
            )
            return
        if not self._inbound.put(peer, payload, len(payload)):
            self.frames_dropped += 1

    async def run(self, admit: Admit) -> None:
        """Admit inbound frames and offer again what waits long, for ever."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._admit_frames(admit))
                tasks.create_task(self._offer_again())
        finally:
            if self._flush_timer is not None:
                self._flush_timer.cancel()

    def offer_overdue(self) -> int:
        """Offer again what this node's clients wait for too long; return how many."""
        now_ms = self._now_ms()
        before_ms = now_ms - int(self._settings.offer_again_s * 1000)
        overdue = self._pool.not_offered_since(before_ms, self._settings.offer_again_max)
        for waiting in overdue:
            waiting.offered_ms = now_ms
            self.offer(waiting.transaction)
        return len(overdue)

    def _flush(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        batch, self._outbound, self._outbound_bytes = self._outbound, [], 0
        if batch:
            self._transport.broadcast(Channel.TRANSACTIONS, encode(tuple(batch)))

    async def _offer_again(self) -> None:
        while True:
            await asyncio.sleep(self._settings.offer_again_s)
            self.offer_overdue()

    async def _admit_frames(self, admit: Admit) -> None:
        while True:
            peer, payload = await self._inbound.take()
            await self._admit_frame(peer, payload, admit)

    async def _admit_frame(self, peer: PublicKey, payload: bytes, admit: Admit) -> None:
        try:
            raws = read_frame(payload)
        except Rejected as refusal:
            self._transport.penalise(peer, f"transactions: {refusal}")
            return
        outcomes = await admit(raws, peer)
        faults = [outcome for outcome in outcomes if isinstance(outcome, _PEER_FAULTS)]
        if faults:
            self._transport.penalise(peer, f"passed on a transaction: {faults[0]}")


def read_frame(payload: bytes, *, bytes_max: int = FRAME_BYTES_MAX) -> tuple[bytes, ...]:
    """Return the raw transactions of a frame. Raises a Rejected of the encoding or shape."""
    value = decode(payload, bytes_max=bytes_max, items_max=BATCH_TRANSACTIONS_MAX + 1, depth_max=1)
    items = array_of(value, name="transactions", count_max=BATCH_TRANSACTIONS_MAX)
    return tuple(
        blob_of(item, name="transaction", length_max=TRANSACTION_BYTES_MAX) for item in items
    )
