"""Directed scenarios: a calm cluster, and rules that decide which message gets through."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from consensus.effects import Broadcast, Effect
from consensus.messages import Kind, Message, Statement
from consensus.wire import read_message
from tests.simulation.cluster import Cluster
from tests.simulation.losses import Loss, lose
from tests.simulation.node import Node
from tests.simulation.plan import Plan
from tests.simulation.world import MS, SECOND, World

Rule = Callable[[Node, Node, Statement], bool]


def calm_cluster(seed: int = 0, **changes: object) -> Cluster:
    """Return a cluster in a world without faults; `changes` are fields of the plan."""
    calm = Plan(latency_us=(1 * MS, 4 * MS), disk_us=(100, 500), clock_skew_ms=0)
    return Cluster(World(seed), replace(calm, **changes))  # type: ignore[arg-type]


def statement_of(payload: bytes) -> Statement | None:
    """Return the signed statement of a message, or None for the other kinds."""
    message: Message = read_message(payload)
    if isinstance(message, Statement):
        return message
    return getattr(message, "statement", None)


@dataclass(slots=True)
class Gate:
    """Lets signed messages through by a rule, who is where always, and all others or none."""

    rule: Rule
    lets_others_pass: bool = False
    seen: list[tuple[Node, Statement]] = field(default_factory=list)

    def __call__(self, source: Node, target: Node, payload: bytes) -> bool:
        """Return whether this message goes through."""
        if is_kind(payload, Kind.POSITION_QUESTION, Kind.POSITION):
            return True
        statement = statement_of(payload)
        if statement is None:
            return self.lets_others_pass
        self.seen.append((source, statement))
        return self.rule(source, target, statement)


def is_kind(payload: bytes, *kinds: Kind) -> bool:
    """Whether the message is of one of the kinds."""
    return payload[1] in [int(kind) for kind in kinds]


def crash_and_lose(node: Node, loss: Loss, moment: int | None = None) -> None:
    """Stop a node and do `loss` to its files; it counts to the f that may lose them."""
    if node not in node.cluster.careless:
        node.cluster.careless.append(node)
    node.crash()
    lose(node, loss, node.world.rng, moment)
    node.cluster.checks.on_lost(node, loss)


def view_of(node: Node) -> int:
    """The view that a node that is up is in."""
    return -1 if node.engine is None else node.engine.status().view


def running(cluster: Cluster, height: int = 3) -> Cluster:
    """Return the cluster, started and past `height`."""
    cluster.start()
    cluster.run_to_height(height, within_us=20 * SECOND)
    return cluster


def proposer_of(cluster: Cluster, height: int, view: int = 0) -> Node:
    """Return the node whose turn (height, view) is while nobody is passed over."""
    members = cluster.validators.members
    return cluster.network.owners(members[(height + view) % len(members)].public_key)[0]


def others_than(cluster: Cluster, *nodes: Node) -> list[Node]:
    """Return all other nodes."""
    return [node for node in cluster.nodes if node not in nodes]


def mend(cluster: Cluster, a: Node, b: Node) -> None:
    """Mend the one link between two nodes."""
    cluster.network.cut -= {(a.index, b.index), (b.index, a.index)}
    cluster.network.connect(a, b)


def before_broadcast_of(kind: Kind) -> Callable[[Effect], bool]:
    """Return a test for the moment just before a message of `kind` is sent."""
    return lambda effect: isinstance(effect, Broadcast) and effect.payload[1] == int(kind)


def competing_locks(cluster: Cluster) -> None:
    """Two blocks of one height are prepared, in views 0 and 1; the second is decided by one node.

    v1 alone prepares block A in view 0. v0, v2 and v3 change to view 1 without v1, prepare B, and
    only v2 learns the commits. Then v2 is cut off: v0, v1 and v3 must find B, not A.
    """
    v0, v1, v2, v3 = cluster.nodes

    def rule(source: Node, target: Node, said: Statement) -> bool:
        if said.view == 0:
            return said.kind is Kind.PRE_PREPARE or (said.kind is Kind.PREPARE and target is v1)
        if said.view == 1 and said.kind is Kind.COMMIT:
            return target is v2
        return said.view == 1 and v1 not in (source, target)

    cluster.network.allows = Gate(rule)
    cluster.start()
    cluster.run_to_height(1, within_us=4 * SECOND, who=[v2])
    cluster.network.split([v2])
    cluster.network.allows = Gate(
        lambda _s, _t, said: said.view > 1 or said.kind is Kind.VIEW_CHANGE
    )
    cluster.run_to_height(1, within_us=20 * SECOND, who=[v0, v1, v3])
    cluster.network.allows = None
    cluster.run_to_height(3, within_us=20 * SECOND, who=[v0, v1, v3])
    cluster.network.heal()
    cluster.run_to_height(5, within_us=20 * SECOND)
