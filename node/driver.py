"""Drives the consensus engine: events in, effects performed strictly in order.

One task owns the engine. Events wait in one queue; a step's effects are finished, a `Persist`
with its fsync included, before the next event is stepped. Owns no rule of consensus and no
rule of the ledger.
"""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from consensus import Engine
from consensus.effects import (
    Broadcast,
    BuildBlock,
    CancelTimer,
    Decide,
    Effect,
    FetchBlocks,
    Halt,
    Persist,
    RecordEvidence,
    ReportFault,
    Send,
    SignRecord,
    StartTimer,
    ValidateBlock,
)
from consensus.events import (
    BlockBuilt,
    BlockCommitted,
    BlockValidated,
    Event,
    Head,
    PeerConnected,
    Received,
    TimerFired,
    WorkWaiting,
)
from node.observe import NodeMetrics
from node.ports import BuildRequest, CommittedBlock, CommittedHead, Ledger
from node.timers import Timers
from p2p.ports import Channel, Transport
from primitives.crypto import PublicKey
from primitives.ids import Height
from primitives.limits import (
    BLOCK_TIME_DRIFT_MS_MAX,
    BLOCK_TRANSACTIONS_BYTES_MAX,
    BLOCK_TRANSACTIONS_MAX,
)
from primitives.transaction import Transaction

log = logging.getLogger("sapha.consensus")

PEER_EVENTS_MAX = 1_000
HEARTBEAT_TIMER = "driver-heartbeat"
STALL_REPORT_S = 10.0


class SignStateFile(Protocol):
    """Where the highest signed position is kept."""

    def record(self, record: SignRecord) -> None:
        """Write `record` durably, or refuse it."""


class WalFile(Protocol):
    """Where own messages and prepared certificates are kept."""

    def append(self, height: int, entry: bytes) -> None:
        """Append durably."""

    def start_height(self, height: int) -> None:
        """Drop the entries of lower heights."""


class Candidates(Protocol):
    """Where the transactions of the next block wait."""

    def select(self, count_max: int, bytes_max: int) -> list[Transaction]:
        """Return the next transactions in order."""

    def __len__(self) -> int:
        """How many wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverParts:
    """What the driver works with; built by `node.app`."""

    ledger: Ledger
    wal: WalFile
    sign_state: SignStateFile
    pool: Candidates
    transport: Transport
    own_key: PublicKey
    metrics: NodeMetrics
    heartbeat_ms: int
    block_transactions_max: int
    fetch_blocks: Callable[[Height, tuple[PublicKey, ...]], None]
    committed: Callable[[CommittedBlock], None]
    evidence_seen: Callable[[PublicKey, bytes], None]
    halted: Callable[[str], None]
    now_ms: Callable[[], int]


def head_of(head: CommittedHead) -> Head:
    """Return the ledger's head as the engine needs it."""
    return Head(
        height=head.header.height,
        block_hash=head.block_hash,
        certificate=head.certificate,
        validators=head.validators,
    )


class Driver:
    """The one owner of the engine; everything else gives it events."""

    def __init__(self, engine: Engine, parts: DriverParts) -> None:
        self.engine = engine
        self._parts = parts
        self._events: deque[Event] = deque()
        self._queued_by_peer: Counter[PublicKey] = Counter()
        self._wake = asyncio.Event()
        self._timers = Timers(self._on_timer)
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fsync")
        self._work_given_for: Height | None = None
        self._is_halted = False
        self._last_commit_s = time.monotonic()
        self._perform_by_kind: dict[type, Callable[..., Awaitable[None]]] = {
            Persist: self._persist,
            BuildBlock: self._build,
            ValidateBlock: self._validate,
            Decide: self._decide,
        }

    def on_message(self, peer: PublicKey, payload: bytes) -> None:
        """Queue one consensus message; a peer with too many waiting loses the newest."""
        if self._queued_by_peer[peer] >= PEER_EVENTS_MAX:
            return
        self._queued_by_peer[peer] += 1
        self.give(Received(peer, payload))

    def on_connected(self, peer: PublicKey) -> None:
        """Tell the engine that a member can be reached (again)."""
        self.give(PeerConnected(peer))

    def on_transactions(self) -> None:
        """Tell the engine, once a height, that there is something to decide."""
        height = self._parts.ledger.head().header.height
        if self._work_given_for != height:
            self._work_given_for = height
            self.give(WorkWaiting())

    def on_synced(self, committed: CommittedBlock) -> None:
        """Take a block that block sync committed."""
        self._after_commit(committed)

    def give(self, event: Event) -> None:
        """Queue an event for the engine."""
        self._events.append(event)
        self._wake.set()

    async def run(self, first: tuple[Effect, ...]) -> None:
        """Perform `first`, then step events for ever. Ends only by cancellation or an error."""
        try:
            await self._perform(first)
            self._arm_heartbeat()
            while True:
                while self._events:
                    await self._step(self._events.popleft())
                self._wake.clear()
                if not self._events:
                    await self._wake.wait()
        finally:
            self._timers.cancel_all()
            self._disk.shutdown(wait=True)

    def halt(self, reason: str) -> None:
        """Stop signing for good; the node keeps answering reads."""
        if not self._is_halted:
            self._is_halted = True
            self._timers.cancel_all()
            self._parts.halted(reason)

    async def _step(self, event: Event) -> None:
        if isinstance(event, Received):
            self._queued_by_peer[event.peer] -= 1
        if self._is_halted:
            return
        await self._perform(self.engine.step(event))

    async def _perform(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            if self._is_halted:
                return
            slow = self._perform_by_kind.get(type(effect))
            if slow is not None:
                await slow(effect)
            else:
                self._perform_now(effect)

    def _perform_now(self, effect: Effect) -> None:
        parts = self._parts
        match effect:
            case Broadcast(payload):
                parts.transport.broadcast(Channel.CONSENSUS, payload)
            case Send(peer, payload):
                parts.transport.send(peer, Channel.CONSENSUS, payload)
            case StartTimer(name, token, delay_ms):
                self._timers.start(name, token, delay_ms)
            case CancelTimer(name):
                self._timers.cancel(name)
            case FetchBlocks():
                parts.fetch_blocks(effect.height_known, effect.peers)
            case ReportFault(peer, reason):
                parts.metrics.peer_faults.add()
                parts.transport.penalise(peer, reason)
            case RecordEvidence(validator, evidence):
                parts.evidence_seen(validator, evidence)
            case Halt(reason):
                self.halt(reason)

    async def _persist(self, effect: Persist) -> None:
        loop = asyncio.get_running_loop()
        started_s = time.monotonic()
        await loop.run_in_executor(self._disk, self._write, effect)
        self._parts.metrics.fsync_seconds.observe(time.monotonic() - started_s)

    def _write(self, effect: Persist) -> None:
        """In the one thread that touches the WAL, so that nothing else can get between."""
        self._parts.wal.start_height(effect.height)
        self._parts.wal.append(effect.height, effect.entry)
        if effect.record is not None:
            self._parts.sign_state.record(effect.record)

    async def _build(self, effect: BuildBlock) -> None:
        parts = self._parts
        head = parts.ledger.head()
        if head.header.height + 1 != effect.height:
            return
        count_max = min(parts.block_transactions_max, BLOCK_TRANSACTIONS_MAX)
        request = BuildRequest(
            time_ms=max(parts.now_ms(), head.header.time_ms + 1),
            proposer=parts.own_key,
            last_certificate_hash=effect.last_certificate_hash,
            evidence=effect.evidence,
        )
        candidates = parts.pool.select(count_max, BLOCK_TRANSACTIONS_BYTES_MAX)
        block = parts.ledger.build(request, candidates)
        self.give_first(BlockBuilt(effect.height, effect.view, block))

    async def _validate(self, effect: ValidateBlock) -> None:
        block = effect.block
        difference = self._clock_difference(block.header.time_ms) if effect.is_fresh else None
        difference = difference or self._parts.ledger.validate(block)
        self.give_first(BlockValidated(block.height, block.hash, difference))

    def _clock_difference(self, time_ms: int) -> str | None:
        ahead_ms = time_ms - self._parts.now_ms()
        if abs(ahead_ms) <= BLOCK_TIME_DRIFT_MS_MAX:
            return None
        return (
            f"block time is {ahead_ms} ms from this node's clock, at most {BLOCK_TIME_DRIFT_MS_MAX}"
        )

    async def _decide(self, effect: Decide) -> None:
        if effect.block.height <= self._parts.ledger.head().header.height:
            return  # block sync was faster
        started_s = time.monotonic()
        committed = self._parts.ledger.commit(effect.block, effect.certificate)
        self._parts.metrics.commit_seconds.observe(time.monotonic() - started_s)
        self._after_commit(committed)

    def _after_commit(self, committed: CommittedBlock) -> None:
        parts = self._parts
        head = parts.ledger.head()
        parts.metrics.round_seconds.observe(self.seconds_since_commit)
        self._last_commit_s = time.monotonic()
        self._work_given_for = None
        self.give_first(BlockCommitted(head_of(head)))
        parts.committed(committed)
        self._arm_heartbeat()
        if len(parts.pool):
            self.on_transactions()

    def give_first(self, event: Event) -> None:
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
    def is_halted(self) -> bool:
        """Whether signing has stopped for good."""
        return self._is_halted

    @property
    def seconds_since_commit(self) -> float:
        """Seconds of monotonic time since the last commit (or the start)."""
        return time.monotonic() - self._last_commit_s
