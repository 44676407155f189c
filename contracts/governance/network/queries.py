"""What anyone may ask of the network record."""

from typing import Annotated

from contracts.governance.network.changes import ALL_AWAITED_MAX
from contracts.governance.network.messages import NODE_NAME_CHARS_MAX
from contracts.governance.network.state import (
    Awaited,
    ChangeNumber,
    Node,
    Version,
    awaited,
    nodes,
    record_version,
    versions,
)
from contracts.governance.state import contract
from contracts.sdk import Chars, Context, CountMax, Range, record

_PAGE = 20  # a certificate has up to 4 KiB

AfterNode = Annotated[str, Chars(0, NODE_NAME_CHARS_MAX)]  # "" begins with the first


@record
class NumberedVersion:
    """A version of the record by its number, from 1."""

    number: ChangeNumber
    version: Version


Nodes = Annotated[tuple[Node, ...], CountMax(_PAGE)]
AllAwaited = Annotated[tuple[Awaited, ...], CountMax(ALL_AWAITED_MAX)]
Versions = Annotated[tuple[NumberedVersion, ...], CountMax(100)]

node = contract.expose("node", nodes, ("name",), "The node of this name, or nothing.")


@contract.query
def nodes_page(ctx: Context, after: AfterNode, limit: Annotated[int, Range(1, _PAGE)]) -> Nodes:
    """Nodes in order of their names, after the name `after`; "" begins with the first."""
    last = None if after == "" else after
    return tuple([found for _, found in nodes.page(ctx, after=last, limit=limit)])


@contract.query
def seat_changes(ctx: Context) -> AllAwaited:
    """The changes of seats and keys that are decided and wait, in order; stolen keys go first."""
    return tuple([entry for _, entry in awaited.page(ctx, limit=ALL_AWAITED_MAX)])


@contract.query
def network_version(ctx: Context) -> Annotated[int, Range(0, 2**53)]:
    """The number of the record's version; 0 is that of the genesis."""
    return record_version.get(ctx)


@contract.query
def versions_page(
    ctx: Context, after: Annotated[int, Range(0, 2**53)], limit: Annotated[int, Range(1, 100)]
) -> Versions:
    """Versions of the record in order, after the number `after`."""
    found = versions.page(ctx, after=after, limit=limit)
    return tuple([NumberedVersion(number, version) for number, version in found])
