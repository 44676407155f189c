"""One simulated node: it drives the real engine as the production driver does.

One event at a time; effects strictly in order; nothing after a `Persist` until it is durable;
building, validating and committing answer later, as events.
"""

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from consensus import Engine
from consensus import effects as out
from consensus import events as to
from primitives.block import Block
from primitives.certificate import Certificate
from primitives.crypto import PublicKey
from tests.simulation.byzantine import be_reckless
from tests.simulation.disk import Disk
from tests.simulation.ledger import GENESIS_TIME_MS, Ledger
from tests.simulation.node_keys import config_of, due_key, prepare
from tests.simulation.performing import Timers, perform
from tests.simulation.readable import show_event
from tests.simulation.signer import Link
from tests.simulation.starting import begin_engine, change_key
from tests.simulation.sync import BlockSync
from tests.simulation.world import MS, Violation

if TYPE_CHECKING:
    from tests.simulation.byzantine import Conduct
    from tests.simulation.cluster import Cluster

_EVENT_BYTES: dict[type, Callable[[Any], bytes]] = {
    to.Received: lambda event: event.payload,
    to.BlockBuilt: lambda event: event.block.hash,
    to.BlockValidated: lambda event: event.block_hash,
    to.SignatureReceived: lambda event: event.signature,
    to.BlockCommitted: lambda event: event.head.block_hash,
    to.TimerFired: lambda event: b"%s %d" % (event.name.encode(), event.token),
}


class Node:
    """An engine with its disk, ledger, timers and clock."""

    def __init__(self, cluster: "Cluster", name: str, key: PublicKey) -> None:
        self.cluster, self.world, self.network = cluster, cluster.world, cluster.network
        self.index = len(cluster.network.nodes)
        self.name, self.key = name, key
        self.seat = name.rstrip("'")  # a twin and a clone sit where the original sits
        self.link: Link | None = None  # to a signer, which holds the first of its keys
        self.disks: dict[PublicKey, Disk] = {}  # of each key that is prepared here, in order
        prepare(self, key)
        self.disk = self.disks[key]  # of the key of now, as the config
        self.config = config_of(self)
        self.ledger = Ledger(cluster.genesis, cluster.validators, cluster.signed_restarts)
        self.sync = BlockSync(self)
        self.conduct: Conduct | None = None
        self.is_excused = False  # R2.7 names what was done to its files
        self.is_clone = False
        self.skew_ms = 0
        self.slowness = 1.0  # of the disk
        self.crash_after: int | None = None  # effects until a crash
        self.crash_before: Callable[[out.Effect], bool] = lambda _effect: False
        self.engine: Engine | None = None
        self.life = 0  # a new one at each start and crash; callbacks of older lives do nothing
        self._inbox: deque[to.Event] = deque()
        self._effects: deque[out.Effect] = deque()
        self.is_waiting = False  # for the disk, or for execution in a blocking driver
        self.timers = Timers(self)

    @property
    def is_up(self) -> bool:
        """Whether the process runs."""
        return self.engine is not None

    @property
    def is_honest(self) -> bool:
        """Whether it follows the rules."""
        return self.conduct is None

    @property
    def is_sound(self) -> bool:
        """Whether it follows the rules and may not sign two things, whatever was lost."""
        return self.conduct is None and not self.is_excused

    def clock_ms(self) -> int:
        """Return the node's own wall clock."""
        return GENESIS_TIME_MS + self.world.now_us // MS + self.skew_ms

    def start(self) -> None:
        """Start the process: recover from what is durable."""
        if self.is_up:
            return
        self.life += 1
        self.world.trace.add(self.world.now_us, self.name, "start")
        begin_engine(self)
        for peer in self.network.nodes:
            if (self.index, peer.index) not in self.network.cut:
                self.network.connect(self, peer)
        self.pump()

    def run_engine(self, engine: Engine, first: tuple[out.Effect, ...]) -> None:
        """Go on with an engine that has begun, in a new life or with another key."""
        self.engine = engine
        self._inbox = deque(event for event in self._inbox if isinstance(event, to.Received))
        self._effects.extend(first)
        self.later(self.cluster.plan.work_gap_us, self.give, to.WorkWaiting())

    def crash(self) -> None:
        """Stop at once; lose memory and what the disk had not made durable."""
        if not self.is_up:
            return
        kept = self.disk.crash(now_us=self.world.now_us, rng=self.world.rng)
        self.world.counts["crash"] += 1
        self.world.trace.add(self.world.now_us, self.name, "crash")
        self.say(f"crashes: {kept}")
        self.life += 1
        self.engine = None
        self.crash_after = None
        self.sync.stop()
        self._inbox.clear()
        self._effects.clear()
        self.timers.clear()
        if self.link is not None:
            self.link.clear()
        self.is_waiting = False

    def later(self, delay_us: float, action: Callable[..., None], *args: Any) -> None:
        """Call `action` after `delay_us` unless the process stops before."""
        self.world.after(delay_us, self._if_alive, (self.life, self.key), action, args)

    def _if_alive(
        self, life: tuple[int, PublicKey], action: Callable[..., None], args: tuple[Any, ...]
    ) -> None:
        if life == (self.life, self.key):
            action(*args)

    def give(self, event: to.Event, *, is_answer: bool = False) -> None:
        """Queue an event for the engine; a blocking driver puts its own answers first."""
        if not self.is_up:
            return
        if is_answer and self.cluster.plan.is_blocking:
            self._inbox.appendleft(event)
        else:
            self._inbox.append(event)
        self.pump()

    def commit(self, block: Block, certificate: Certificate) -> None:
        """Commit the next block durably and tell the engine; used by consensus and block sync."""
        self.ledger.commit(block, certificate)
        if self.engine is not None:
            self.disk.write_note(self.ledger.height, self.engine.note())
        self.cluster.checks.on_committed(self, block, certificate)
        head = self.ledger.head()
        self.cluster.checks.on_head(self, head)
        self.disk.start_height(head.height + 1)
        self.give(to.BlockCommitted(head), is_answer=True)
        self.later(self.cluster.plan.work_gap_us, self.give, to.WorkWaiting())

    def pump(self) -> None:
        """Perform effects and step events until the disk must be waited for."""
        while self.engine is not None and not self.is_waiting:
            if self._effects:
                if self._must_crash():
                    self.crash()
                    return
                perform(self, self._effects.popleft())
            elif self.key != due_key(self):
                change_key(self)
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
            self.say("<- " + show_event(event, self.cluster.validators))
        self.world.steps += 1
        self.cluster.checks.signing.before_step(self, event)
        if self.conduct is not None and self.engine is not None:
            be_reckless(self.engine)
        try:
            now_ms = self.world.now_us // MS
            effects = self.engine.step(event, now_ms) if self.engine is not None else ()
        except Exception as error:
            raise Violation(f"{self.name}: step raised {error!r} on {kind.__name__}") from error
        self._effects.extend(effects)
        self.cluster.checks.on_step(self)

    def say(self, text: str) -> None:
        self.world.trace.say(self.world.now_us, self.name, text)
