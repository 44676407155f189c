"""Directed scenarios of sets that change: sleepers, leavers, newcomers, keys in turn."""

from tests.simulation.cluster import Cluster
from tests.simulation.node import Node
from tests.simulation.node_keys import prepare
from tests.simulation.scenarios import calm_cluster, running
from tests.simulation.world import SECOND


def changing_cluster(seed: int = 0, *, spares: int = 4, **changes: object) -> Cluster:
    """Return a calm cluster with nodes that may be given a seat."""
    return calm_cluster(seed, spares=spares, **changes)


def node_of(cluster: Cluster, seat: str) -> Node:
    """Return the node that sits, or would sit, in a seat."""
    return next(node for node in cluster.nodes if node.name == seat)


def give_seat(cluster: Cluster, seat: str) -> None:
    """Let the agencies give a seat to a node with its latest key."""
    cluster.changes.add(seat, list(node_of(cluster, seat).disks)[-1])


def take_seat(cluster: Cluster, seat: str) -> None:
    """Let the agencies take a seat away."""
    cluster.changes.add(seat, None)


def rotate(cluster: Cluster, seat: str) -> None:
    """Let a node have another key."""
    prepare(node_of(cluster, seat), cluster.keys.make(cluster.world.rng))
    give_seat(cluster, seat)


def report_stolen(cluster: Cluster, seat: str) -> None:
    """Let a node have another key before all that is still to be done."""
    prepare(node_of(cluster, seat), cluster.keys.make(cluster.world.rng))
    cluster.changes.add_stolen(seat, list(node_of(cluster, seat).disks)[-1])


def settle(cluster: Cluster, *, away: tuple[Node, ...] = ()) -> None:
    """Run until all that was decided is done, and three blocks more, on all but `away`."""
    nodes = [node for node in cluster.honest if node.is_up and node not in away]

    def is_done() -> bool:
        return not any(cluster.changes.undone(node.ledger.seats) for node in nodes)

    assert cluster.run(60 * SECOND, is_done)
    cluster.run_to_height(cluster.height + 3, within_us=60 * SECOND, who=nodes)


def seats_of(cluster: Cluster) -> list[str]:
    """Return who sits now, by name."""
    return sorted(one.name for one in cluster.highest.ledger.validators.members)


def sleep_through(changes: int) -> Cluster:
    """S-j: a validator sleeps while every other seat changes hands or keys, then wakes."""
    cluster = running(changing_cluster())
    sleeper = node_of(cluster, "v3")
    sleeper.crash()
    for number in range(changes):
        rotate(cluster, f"v{number % 3}")
        settle(cluster, away=(sleeper,))
    sleeper.start()
    cluster.run_to_height(cluster.height + 3, within_us=26 * SECOND)
    return cluster


def accuse_one_that_left() -> Cluster:
    """S-k: evidence against a validator comes after it has left, from an honest bearer."""
    cluster = running(changing_cluster(byzantine=("equivocator",), is_reliable_after=False))
    faulty = next(node for node in cluster.nodes if not node.is_honest)
    give_seat(cluster, "w0")
    settle(cluster)
    deaf = next(node for node in cluster.honest if node.seat == "w0")
    cluster.network.split([deaf])
    cluster.run_to_height(
        cluster.height + 20,
        within_us=120 * SECOND,
        who=[node for node in cluster.honest if node is not deaf],
    )
    take_seat(cluster, faulty.seat)
    settle(cluster, away=(deaf,))
    cluster.network.heal()
    cluster.run_to_height(cluster.height + 3, within_us=60 * SECOND)
    return cluster
