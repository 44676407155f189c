"""`sapha network show` and `history`: who is in the network, who decides, and what waits."""

from client.contract import all_pages, ask
from client.rpc import RpcClient
from commands.nodes import open_rpc
from commands.output import emit
from commands.table import show_table
from contracts.governance.network.queries import (
    NumberedVersion,
    network_version,
    nodes_page,
    seat_changes,
    versions_page,
)
from contracts.governance.network.state import Awaited, Node

_NODES_A_PAGE = 20  # a certificate has up to 4 KiB


async def show(*, rpc: list[str] | None, as_json: bool) -> None:
    """Show every node, whether it decides, since when, and the changes that wait."""
    async with open_rpc(rpc) as client:
        version = await ask(client, network_version)
        nodes, waiting = await _nodes(client), await ask(client, seat_changes)
    data = {
        "version": version,
        "nodes": [_node(node) for node in nodes],
        "waiting": [_waiting(entry) for entry in waiting],
    }
    rows = [
        (node.name, _role(is_validator=node.is_validator), node.since, f"{node.host}:{node.port}")
        for node in nodes
    ]
    table = show_table("Nodes", ("node", "role", "since height", "address"), rows)
    lines = [_sentence(entry) for entry in waiting]
    emit(data, "\n".join([f"version {version}", table, *lines]), as_json=as_json)


async def history(*, rpc: list[str] | None, as_json: bool) -> None:
    """Show every change of who decides, with the first height of which it counts."""
    async with open_rpc(rpc) as client:
        found = await _versions(client)
    data = [
        {
            "version": each.number,
            "first_height": each.version.first_height,
            "node": each.version.node,
            "role": _role(is_validator=each.version.is_validator),
        }
        for each in found
    ]
    rows = [(one["version"], one["first_height"], one["node"], one["role"]) for one in data]
    text = show_table("Changes", ("version", "from height", "node", "role"), rows)
    emit({"versions": data}, text, as_json=as_json)


async def _nodes(client: RpcClient) -> tuple[Node, ...]:
    found: tuple[Node, ...] = ()
    while part := await ask(client, nodes_page, found[-1].name if found else "", _NODES_A_PAGE):
        found += part
    return found


async def _versions(client: RpcClient) -> tuple[NumberedVersion, ...]:
    return await all_pages(
        lambda after, limit: ask(client, versions_page, after, limit), 0, lambda one: one.number
    )


def _node(node: Node) -> dict[str, object]:
    return {
        "name": node.name,
        "agency_id": node.agency_id,
        "public_key": "0x" + node.public_key.hex(),
        "host": node.host,
        "port": node.port,
        "role": _role(is_validator=node.is_validator),
        "since_height": node.since,
    }


def _waiting(entry: Awaited) -> dict[str, object]:
    return {
        "node": entry.node,
        "role": _role(is_validator=entry.is_validator),
        "decided_at_height": entry.decided,
        "ready_at_height": entry.ready,
        "lapses_ms": entry.lapses_ms,
    }


def _sentence(entry: Awaited) -> str:
    role = _role(is_validator=entry.is_validator)
    if entry.is_validator and entry.ready is None:
        return f"waits: {entry.node} as {role}, once its agency says that it is ready"
    return f"waits: {entry.node} as {role}, when its turn comes"


def _role(*, is_validator: bool) -> str:
    return "validator" if is_validator else "observer"
