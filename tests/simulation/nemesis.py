"""The nemesis: does harm at random moments until told to end."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.simulation.node import Node
from tests.simulation.strikes import STRIKES
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
            if node.is_clone:
                node.crash()
            else:
                node.start()
        self.network.calm()
        if cluster.plan.is_reliable_after:
            self._reform()
        seats = cluster.changes.seats(cluster.validators)
        sound = [
            node
            for node in cluster.nodes
            if node.is_honest and node.seat in seats and node not in cluster.careless
        ]
        for node in self.world.rng.sample(sound, cluster.plan.down_after):
            node.crash()

    def _reform(self) -> None:
        """Let Byzantine nodes follow the rules from now on; of twins one stays."""
        seen = set()
        for node in self.cluster.nodes:
            if node.conduct is not None:
                node.conduct.is_reformed = True
            if node.seat in seen:
                node.crash()
            seen.add(node.seat)

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
        STRIKES[kind](self)
        self._wait()

    def later(self, low_ms: int, high_ms: int, action: Callable[[], None]) -> None:
        """Do `action` at a random time unless the faults have ended by then."""
        self.world.after(self.world.between(low_ms * MS, high_ms * MS), self._unless_over, action)

    def _unless_over(self, action: Callable[[], None]) -> None:
        if not self._is_over:
            action()

    def some(self, most: int | None = None) -> list[Node]:
        """Return between one and `most` nodes (default: all but one)."""
        nodes = self.cluster.nodes
        limit = max(1, min(len(nodes) - 1, most or len(nodes)))
        return self.world.rng.sample(nodes, self.world.rng.randint(1, limit))

    def one(self) -> Node:
        """Return any node."""
        return self.world.rng.choice(self.cluster.nodes)

    def heal_later(self, low_ms: int = 100, high_ms: int = 4000) -> None:
        is_reconnecting = self.world.chance(0.6)
        self.later(low_ms, high_ms, lambda: self.network.heal(is_reconnecting=is_reconnecting))
