"""Restart statements in the simulated network: signed by the agencies, applied by operators."""

from consensus import StoreNote, restarted
from primitives.ids import Height
from primitives.restart import RestartStatement, SignedRestart
from tests.simulation.cluster import Cluster
from tests.simulation.disk import Stored
from tests.simulation.losses import Loss
from tests.simulation.node import Node
from tests.simulation.world import SECOND

_HOUR_MS = 3_600_000


def sign_restart(
    cluster: Cluster, at: Node, *before: SignedRestart, reason: str = "power loss"
) -> tuple[SignedRestart, ...]:
    """Let two thirds of the agencies sign that they go on above the head of `at`.

    Returns what a block must carry: `before`, which no block carries, and the new statement.
    """
    tip = at.ledger.tip
    previous = before[-1].digest if before else tip.restart
    statement = RestartStatement(
        chain_id=tip.chain_id,
        previous=previous,
        height=Height(tip.height),
        block_hash=tip.hash,
        validators=cluster.validators.hash,
        reason=reason,
        not_after_ms=at.clock_ms() + _HOUR_MS,
    )
    signed = SignedRestart(statement)
    cluster.signed_restarts.add(signed.digest)
    cluster.checks.restarts.on_signed(tip.height, previous)
    return (*before, signed)


def apply_restart(node: Node, restarts: tuple[SignedRestart, ...]) -> bool:
    """Stop a node and apply statements as `apply` does; return whether it takes them."""
    node.crash()
    last = restarts[-1].statement
    if node.ledger.tip.hash != last.block_hash:
        return False  # it holds a certified block above, or is below
    applied = node.ledger.carried
    if applied and applied[-1].digest not in {signed.digest for signed in restarts}:
        return False
    random = node.world.rng.randbytes(16)
    state = restarted(node.disk.found(), node.key, random, restart=last.digest, height=last.height)
    node.ledger.pending = restarts
    if state is not None:
        node.disk.put(node.disk.wals, None)
        node.disk.put(node.disk.locks, None)
        note = StoreNote(stamp=None, mark=state.mark, statements=())
        node.disk.put(node.disk.stores, Stored(node.ledger.height, note))
        node.disk.put(node.disk.sign_states, state)
        node.disk.unreadable, node.disk.is_put_back = None, False
        node.cluster.checks.signing.on_restarted(node)
    return True


def roll_back(node: Node, height: int) -> None:
    """Stop a node and undo its blocks above `height`; its sign-state keeps its mark."""
    node.crash()
    node.ledger.roll_back(height)
    node.cluster.checks.on_lost(node, Loss())


def restart_all(nodes: list[Node], restarts: tuple[SignedRestart, ...]) -> None:
    """Apply the statements to all of `nodes`, then start them."""
    for node in nodes:
        assert apply_restart(node, restarts)
    for node in nodes:
        node.start()


def stands_still(cluster: Cluster, seconds: int = 60) -> bool:
    """Whether nothing is decided in so many seconds."""
    height = cluster.height
    cluster.run(seconds * SECOND)
    return cluster.height == height
