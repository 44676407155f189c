"""What the network record remembers."""

from typing import Annotated

from contracts.governance.network.messages import (
    BlockHeight,
    Certificate,
    Host,
    NodeKey,
    NodeName,
    Port,
)
from contracts.sdk import Chars, Counter, CountMax, Digest, Item, Map, Range, record

VALIDATORS_MAX = 100
NODES_MAX = 200

ADMITTED = "admitted"
RETIRED = "retired"
VALIDATOR = "validator"
OBSERVER = "observer"
MOVED = "moved"
ROTATED = "key rotated"
STOLEN = "key stolen"
ADDED = "certificate added"
WITHDRAWN = "certificate withdrawn"

ChangeNumber = Annotated[int, Range(1, 2**53)]
TimeMs = Annotated[int, Range(1, 2**53)]


@record
class Node:
    """A node of the network; `since` is the first height at which it has what it has now.

    `agency_id` bears the node: its administrator acts for it. Certificates are X.509 in DER; there
    is a second one while a node goes over to another TLS key.
    """

    name: NodeName
    agency_id: NodeName
    public_key: NodeKey
    certificate: Certificate
    host: Host
    port: Port
    is_validator: bool
    since: BlockHeight
    second_certificate: Certificate | None


@record
class Seat:
    """Who decides, and its key."""

    public_key: NodeKey
    name: NodeName


@record
class Seats:
    """All who decide the next block, in ascending order of their keys."""

    seats: Annotated[tuple[Seat, ...], CountMax(VALIDATORS_MAX)]


@record
class Awaited:
    """A decided change of a seat that waits for its turn; `ready` is the block that its node has.

    Nothing is waited for of a node that leaves; one that is retired leaves the record with its
    seat. It is void from `lapses_ms` on. With a `new_key` it changes that alone; it comes before
    all others if the key of now is stolen.
    """

    node: NodeName
    is_validator: bool
    decided: BlockHeight
    lapses_ms: TimeMs
    ready: BlockHeight | None
    is_retired: bool
    new_key: NodeKey | None
    is_stolen: bool


@record
class Version:
    """The record as of a height: which node, and what it is from then on.

    That is "admitted", "retired", "validator", "observer", "moved", "key rotated", "key stolen",
    "certificate added" or "certificate withdrawn".
    """

    first_height: BlockHeight
    node: NodeName
    change: Annotated[str, Chars(1, 32)]


nodes = Map[NodeName, Node]("nodes")  # name -> node
node_count = Counter("node_count")
key_owners = Map[NodeKey, NodeName]("key_owners")  # key -> whose it is or was, for ever
spent_keys = Map[NodeKey, BlockHeight]("spent_keys")  # key -> from when on it is worthless
seats = Item[Seats]("seats")  # what decides the next block; execution reads it
awaited = Map[ChangeNumber, Awaited]("awaited")  # number -> change, in the order of decisions
awaited_count = Counter("awaited_count")
changes_decided = Counter("changes_decided")
versions = Map[ChangeNumber, Version]("versions")  # number -> what made that version of the record
record_version = Counter("record_version")
recent = Map[BlockHeight, Digest]("recent")  # height -> block hash, while a change waits
