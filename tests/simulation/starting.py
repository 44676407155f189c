"""Starts of a node, and how it stands after one: read from the engine, not from the checks."""

from dataclasses import replace
from typing import TYPE_CHECKING

from consensus import Start, begin, recover
from tests.simulation.losses import is_covered, is_uncovered
from tests.simulation.node_keys import config_of, due_key, is_elsewhere
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.node import Node


def begin_start(node: "Node") -> Start:
    """Return what the files of a node say of who may sign; one whom R2.7 names is excused.

    A node whose key is in a signer never is: the signer's sign-state was not put back.
    """
    if is_uncovered(node.disk) and not is_elsewhere(node):
        excuse(node)
    try:
        found = node.disk.found()
        if node.link is not None and is_elsewhere(node):
            found = replace(found, signer=node.link.signer.state)
        return begin(found, node.key, node.world.rng.randbytes(16))
    except Exception as error:
        raise Violation(f"{node.name}: begin raised {error!r}") from error


def begin_engine(node: "Node") -> None:
    """Begin an engine with the key that is due, from what its files say."""
    node.key = due_key(node)
    node.disk, node.config = node.disks[node.key], config_of(node)
    before, is_older = node.disk.sign_state, is_covered(node.disk)
    start = begin_start(node)
    head = node.ledger.head()
    node.cluster.checks.on_head(node, head)
    node.say(
        f"starts at height {head.height}, sign-state {start.state.standing.name} at "
        f"{start.state.mark}, {len(start.entries)} WAL entries, {start.reason}"
    )
    try:
        engine, first = recover(node.config, head, start)
    except Exception as error:
        raise Violation(f"{node.name}: recovery raised {error!r}") from error
    node.disk.write_start(start, head.height, engine.note())
    node.cluster.checks.signing.on_started(node, before, is_older=is_older)
    node.run_engine(engine, first)


def change_key(node: "Node") -> None:
    """S4: the old key has stopped at this height; the new one starts at the next, or is new."""
    node.world.counts["key_change"] += 1
    node.timers.clear()
    node.sync.stop()  # what it waits for is called back under the old key, which is gone
    if node.link is not None:
        node.link.clear()
    begin_engine(node)


def start_and_fail(node: "Node", files: int) -> None:
    """Crash in a start that has written its stamp to the first `files` of its files."""
    if node.is_up:
        return
    start, head = begin_start(node), node.ledger.head()
    engine, _first = recover(node.config, head, start)
    node.disk.write_start(start, head.height, engine.note(), files=files)


def excuse(node: "Node") -> None:
    """Its files do not say all that was signed and nothing shows it: it counts to f (R2.7)."""
    node.world.counts["excused"] += 1
    for body in node.network.owners(node.key):
        body.is_excused = True


def is_listening(node: "Node") -> bool:
    """Whether a node is up and listens."""
    return node.engine is not None and node.engine.status().is_listening


def is_barred(node: "Node") -> bool:
    """Whether a node is up and only an operator lets it sign again."""
    return node.engine is not None and node.engine._replica.right.is_barred
