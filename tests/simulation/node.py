"""One simulated node: it drives the real engine as the production driver does.

One event at a time; effects strictly in order; nothing after a `Persist` until it is durable;
building, validating and committing answer later, as events.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from consensus import Engine, EngineConfig, Recovery, recover
from consensus import effects as out
from consensus import events as to
from primitives.block import Block
from primitives.certificate import Certificate
from primitives.crypto import PublicKey
from primitives.limits import BLOCK_TIME_DRIFT_MS_MAX
from tests.simulation.disk import Disk
from tests.simulation.ledger import GENESIS_TIME_MS, BlockParts, Ledger
from tests.simulation.readable import show_effect, show_event
from tests.simulation.sync import BlockSync
from tests.simulation.world import MS, SECOND, Violation

if TYPE_CHECKING:
    from tests.simulation.byzantine import Conduct
    from tests.simulation.cluster import Cluster

CLOCK_DIFFERENCE = "ms from this node's clock"
_DISK_US_MAX = 2 * SECOND
_EVENT_BYTES: dict[type, Callable[[Any], bytes]] = {
    to.Received: lambda event: event.payload,
    to.BlockBuilt: lambda event: event.block.hash,
    to.BlockValidated: lambda event: event.block_hash,
    to.BlockCommitted: lambda event: event.head.block_hash,
    to.TimerFired: lambda event: b"%s %d" % (event.name.encode(), event.token),
}


class Node:
    """An engine with its disk, ledger, timers and clock."""

    def __init__(self, cluster: "Cluster", name: str, key: PublicKey) -> None:
        self.cluster, self.world, self.network = cluster, cluster.world, cluster.network
        self.index = len(cluster.network.nodes)
        self.name, self.key = name, key
        self.disk = Disk()
        self.ledger = Ledger(cluster.genesis, cluster.validators)
        self.sync = BlockSync(self)
        self.config = EngineConfig(
            chain_id=cluster.genesis.chain_id,
            own_key=key,
            sign=partial(cluster.keys.sign, key),
            verify=cluster.keys.verify,
            timeout_base_ms=cluster.plan.timeout_base_ms,
            timeout_cap_ms=cluster.plan.timeout_cap_ms,
        )
        self.conduct: Conduct | None = None
        self.skew_ms = 0
        self.slowness = 1.0  # of the disk
        self.crash_after: int | None = None  # effects until a crash
        self.crash_before: Callable[[out.Effect], bool] = lambda _effect: False
        self.engine: Engine | None = None
        self.life = 0  # a new one at each start and crash; callbacks of older lives do nothing
        self._inbox: deque[to.Event] = deque()
        self._effects: deque[out.Effect] = deque()
        self._is_waiting = False
        self._timers: dict[str, int] = {}
        self._timer_serial = 0

    @property
    def is_up(self) -> bool:
        """Whether the process runs."""
        return self.engine is not None

    @property
    def is_honest(self) -> bool:
        """Whether its promises are checked."""
        return self.conduct is None

    def clock_ms(self) -> int:
        """Return the node's own wall clock."""
        return GENESIS_TIME_MS + self.world.now_us // MS + self.skew_ms

    # -- life ------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process: recover from what is durable."""
        if self.is_up:
            return
        self.life += 1
        head = self.ledger.head()
        record, entries = self.disk.record, self.disk.entries(head.height + 1)
        self._say(f"starts at height {head.height} with {len(entries)} WAL entries")
        self.world.trace.add(self.world.now_us, self.name, "start")
        try:
            recovery = Recovery(sign_record=record, wal_entries=entries)
            self.engine, first = recover(self.config, head, recovery)
        except Exception as error:
            raise Violation(f"{self.name}: recovery raised {error!r}") from error
        self._effects.extend(first)
        for peer in self.network.nodes:
            if (self.index, peer.index) not in self.network.cut:
                self.network.connect(self, peer)
        self.later(self.cluster.plan.work_gap_us, self._work)
        self._pump()

    def crash(self) -> None:
        """Stop at once; lose memory and what the disk had not made durable."""
        if not self.is_up:
            return
        kept = self.disk.crash(now_us=self.world.now_us, rng=self.world.rng)
        self.world.counts["crash"] += 1
        self.world.trace.add(self.world.now_us, self.name, "crash")
        self._say(f"crashes: {kept}")
        self.life += 1
        self.engine = None
        self.crash_after = None
        self.sync.stop()
        self._inbox.clear()
        self._effects.clear()
        self._timers.clear()
        self._is_waiting = False

    def later(self, delay_us: float, action: Callable[..., None], *args: Any) -> None:
        """Call `action` after `delay_us` unless the process stops before."""
        self.world.after(delay_us, self._if_alive, self.life, action, args)

    def _if_alive(self, life: int, action: Callable[..., None], args: tuple[Any, ...]) -> None:
        if life == self.life:
            action(*args)

    # -- events ----------------------------------------------------------------------------

    def receive(self, peer: PublicKey, payload: bytes) -> None:
        """Take a payload from the network."""
        if self.is_up:
            self.give(to.Received(peer, payload))

    def on_connected(self, peer: PublicKey) -> None:
        """A session with `peer` was opened."""
        self.give(to.PeerConnected(peer))

    def give(self, event: to.Event) -> None:
        """Queue an event for the engine."""
        self._inbox.append(event)
        self._pump()

    def answer(self, event: to.Event) -> None:
        """Queue an answer of the driver itself; a blocking driver puts it first."""
        if self.cluster.plan.is_blocking:
            self._inbox.appendleft(event)
        else:
            self._inbox.append(event)
        self._pump()

    def commit(self, block: Block, certificate: Certificate) -> None:
        """Commit the next block durably and tell the engine; used by consensus and block sync."""
        self.ledger.commit(block, certificate)
        self.cluster.checks.on_committed(self, block, certificate)
        head = self.ledger.head()
        self.disk.start_height(head.height + 1)
        self.answer(to.BlockCommitted(head))
        self.later(self.cluster.plan.work_gap_us, self._work)

    def _work(self) -> None:
        self.give(to.WorkWaiting())

    def _pump(self) -> None:
        """Perform effects and step events until the disk must be waited for."""
        while self.engine is not None and not self._is_waiting:
            if self._effects:
                if self._must_crash():
                    self.crash()
                    return
                self._perform(self._effects.popleft())
            elif self._inbox:
                self._step(self._inbox.popleft())
            else:
                return

    def _must_crash(self) -> bool:
        if self.crash_before(self._effects[0]):
            return True
        if self.crash_after is None:
            return False
        self.crash_after -= 1
        return self.crash_after < 0

    def _step(self, event: to.Event) -> None:
        kind = type(event)
        data = _EVENT_BYTES[kind](event) if kind in _EVENT_BYTES else b""
        trace = self.world.trace
        trace.add(self.world.now_us, self.name, kind.__name__, data)
        if trace.sink is not None:
            self._say("<- " + show_event(event, self.cluster.validators))
        self.world.steps += 1
        try:
            effects = self.engine.step(event) if self.engine is not None else ()
        except Exception as error:
            raise Violation(f"{self.name}: step raised {error!r} on {kind.__name__}") from error
        self._effects.extend(effects)
        self.cluster.checks.on_step(self)

    def _say(self, text: str) -> None:
        self.world.trace.say(self.world.now_us, self.name, text)

    # -- effects ---------------------------------------------------------------------------

    def _perform(self, effect: out.Effect) -> None:
        if self.world.trace.sink is not None:
            self._say("   -> " + show_effect(effect, self.cluster.validators))
        _PERFORM[type(effect)](self, effect)

    def _persist(self, effect: out.Persist) -> None:
        takes_us = self._disk_us()
        self.disk.begin(effect, now_us=self.world.now_us, takes_us=takes_us)
        self._is_waiting = True
        self.later(takes_us, self._persisted)

    def _persisted(self) -> None:
        self.disk.finish()
        self._is_waiting = False
        self._pump()

    def _broadcast(self, effect: out.Broadcast) -> None:
        self.cluster.checks.on_sent(self, effect.payload)
        for target in self.network.nodes:
            if target.key != self.key:
                self._transmit(target, effect.payload)

    def _send(self, effect: out.Send) -> None:
        self.cluster.checks.on_sent(self, effect.payload)
        for target in self.network.owners(effect.peer):
            if target.key != self.key:
                self._transmit(target, effect.payload)

    def _transmit(self, target: "Node", payload: bytes) -> None:
        if self.conduct is None:
            self.network.send(self, target, payload)
            return
        for changed in self.conduct.outgoing(target, payload):
            self.network.send(self, target, changed)

    def _disk_us(self) -> int:
        low, high = self.cluster.plan.disk_us
        return min(_DISK_US_MAX, int(self.world.between(low, high) * self.slowness))

    def _execution_us(self) -> int:
        low, high = self.cluster.plan.execution_us
        return self.world.between(low, high)

    def _answer_after(self, delay_us: float, action: Callable[..., None], effect: Any) -> None:
        """Do `action` after `delay_us`; a blocking driver does nothing else before."""
        if self.cluster.plan.is_blocking:
            self._is_waiting = True
            self.later(delay_us, self._unblock, action, effect)
        else:
            self.later(delay_us, action, effect)

    def _unblock(self, action: Callable[..., None], effect: Any) -> None:
        action(effect)
        self._is_waiting = False
        self._pump()

    def _build(self, effect: out.BuildBlock) -> None:
        self._answer_after(self._execution_us(), self._built, effect)

    def _built(self, effect: out.BuildBlock) -> None:
        if effect.height != self.ledger.height + 1:
            return
        count = self.world.rng.randint(0, 2)
        block = self.ledger.build(
            BlockParts(
                time_ms=self.clock_ms(),
                proposer=self.key,
                last_certificate_hash=effect.last_certificate_hash,
                transactions=tuple(self.world.rng.randbytes(8) for _ in range(count)),
                evidence=effect.evidence,
            )
        )
        self.answer(to.BlockBuilt(effect.height, effect.view, block))

    def _validate(self, effect: out.ValidateBlock) -> None:
        self._answer_after(self._execution_us(), self._validated, effect)

    def _validated(self, effect: out.ValidateBlock) -> None:
        block = effect.block
        if block.height != self.ledger.height + 1:
            return  # block sync was faster
        difference = self.ledger.validate(block)
        drift_ms = abs(block.header.time_ms - self.clock_ms())
        if difference is None and effect.is_fresh and drift_ms > BLOCK_TIME_DRIFT_MS_MAX:
            difference = f"time_ms is {drift_ms} {CLOCK_DIFFERENCE}"
            self.world.counts["clock_refusal"] += 1
        self.answer(to.BlockValidated(block.height, block.hash, difference))

    def _decide(self, effect: out.Decide) -> None:
        self.cluster.checks.on_decided(self, effect.block, effect.certificate)
        self._answer_after(self._execution_us() + self._disk_us(), self._commit, effect)

    def _commit(self, effect: out.Decide) -> None:
        if effect.block.height == self.ledger.height + 1:
            self.commit(effect.block, effect.certificate)

    def _fetch(self, effect: out.FetchBlocks) -> None:
        self.sync.fetch(effect)

    def _start_timer(self, effect: out.StartTimer) -> None:
        self._timer_serial += 1
        self._timers[effect.name] = self._timer_serial
        self.later(effect.delay_ms * MS, self._fire, effect, self._timer_serial)

    def _fire(self, effect: out.StartTimer, serial: int) -> None:
        if self._timers.get(effect.name) == serial:
            del self._timers[effect.name]
            self.give(to.TimerFired(effect.name, effect.token))

    def _cancel_timer(self, effect: out.CancelTimer) -> None:
        self._timers.pop(effect.name, None)

    def _report_fault(self, effect: out.ReportFault) -> None:
        self.cluster.checks.on_reported(self, effect)

    def _record_evidence(self, effect: out.RecordEvidence) -> None:
        self.cluster.checks.on_evidence(self, effect)

    def _halt(self, effect: out.Halt) -> None:
        self.cluster.checks.on_halt(self, effect)


_PERFORM: dict[type, Callable[[Node, Any], None]] = {
    out.Persist: Node._persist,
    out.Broadcast: Node._broadcast,
    out.Send: Node._send,
    out.BuildBlock: Node._build,
    out.ValidateBlock: Node._validate,
    out.Decide: Node._decide,
    out.FetchBlocks: Node._fetch,
    out.StartTimer: Node._start_timer,
    out.CancelTimer: Node._cancel_timer,
    out.ReportFault: Node._report_fault,
    out.RecordEvidence: Node._record_evidence,
    out.Halt: Node._halt,
}
