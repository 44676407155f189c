"""Performs the engine's effects: disk, network, timers, and the ledger's work.

Each effect is finished when `perform` returns; a `Persist` is on disk by then.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

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
    StartTimer,
    ValidateBlock,
)
from consensus.events import BlockBuilt, BlockValidated, Event
from consensus.guard import Lock, SignState
from node.observe import NodeMetrics
from node.ports import BuildRequest, CommittedBlock, Ledger
from node.room import DiskRoom
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


class SigningFiles(Protocol):
    """Where it is kept who may sign above what, and what the last Commit was said upon."""

    def write_lock(self, lock: Lock) -> None:
        """Write `lock` durably."""

    def write(self, state: SignState) -> None:
        """Write `state` durably, or refuse it."""


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
class PerformerParts:
    """What effects are performed with; built by `node.app`."""

    ledger: Ledger
    wal: WalFile
    sign_state: SigningFiles
    pool: Candidates
    transport: Transport
    own_key: PublicKey
    metrics: NodeMetrics
    heartbeat_ms: int
    block_transactions_max: int
    prepare: Callable[[Sequence[bytes]], Awaitable[None]]
    room: DiskRoom
    fetch_blocks: Callable[[Height, tuple[PublicKey, ...]], None]
    committed: Callable[[CommittedBlock], None]
    evidence_seen: Callable[[PublicKey, bytes], None]
    halted: Callable[[str], None]
    now_ms: Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformerCalls:
    """What performing an effect tells the driver."""

    answer: Callable[[Event], None]
    note: Callable[[], bytes]
    committed: Callable[[CommittedBlock], None]
    halt: Callable[[str], None]


class Performer:
    """Does what the engine asks, one effect at a time."""

    def __init__(self, parts: PerformerParts, calls: PerformerCalls, timers: Timers) -> None:
        self._parts = parts
        self._calls = calls
        self._timers = timers
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fsync")
        self._slow: dict[type, Callable[..., Awaitable[None]]] = {
            Persist: self._persist,
            BuildBlock: self._build,
            ValidateBlock: self._validate,
            Decide: self._decide,
        }

    async def perform(self, effect: Effect) -> None:
        """Do `effect` and return once it is done.

        Raises:
            LocalFault: the disk refused, or the sign-state refuses the signature.
        """
        slow = self._slow.get(type(effect))
        if slow is not None:
            await slow(effect)
        else:
            self._perform_now(effect)

    def close(self) -> None:
        """Finish what is being written."""
        self._disk.shutdown(wait=True)

    def _perform_now(self, effect: Effect) -> None:
        parts = self._parts
        match effect:
            case Broadcast(payload, restart):
                parts.transport.broadcast(Channel.CONSENSUS, restart + payload)
            case Send(peer, payload, restart):
                parts.transport.send(peer, Channel.CONSENSUS, restart + payload)
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
                self._calls.halt(reason)

    async def _persist(self, effect: Persist) -> None:
        loop = asyncio.get_running_loop()
        started_s = time.monotonic()
        writes = deque(self._writes(effect))
        await self._parts.room.until_done(
            lambda: loop.run_in_executor(self._disk, _write_rest, writes)
        )
        self._parts.metrics.fsync_seconds.observe(time.monotonic() - started_s)

    def _writes(self, effect: Persist) -> Iterator[Callable[[], None]]:
        """Yield what makes `effect` durable, in the order of rule R2.4."""
        wal, sign_state = self._parts.wal, self._parts.sign_state
        height, entry, lock = effect.height, effect.entry, effect.lock
        if entry is not None:
            yield lambda: wal.start_height(height)
            yield lambda: wal.append(height, entry)
        if lock is not None:
            yield lambda: sign_state.write_lock(lock)
        yield lambda: sign_state.write(effect.state)

    async def _build(self, effect: BuildBlock) -> None:
        parts = self._parts
        head = parts.ledger.head()
        if head.header.height + 1 != effect.height:
            return
        count_max = min(parts.block_transactions_max, BLOCK_TRANSACTIONS_MAX)
        last = effect.last_certificate
        request = BuildRequest(
            time_ms=max(parts.now_ms(), head.header.time_ms + 1),
            proposer=parts.own_key,
            last_certificate=None if last is None else last.unchecked,
            evidence=effect.evidence,
        )
        candidates = parts.pool.select(count_max, BLOCK_TRANSACTIONS_BYTES_MAX)
        block = parts.ledger.build(request, candidates)
        self._calls.answer(BlockBuilt(effect.height, effect.view, block))

    async def _validate(self, effect: ValidateBlock) -> None:
        block = effect.block
        await self._parts.prepare(block.transactions)
        if block.height <= self._parts.ledger.head().header.height:
            return  # block sync was faster; its BlockCommitted waits for the engine
        late = self._clock_difference(block.header.time_ms) if effect.is_fresh else None
        difference = late or self._parts.ledger.validate(block)
        self._calls.answer(BlockValidated(block.height, block.hash, difference, late is not None))

    def _clock_difference(self, time_ms: int) -> str | None:
        ahead_ms = time_ms - self._parts.now_ms()
        if abs(ahead_ms) <= BLOCK_TIME_DRIFT_MS_MAX:
            return None
        return (
            f"block time is {ahead_ms} ms from this node's clock, at most {BLOCK_TIME_DRIFT_MS_MAX}"
        )

    async def _decide(self, effect: Decide) -> None:
        await self._parts.prepare(effect.block.transactions)
        await self._parts.room.until_done(lambda: self._commit(effect))

    async def _commit(self, effect: Decide) -> None:
        """Commit with nothing awaited, so that block sync sees all or nothing."""
        if effect.block.height <= self._parts.ledger.head().header.height:
            return  # block sync was faster
        started_s = time.monotonic()
        note = self._calls.note()
        committed = self._parts.ledger.commit(effect.block, effect.certificate, note)
        self._parts.metrics.commit_seconds.observe(time.monotonic() - started_s)
        self._calls.committed(committed)


def _write_rest(writes: deque[Callable[[], None]]) -> None:
    """Do what is left, in the one thread that writes; what is done is not done again."""
    while writes:
        writes[0]()
        writes.popleft()
