"""The kinds of harm that the nemesis does, each with its own end."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from primitives.crypto import PublicKey
from tests.simulation.losses import draw_loss, lose
from tests.simulation.node import Node
from tests.simulation.node_keys import prepare
from tests.simulation.starting import start_and_fail

if TYPE_CHECKING:
    from tests.simulation.nemesis import Nemesis


def partition(nemesis: "Nemesis") -> None:
    """Split the network in two."""
    nemesis.network.split(nemesis.some())
    nemesis.heal_later()


def one_way(nemesis: "Nemesis") -> None:
    """Let some nodes be heard by nobody, or hear nobody."""
    group = nemesis.some()
    if nemesis.world.chance(0.5):
        group = [node for node in nemesis.cluster.nodes if node not in group]
    nemesis.network.split(group, is_one_way=True)
    nemesis.heal_later()


def flapping(nemesis: "Nemesis", turns: int = 5) -> None:
    """Cut and mend the same nodes several times in quick succession."""
    group = nemesis.some()
    for turn in range(turns):
        nemesis.later(turn * 300, turn * 300 + 50, lambda: nemesis.network.split(group))
        nemesis.later(turn * 300 + 100, turn * 300 + 290, nemesis.network.heal)


def isolate_proposer(nemesis: "Nemesis") -> None:
    """Cut off who proposes next."""
    nemesis.network.split(nemesis.cluster.proposers()[0])
    nemesis.heal_later(100, 3000)


def swizzle_clog(nemesis: "Nemesis") -> None:
    """Clog nodes one after another, then unclog them in another order."""
    group = nemesis.some()
    order = nemesis.world.rng.sample(group, len(group))
    for node in group:
        nemesis.later(0, 800, partial(nemesis.network.clog, node))
    for i, node in enumerate(order):
        nemesis.later(900 + i * 100, 1200 + i * 300, partial(nemesis.network.unclog, node))


def crash(nemesis: "Nemesis") -> None:
    """Crash one node now; start it again later."""
    _crash_now(nemesis, [nemesis.one()])


def crash_mid_step(nemesis: "Nemesis") -> None:
    """Crash one node between two effects."""
    node = nemesis.one()
    node.crash_after = nemesis.world.rng.randint(0, 12)
    nemesis.later(500, 3000, node.start)


def crash_many(nemesis: "Nemesis") -> None:
    """Crash several nodes, sometimes all, at one moment (a power failure)."""
    nodes = nemesis.cluster.nodes
    _crash_now(nemesis, list(nodes) if nemesis.world.chance(0.3) else nemesis.some())


def slow_disk(nemesis: "Nemesis") -> None:
    """Make a disk very slow for a while."""
    node = nemesis.one()
    node.slowness = nemesis.world.rng.choice((10.0, 50.0, 200.0))
    nemesis.later(500, 4000, lambda: setattr(node, "slowness", 1.0))


def clock_step(nemesis: "Nemesis") -> None:
    """Step the wall clock of one node, back or forth."""
    node = nemesis.one()
    drift_ms = nemesis.cluster.plan.clock_skew_ms
    node.skew_ms = nemesis.world.between(-drift_ms, drift_ms)


def retwin(nemesis: "Nemesis") -> None:
    """Let every other node talk to one body of each twin only, then to both."""
    twins = [node for node in nemesis.cluster.nodes if len(nemesis.network.owners(node.key)) > 1]
    for node in nemesis.cluster.nodes:
        for twin in twins:
            if node.key != twin.key and nemesis.world.chance(0.5):
                nemesis.network.cut.add((node.index, twin.index))
                nemesis.network.cut.add((twin.index, node.index))
    nemesis.heal_later()


def _crash_now(nemesis: "Nemesis", nodes: list[Node]) -> None:
    for node in nodes:
        node.crash()
        nemesis.later(10, 3000, node.start)


def lose_files(nemesis: "Nemesis") -> None:
    """Crash a node and lose, cut or put back its files in one of the 63 ways."""
    node = nemesis.world.rng.choice(nemesis.cluster.careless or nemesis.cluster.nodes)
    node.crash()
    if node in nemesis.cluster.careless:
        loss = draw_loss(nemesis.world.rng)
        node.say(f"files: {loss}")
        lose(node, loss, nemesis.world.rng)
        nemesis.cluster.checks.on_lost(node, loss)
    nemesis.later(10, 3000, node.start)


def crash_in_start(nemesis: "Nemesis") -> None:
    """Crash a node, and again while it writes the stamp of its next start."""
    node = nemesis.one()
    node.crash()
    start_and_fail(node, nemesis.world.rng.randint(0, 2))
    nemesis.later(10, 2000, node.start)


def clone(nemesis: "Nemesis") -> None:
    """Start a copy of a careless node beside it for a while."""
    cluster = nemesis.cluster
    originals = [node for node in cluster.careless if not node.is_clone]
    if not originals:
        return
    original = nemesis.world.rng.choice(originals)
    clones = [node for node in cluster.nodes if node.is_clone and node.seat == original.seat]
    if not clones:
        original.crash()
        clones = [cluster.clone(original)]
        original.start()
    clones[0].start()
    nemesis.later(500, 5000, clones[0].crash)


def change_seats(nemesis: "Nemesis") -> None:
    """Let the agencies decide one more change: a seat for a node, none for it, or another key.

    A thief is the second body of a twin: it keeps the old key, or has the new one as well.
    """
    cluster, rng = nemesis.cluster, nemesis.world.rng
    changes, highest = cluster.changes, cluster.highest
    undone = changes.undone(highest.ledger.seats)
    if len(undone) >= _UNDONE_MAX:
        return
    waiting = {change.name for change in undone}
    stolen = {change.name for change in undone if change.is_stolen}
    seats = changes.seats(cluster.validators)
    bodies = [node for node in cluster.nodes if node.name == node.seat and node.seat not in stolen]
    least = highest.ledger.height - _BEHIND_MAX
    ready = [
        node
        for node in bodies
        if node.seat not in seats and node.is_up and node.ledger.height > least
    ]
    seated = [node for node in bodies if node.seat in seats]
    unmoved = [node for node in seated if node.seat not in waiting]
    kind = rng.choice(("add", "remove", "rotate", "stolen"))
    if kind == "add" and ready:
        node = rng.choice(ready)
        if rng.random() < 0.5:
            prepare(node, cluster.keys.make(rng))
        changes.add(node.seat, list(node.disks)[-1])
    elif kind == "remove" and seated and len(seats) > cluster.plan.validators:
        changes.add(rng.choice(seated).seat, None)
    elif kind == "rotate" and seated:
        changes.add(*_another_key(nemesis, rng.choice(seated)))
    elif kind == "stolen" and unmoved:
        changes.add_stolen(*_another_key(nemesis, rng.choice(unmoved)))
    else:
        return
    nemesis.world.counts[f"seat_{kind}"] += 1


def _another_key(nemesis: "Nemesis", node: Node) -> tuple[str, PublicKey]:
    """Prepare another key at a node, and at times at the other bodies of its seat too."""
    cluster, rng = nemesis.cluster, nemesis.world.rng
    key = cluster.keys.make(rng)
    for body in cluster.nodes:
        is_thief = body.seat == node.seat and body is not node and body.conduct is not None
        if body is node or (is_thief and rng.random() < 0.5):
            prepare(body, key)
            nemesis.world.counts["thief_of_new_key"] += is_thief
    return node.seat, key


_UNDONE_MAX = 4
_BEHIND_MAX = 100  # R4.9


STRIKES: dict[str, Callable[["Nemesis"], None]] = {
    "partition": partition,
    "one_way": one_way,
    "flapping": flapping,
    "isolate_proposer": isolate_proposer,
    "swizzle_clog": swizzle_clog,
    "crash": crash,
    "crash_mid_step": crash_mid_step,
    "crash_many": crash_many,
    "slow_disk": slow_disk,
    "clock_step": clock_step,
    "retwin": retwin,
    "lose_files": lose_files,
    "crash_in_start": crash_in_start,
    "clone": clone,
    "change_seats": change_seats,
}
