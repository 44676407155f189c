"""Starts of a node, and how it stands after one: read from the engine, not from the checks."""

from dataclasses import replace
from typing import TYPE_CHECKING

from consensus import Start, begin, recover
from tests.simulation.losses import is_uncovered
from tests.simulation.world import Violation

if TYPE_CHECKING:
    from tests.simulation.node import Node


def begin_start(node: "Node") -> Start:
    """Return what the files of a node say of who may sign; one whom R2.7 names is excused.

    A node whose key is in a signer never is: the signer's sign-state was not put back.
    """
    if is_uncovered(node.disk) and node.link is None:
        excuse(node)
    try:
        found = node.disk.found()
        if node.link is not None:
            found = replace(found, signer=node.link.signer.state)
        return begin(found, node.key, node.world.rng.randbytes(16))
    except Exception as error:
        raise Violation(f"{node.name}: begin raised {error!r}") from error


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
