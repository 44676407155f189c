"""Drives the consensus engine: events in, effects performed strictly in order.

One task owns the engine. Events wait in one queue; a step's effects are finished, a `Persist`
with its fsync included, before the next event is stepped. What takes long without writing, the
costly checks of a proposed block, is only begun: its end comes as an entry of the same queue, and
votes and timers are stepped meanwhile. Owns no rule of consensus and no rule of the ledger.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from typing import Protocol

from consensus import Engine
from consensus.effects import Effect, Persist
from consensus.events import (
    RESTART_TAG_BYTES,
    BlockCommitted,
    Event,
    Head,
    PeerConnected,
    Received,
    TimerFired,
    WorkWaiting,
)
from consensus.guard import SignState, Standing, encode_note
from node.performer import Checked, Performer, PerformerCalls, PerformerParts
from node.ports import CommittedBlock, CommittedHead
from node.timers import Timers
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.limits import FRAME_BYTES_MAX

log = logging.getLogger("sapha.consensus")

PEER_EVENTS_MAX = 1_000
PEER_EVENT_BYTES_MAX = 2 * FRAME_BYTES_MAX  # one proposal, and another on its heels
HEARTBEAT_TIMER = "driver-heartbeat"
STALL_REPORT_S = 10.0
_FROM_OUTSIDE = (Received, PeerConnected, WorkWaiting)


def head_of(head: CommittedHead) -> Head:
    """Return the ledger's head as the engine needs it."""
    return Head(
        height=head.header.height,
        block_hash=head.block_hash,
        certificate=head.certificate,
        validators=head.validators,
        order=head.order,
        passed_over=head.passed_over,
        decided_by=head.decided_by,
        restart=head.restart,
        history=head.history,
    )


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def note_of(engine: Engine) -> bytes:
    """Return what the batch of the next committed block stores for `engine`."""
    return encode_note(engine.note())


class KeyChange(Protocol):
    """Tells when the chain has given this node another key, and begins with it."""

    @property
    def is_due(self) -> bool:
        """Whether the engine of now is to end."""

    def begin(self) -> tuple[Engine, tuple[Effect, ...]]:
        """Take the new key into use; return its engine and what to perform first."""


class Driver:
    """The one owner of the engine; everything else gives it events."""

    def __init__(
        self, engine: Engine, parts: PerformerParts, key_change: KeyChange | None = None
    ) -> None:
        self.engine = engine
        self._key_change = key_change
        self._parts = parts
        self._events: deque[Event | Checked] = deque()
        self._queued_by_peer: Counter[PublicKey] = Counter()
        self._queued_bytes_by_peer: Counter[PublicKey] = Counter()
        self._wake = asyncio.Event()
        self._timers = Timers(self._on_timer)
        self._work_given_for: Height | None = None
        self._is_halted = False
        self._is_listening = engine.status().is_listening
        self._last_commit_s = time.monotonic()
        self._performer = Performer(
            parts,
            PerformerCalls(
                answer=self.give_first,
                note=lambda: note_of(self.engine),
                checked=self.give_first,
                committed=self.on_committed,
                halt=self.halt,
            ),
            self._timers,
        )

    def on_message(self, peer: PublicKey, payload: bytes) -> None:
        """Queue one consensus message.

        A peer of which too many, or too many bytes, wait loses the newest: it is said again.
        """
        tag, message = payload[:RESTART_TAG_BYTES], payload[RESTART_TAG_BYTES:]
        size = self._queued_bytes_by_peer[peer] + len(message)
        if self._queued_by_peer[peer] >= PEER_EVENTS_MAX or size > PEER_EVENT_BYTES_MAX:
            return
        self._queued_by_peer[peer] += 1
        self._queued_bytes_by_peer[peer] = size
        self.give(Received(peer, message, tag))

    def on_connected(self, peer: PublicKey) -> None:
        """Tell the engine that a member can be reached (again)."""
        self.give(PeerConnected(peer))

    def on_transactions(self) -> None:
        """Tell the engine, once a height, that there is something to decide."""
        height = self._parts.ledger.head().header.height
        if self._work_given_for != height:
            self._work_given_for = height
            self.give(WorkWaiting())

    def give(self, event: Event) -> None:
        """Queue an event for the engine."""
        self._events.append(event)
        self._wake.set()

    async def run(self, first: tuple[Effect, ...]) -> None:
        """Perform `first`, then step events for ever. Ends only by cancellation or an error."""
        try:
            if self._key_change is None or not self._key_change.is_due:
                await self._perform(first)
            self._arm_heartbeat()
            while True:
                await self._change_key_if_due()
                while self._events:
                    await self._step(self._events.popleft())
                    await self._change_key_if_due()
                self._wake.clear()
                if not self._events:
                    await self._wake.wait()
        finally:
            self._timers.cancel_all()
            self._performer.close()

    def halt(self, reason: str) -> None:
        """Stop signing for good; the node keeps answering reads."""
        if not self._is_halted:
            self._is_halted = True
            self._timers.cancel_all()
            self._parts.halted(reason)

    async def _change_key_if_due(self) -> None:
        """Begin a new engine if this node has another key now, before the old one sees the head.

        What waits from others is for the new one; answers and timers of the old one are void.
        """
        change = self._key_change
        if change is None or self._is_halted or not change.is_due:
            return
        self._timers.cancel_all()
        self.engine, first = change.begin()
        self._events = deque(event for event in self._events if isinstance(event, _FROM_OUTSIDE))
        await self._perform(first)
        self._arm_heartbeat()

    async def _step(self, event: Event | Checked) -> None:
        if isinstance(event, Received):
            self._queued_by_peer[event.peer] -= 1
            self._queued_bytes_by_peer[event.peer] -= len(event.payload)
        if self._is_halted:
            return
        if isinstance(event, Checked):
            await self._performer.judge(event)
            return
        await self._perform(self.engine.step(event, _monotonic_ms()))

    async def _perform(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if self._is_halted:
                return
            await self._performer.perform(effect)
            if isinstance(effect, Persist):
                self._tell_standing(effect.state)

    def _tell_standing(self, state: SignState) -> None:
        """Raise the alarm when this node has stopped signing, and say when it signs again."""
        is_listening = state.standing is Standing.LISTENER
        if is_listening and not self._is_listening:
            log.error("signing_stopped", extra={"waits_for": self.engine.status().waits_for})
        elif self._is_listening and not is_listening:
            log.info("signing_resumed", extra={"above_height": state.mark.height})
        self._is_listening = is_listening

    def on_committed(self, committed: CommittedBlock) -> None:
        """Take a block that was committed, also by block sync."""
        parts = self._parts
        head = parts.ledger.head()
        parts.metrics.round_seconds.observe(self.seconds_since_commit)
        self._last_commit_s = time.monotonic()
        self._work_given_for = None
        self.give_first(BlockCommitted(head_of(head)))
        parts.committed(committed)
        self._arm_heartbeat()
        if len(parts.pool) or head.is_work_left:
            self.on_transactions()

    def give_first(self, event: Event | Checked) -> None:
        """Queue an answer of our own before what waits from others."""
        self._events.appendleft(event)
        self._wake.set()

    def _arm_heartbeat(self) -> None:
        self._timers.start(HEARTBEAT_TIMER, 0, self._parts.heartbeat_ms)

    def _on_timer(self, fired: TimerFired) -> None:
        if fired.name == HEARTBEAT_TIMER:
            self.give(WorkWaiting())
        else:
            self.give(fired)

    @property
    def seconds_since_commit(self) -> float:
        """Seconds of monotonic time since the last commit (or the start)."""
        return time.monotonic() - self._last_commit_s
