"""The simulated network: delay, loss, duplication, cut links and clogged nodes."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from consensus.events import PeerConnected, Received
from consensus.messages import Kind
from primitives.crypto import PublicKey
from tests.simulation.node_keys import names_at
from tests.simulation.plan import Plan
from tests.simulation.world import World

if TYPE_CHECKING:
    from tests.simulation.node import Node


_POSITION = bytes((int(Kind.POSITION),))


class Network:
    """Carries payloads between nodes. A validator with a twin has two nodes and one key.

    Sessions are of nodes (S3): each end names the other by the key that its own chain gives to the
    node at the open height.
    """

    def __init__(self, world: World, plan: Plan) -> None:
        self.world = world
        self.plan = plan
        self.nodes: list[Node] = []
        self.cut: set[tuple[int, int]] = set()  # directed; membership only
        self.clogged: dict[int, list[tuple[Node, Node, int, bytes, bytes | None]]] = {}
        self.is_calm = False
        self.allows: Callable[[Node, Node, bytes], bool] | None = None  # a scenario's own rule
        self.lag_us: dict[int, int] = {}  # added to what a node sends

    def owners(self, key: PublicKey) -> list["Node"]:
        """Return the nodes that act for `key`, or did or will, in order."""
        return [node for node in self.nodes if key in node.disks]

    def label(self, at: "Node", of: "Node") -> PublicKey:
        """Return the key by which the node `at` calls the node `of`."""
        return names_at(at).get(of.seat, of.key)

    def reached_by(self, source: "Node", key: PublicKey) -> list["Node"]:
        """Return the nodes that `source` calls by `key`, in order."""
        others = (node for node in self.nodes if node.seat != source.seat)
        return [node for node in others if self.label(source, node) == key]

    def send(
        self, source: "Node", target: "Node", payload: bytes, restart: bytes | None = None
    ) -> None:
        """Try to carry `payload`; it may be lost, doubled, late or held back.

        `restart` goes with it, as `consensus.events.Received` says.
        """
        world, counts = self.world, self.world.counts
        is_allowed = self.allows is None or self.allows(source, target, payload)
        if (source.index, target.index) in self.cut or not is_allowed:
            counts["cut"] += 1
            return
        if not self.is_calm and world.chance(self.plan.drop):
            counts["drop"] += 1
            return
        lag_us = self.lag_us.get(source.index, 0)
        sent = (source, target, target.life, payload, restart)
        world.after(self.delay_us() + lag_us, self._arrive, *sent)
        if not self.is_calm and world.chance(self.plan.duplicate):
            counts["duplicate"] += 1
            world.after(self.delay_us(), self._arrive, *sent)

    def delay_us(self) -> int:
        """Return the travel time of one message; unequal times reorder messages."""
        low, high = self.plan.latency_us
        if not self.is_calm and self.world.chance(self.plan.straggler):
            self.world.counts["straggler"] += 1
            high = self.plan.straggler_us
        return self.world.between(low, high)

    def is_open(self, source: "Node", target: "Node") -> bool:
        """Return whether the link is not cut and neither end clogged."""
        return (source.index, target.index) not in self.cut and not (
            source.index in self.clogged or target.index in self.clogged
        )

    def _arrive(
        self, source: "Node", target: "Node", life: int, payload: bytes, restart: bytes | None
    ) -> None:
        """Deliver; what was sent to a former life is lost with its session, but for answers.

        Answers to a former life's question are delivered all the same: the rules must stand it.
        """
        for end in (source, target):
            if end.index in self.clogged:
                self.clogged[end.index].append((source, target, life, payload, restart))
                return
        if life != target.life and payload[1:2] != _POSITION:
            self.world.counts["former_life"] += 1
            return
        target.give(Received(self.label(target, source), payload, restart))

    def clog(self, node: "Node") -> None:
        """Hold back all that `node` sends and receives."""
        self.clogged.setdefault(node.index, [])

    def unclog(self, node: "Node") -> None:
        """Deliver what was held back, each message at its own speed."""
        for sent in self.clogged.pop(node.index, []):
            self.world.after(self.delay_us(), self._arrive, *sent)

    def split(self, group: Iterable["Node"], *, is_one_way: bool = False) -> None:
        """Cut the links from `group` to all others, and back unless `is_one_way`."""
        inside = sorted({node.index for node in group})
        outside = [node.index for node in self.nodes if node.index not in inside]
        for a in inside:
            for b in outside:
                self.cut.add((a, b))
                if not is_one_way:
                    self.cut.add((b, a))

    def heal(self, *, is_reconnecting: bool = True) -> None:
        """Mend all links; sessions that broke are opened again if `is_reconnecting`."""
        mended, self.cut = sorted(self.cut), set()
        if is_reconnecting:
            for a, b in sorted({(min(pair), max(pair)) for pair in mended}):
                self.connect(self.nodes[a], self.nodes[b])

    def connect(self, a: "Node", b: "Node") -> None:
        """Tell both ends, if up, that a session was opened."""
        if a.is_up and b.is_up and a.seat != b.seat:
            a.give(PeerConnected(self.label(a, b)))
            b.give(PeerConnected(self.label(b, a)))

    def calm(self) -> None:
        """End all faults of the network for good."""
        self.is_calm = True
        for node in self.nodes:
            self.unclog(node)
        self.heal()
