"""The record itself: who is in it, and its versions. Checks nothing; others decide."""

from contracts.governance.network.errors import UnknownNode
from contracts.governance.network.events import KeyChanged, NodeAdmitted, NodeRetired
from contracts.governance.network.messages import NodeKey
from contracts.governance.network.state import (
    ADMITTED,
    NODES_MAX,
    RETIRED,
    ROTATED,
    STOLEN,
    Node,
    Seat,
    Seats,
    Version,
    key_owners,
    node_count,
    nodes,
    record_version,
    seats,
    spent_keys,
    versions,
)
from contracts.sdk import Context, emit, replace


def enter(ctx: Context, node: Node) -> None:
    """Put a new node into the record; its key is no other node's for ever."""
    nodes.save(ctx, node.name, node)
    key_owners.save(ctx, node.public_key, node.name)
    node_count.add(ctx, 1)


def admit(ctx: Context, node: Node) -> None:
    """Put a new node into the record, as a version of its own."""
    enter(ctx, node)
    first = note(ctx, node.name, ADMITTED)
    emit(ctx, NodeAdmitted(node.name, node.agency_id, node.public_key, first))


def change(ctx: Context, node: Node, what: str) -> int:
    """Put a changed node in the place of the same one; return the height from which it counts."""
    first = note(ctx, node.name, what)
    nodes.save(ctx, node.name, replace(node, since=first))
    return first


def take_key(ctx: Context, name: str, key: NodeKey, *, is_stolen: bool) -> None:
    """Give a node another key from the next height on; the one before returns nowhere."""
    node = nodes.load(ctx, name, absent=UnknownNode)
    first = change(ctx, replace(node, public_key=key), STOLEN if is_stolen else ROTATED)
    spent_keys.save(ctx, node.public_key, first)
    save_seats(ctx)
    emit(ctx, KeyChanged(name, key, first))


def leave(ctx: Context, name: str) -> None:
    """Take a node out of the record; its key stays its own."""
    nodes.remove(ctx, name)
    node_count.add(ctx, -1)
    emit(ctx, NodeRetired(name, note(ctx, name, RETIRED)))


def note(ctx: Context, name: str, what: str) -> int:
    """Make a version of what changed in this block; return the height from which it counts."""
    first = ctx.height + 1
    versions.save(ctx, record_version.add(ctx, 1), Version(first, name, what))
    return first


def save_seats(ctx: Context) -> None:
    """Write who decides the next block, in ascending order of keys, from the nodes."""
    found = [node for _, node in nodes.page(ctx, limit=NODES_MAX) if node.is_validator]
    ordered = sorted([(node.public_key, node.name) for node in found])
    seats.save(ctx, Seats(tuple([Seat(key, name) for key, name in ordered])))
