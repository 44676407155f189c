"""The nemesis: does harm at random moments until told to end."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.node import Node
from tests.simulation.world import MS

if TYPE_CHECKING:
    from tests.simulation.cluster import Cluster


class Nemesis:
    """Draws faults of the kinds that the plan names, each with its own end."""

    def __init__(self, cluster: "Cluster") -> None:
        self.cluster, self.world = cluster, cluster.world
        self.network = cluster.network
        self._is_over = False

    def start(self) -> None:
        """Begin to do harm."""
        if self.cluster.plan.nemeses:
            self._wait()

    def end(self) -> None:
        """Undo all harm; then stop the validators that the plan wants to stay down."""
        self._is_over = True
        cluster = self.cluster
        for node in cluster.nodes:
            node.slowness, node.crash_after = 1.0, None
            node.start()
        self.network.calm()
        if cluster.plan.is_reliable_after:
            self._reform()
        honest = [node for node in cluster.nodes if node.is_honest]
        for node in self.world.rng.sample(honest, cluster.plan.down_after):
            node.crash()

    def _reform(self) -> None:
        """Let Byzantine nodes follow the rules from now on; of twins one stays."""
        seen = set()
        for node in self.cluster.nodes:
            if node.conduct is not None:
                node.conduct.is_reformed = True
            if node.key in seen:
                node.crash()
            seen.add(node.key)

    def _wait(self) -> None:
        gap_us = self.cluster.plan.nemesis_gap_us
        self.world.after(self.world.rng.expovariate(1 / gap_us), self._strike)

    def _strike(self) -> None:
        if self._is_over:
            return
        kind = self.world.rng.choice(self.cluster.plan.nemeses)
        self.world.counts[kind] += 1
        self.world.trace.add(self.world.now_us, "nemesis", kind)
        self.world.trace.say(self.world.now_us, "nemesis", kind)
        _STRIKES[kind](self)
        self._wait()

    def _later(self, low_ms: int, high_ms: int, action: Callable[[], None]) -> None:
        """Do `action` at a random time unless the faults have ended by then."""
        self.world.after(self.world.between(low_ms * MS, high_ms * MS), self._unless_over, action)

    def _unless_over(self, action: Callable[[], None]) -> None:
        if not self._is_over:
            action()

    def _some(self, most: int | None = None) -> list[Node]:
        """Return between one and `most` nodes (default: all but one)."""
        nodes = self.cluster.nodes
        limit = max(1, min(len(nodes) - 1, most or len(nodes)))
        return self.world.rng.sample(nodes, self.world.rng.randint(1, limit))

    def _one(self) -> Node:
        return self.world.rng.choice(self.cluster.nodes)

    def _heal_later(self, low_ms: int = 100, high_ms: int = 4000) -> None:
        is_reconnecting = self.world.chance(0.6)
        self._later(low_ms, high_ms, lambda: self.network.heal(is_reconnecting=is_reconnecting))

    def partition(self) -> None:
        """Split the network in two."""
        self.network.split(self._some())
        self._heal_later()

    def one_way(self) -> None:
        """Let some nodes be heard by nobody, or hear nobody."""
        group = self._some()
        if self.world.chance(0.5):
            group = [node for node in self.cluster.nodes if node not in group]
        self.network.split(group, is_one_way=True)
        self._heal_later()

    def flapping(self, turns: int = 5) -> None:
        """Cut and mend the same nodes several times in quick succession."""
        group = self._some()
        for turn in range(turns):
            self._later(turn * 300, turn * 300 + 50, lambda: self.network.split(group))
            self._later(turn * 300 + 100, turn * 300 + 290, self.network.heal)

    def isolate_proposer(self) -> None:
        """Cut off who proposes next."""
        key = self.cluster.validators.proposer(self.cluster.height + 1, 0)  # type: ignore[arg-type]
        self.network.split(self.network.owners(key))
        self._heal_later(100, 3000)

    def swizzle_clog(self) -> None:
        """Clog nodes one after another, then unclog them in another order."""
        group = self._some()
        order = self.world.rng.sample(group, len(group))
        for node in group:
            self._later(0, 800, lambda node=node: self.network.clog(node))
        for i, node in enumerate(order):
            self._later(900 + i * 100, 1200 + i * 300, lambda node=node: self.network.unclog(node))

    def crash(self) -> None:
        """Crash one node now; start it again later."""
        self._crash_now([self._one()])

    def crash_mid_step(self) -> None:
        """Crash one node between two effects."""
        node = self._one()
        node.crash_after = self.world.rng.randint(0, 12)
        self._later(500, 3000, node.start)

    def crash_many(self) -> None:
        """Crash several nodes, sometimes all, at one moment (a power failure)."""
        nodes = self.cluster.nodes
        self._crash_now(list(nodes) if self.world.chance(0.3) else self._some())

    def slow_disk(self) -> None:
        """Make a disk very slow for a while."""
        node = self._one()
        node.slowness = self.world.rng.choice((10.0, 50.0, 200.0))
        self._later(500, 4000, lambda: setattr(node, "slowness", 1.0))

    def clock_step(self) -> None:
        """Step the wall clock of one node, back or forth."""
        node = self._one()
        drift_ms = self.cluster.plan.clock_skew_ms
        node.skew_ms = self.world.between(-drift_ms, drift_ms)

    def retwin(self) -> None:
        """Let every other node talk to one body of each twin only, then to both."""
        twins = [node for node in self.cluster.nodes if len(self.network.owners(node.key)) > 1]
        for node in self.cluster.nodes:
            for twin in twins:
                if node.key != twin.key and self.world.chance(0.5):
                    self.network.cut.add((node.index, twin.index))
                    self.network.cut.add((twin.index, node.index))
        self._heal_later()

    def _crash_now(self, nodes: list[Node]) -> None:
        for node in nodes:
            node.crash()
            self._later(10, 3000, node.start)


_STRIKES: dict[str, Callable[[Nemesis], None]] = {
    "partition": Nemesis.partition,
    "one_way": Nemesis.one_way,
    "flapping": Nemesis.flapping,
    "isolate_proposer": Nemesis.isolate_proposer,
    "swizzle_clog": Nemesis.swizzle_clog,
    "crash": Nemesis.crash,
    "crash_mid_step": Nemesis.crash_mid_step,
    "crash_many": Nemesis.crash_many,
    "slow_disk": Nemesis.slow_disk,
    "clock_step": Nemesis.clock_step,
    "retwin": Nemesis.retwin,
}
