"""Performs the engine's effects: disk, network, timers, and the ledger's work.

Each effect is finished when `perform` returns; a `Persist` is on disk by then. Only a block whose
calls have costly checks is judged later: they run in threads, and the driver steps on meanwhile.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

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
    RequestSignature,
    Send,
    StartTimer,
    ValidateBlock,
)
from consensus.events import BlockBuilt, BlockValidated, Event
from consensus.guard import Lock, SignState
from contracts.sdk.errors import EndOfBlockFailed
from node.execution.slices import Overtaken, Sliced, in_slices
from node.observe.metrics import NodeMetrics
from node.ports import BuildRequest, CommittedBlock, CommittedHead, Ledger
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

log = logging.getLogger("sapha.consensus")

T = TypeVar("T")


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
    own_key: Callable[[], PublicKey]
    ask_signer: Callable[[RequestSignature], None]
    metrics: NodeMetrics
    heartbeat_ms: int
    block_transactions_max: int
    prepare: Callable[[Sequence[bytes]], Awaitable[None] | None]
    room: DiskRoom
    fetch_blocks: Callable[[Height, tuple[PublicKey, ...]], None]
    committed: Callable[[CommittedBlock], None]
    evidence_seen: Callable[[PublicKey, bytes], None]
    halted: Callable[[str], None]
    now_ms: Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The costly checks of a proposed block are done.

    The driver gives it back to `Performer.judge` in its turn, so that the engine's owner alone
    executes blocks.
    """

    effect: ValidateBlock
    checks: "asyncio.Future[None]"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformerCalls:
    """What performing an effect tells the driver."""

    answer: Callable[[Event], None]
    note: Callable[[], bytes]
    checked: Callable[[Checked], None]
    committed: Callable[[CommittedBlock], None]
    halt: Callable[[str], None]


class Performer:
    """Does what the engine asks, one effect at a time."""

    def __init__(self, parts: PerformerParts, calls: PerformerCalls, timers: Timers) -> None:
        self._parts = parts
        self._calls = calls
        self._timers = timers
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fsync")
        self._checking: set[asyncio.Future[None]] = set()
        self._slow: dict[type, Callable[..., Awaitable[None]]] = {
            Persist: self._persist,
            RequestSignature: self._ask_signer,
            BuildBlock: self._build,
            ValidateBlock: self._validate,
            Decide: self._decide,
        }

    async def perform(self, effect: Effect) -> None:
        """Do `effect` and return once it is done.

        Raises:
            LocalFault: the disk refused, or the sign-state refuses the signature.
        """
        kind = type(effect)
        if kind in self._slow:
            await self._slow[kind](effect)
        else:
            self._perform_now(effect)

    def close(self) -> None:
        """Finish what is being written, and wait for no checks."""
        for checks in tuple(self._checking):
            checks.cancel()
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
                parts.metrics.peer_faults.inc()
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

    async def _ask_signer(self, effect: RequestSignature) -> None:
        """Write the lock file first; the answer comes as an event, and nothing waits for it."""
        lock, sign_state = effect.lock, self._parts.sign_state
        if lock is not None:
            writes = deque([lambda: sign_state.write_lock(lock)])
            loop = asyncio.get_running_loop()
            await self._parts.room.until_done(
                lambda: loop.run_in_executor(self._disk, _write_rest, writes)
            )
        self._parts.ask_signer(effect)

    async def _build(self, effect: BuildBlock) -> None:
        parts = self._parts
        head = parts.ledger.head()
        if head.header.height + 1 != effect.height:
            return
        count_max = min(parts.block_transactions_max, BLOCK_TRANSACTIONS_MAX)
        last = effect.last_certificate
        request = BuildRequest(
            time_ms=max(parts.now_ms(), head.header.time_ms + 1),
            proposer=parts.own_key(),
            last_certificate=None if last is None else last.unchecked,
            evidence=effect.evidence,
        )
        candidates = parts.pool.select(count_max, BLOCK_TRANSACTIONS_BYTES_MAX)
        try:
            block = await self._upon(head, parts.ledger.building(request, candidates))
        except Overtaken:
            return  # block sync was faster; its BlockCommitted waits for the engine
        except EndOfBlockFailed as fault:
            # Without an answer the engine proposes nothing, and at the time-out the next proposer
            # has its turn: each meets the same failure, stays up, and says so.
            place = {"height": effect.height, "view": effect.view}
            log.critical("nothing_proposed", extra=place | {"reason": fault})
            return
        self._calls.answer(BlockBuilt(effect.height, effect.view, block))

    async def judge(self, checked: Checked) -> None:
        """Execute a block whose costly checks are done, and answer the engine."""
        checked.checks.result()  # raises what broke in a thread
        await self._judge(checked.effect)

    async def _validate(self, effect: ValidateBlock) -> None:
        """Execute now, or once the costly checks are done; the clock is looked at on arrival."""
        block = effect.block
        late = self._clock_difference(block.header.time_ms) if effect.is_fresh else None
        if late is not None:
            self._calls.answer(BlockValidated(block.height, block.hash, late, is_clock=True))
            return
        awaited = self._parts.prepare(block.transactions)
        if awaited is None:
            await self._judge(effect)
            return
        checks = asyncio.ensure_future(awaited)
        self._checking.add(checks)
        checks.add_done_callback(partial(self._on_checked, effect))

    def _on_checked(self, effect: ValidateBlock, checks: "asyncio.Future[None]") -> None:
        self._checking.discard(checks)
        if not checks.cancelled():
            self._calls.checked(Checked(effect=effect, checks=checks))

    async def _judge(self, effect: ValidateBlock) -> None:
        block = effect.block
        if block.height <= self._parts.ledger.head().header.height:
            return  # block sync was faster; its BlockCommitted waits for the engine
        ledger = self._parts.ledger
        try:
            difference = await self._upon(ledger.head(), ledger.validating(block))
        except Overtaken:
            return
        self._calls.answer(BlockValidated(block.height, block.hash, difference))

    async def _upon(self, head: CommittedHead, work: Sliced[T]) -> T:
        """Do what stands upon `head` in slices: timers fire and frames come in between.

        Raises:
            Overtaken: block sync has moved the head.
        """
        ledger = self._parts.ledger
        return await in_slices(work, lambda: ledger.head().block_hash == head.block_hash)

    def _clock_difference(self, time_ms: int) -> str | None:
        ahead_ms = time_ms - self._parts.now_ms()
        if abs(ahead_ms) <= BLOCK_TIME_DRIFT_MS_MAX:
            return None
        return (
            f"block time is {ahead_ms} ms from this node's clock, at most {BLOCK_TIME_DRIFT_MS_MAX}"
        )

    async def _decide(self, effect: Decide) -> None:
        """Commit a block that was judged before, as soon as the disk has room for it.

        It is the longest that the loop does in one piece; the next block is not begun in the same.
        """
        await self._parts.room.until_done(lambda: self._commit(effect))
        await asyncio.sleep(0)

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
