"""`sapha network show`, `history`, `diff`: who is in the network, who decides, and what waits."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from client.answers import text_field
from client.contract import all_pages, ask, ask_at
from client.rpc import RpcClient
from commands.nodes import open_rpc
from commands.output import CheckFailed, emit
from commands.table import show_table
from commands.upgrades import awaited, upgrade_json, upgrade_text
from contracts.governance.network.messages import NodeAdmission
from contracts.governance.network.queries import (
    NumberedVersion,
    network_version,
    nodes_page,
    seat_changes,
    versions_page,
)
from contracts.governance.network.state import Awaited, Node
from genesis.schema import GenesisMember
from genesis.verify import load_genesis, load_signed_member
from node.certificate import check_own_name, until

_NODES_A_PAGE = 20  # a certificate has up to 4 KiB


def admission(*, file: Path, agency: str) -> NodeAdmission:
    """Return what admits the node of a member file, borne by this agency or the one of its name.

    Raises:
        GenesisFault: the file is wrong, or was changed.
        LocalFault: its certificate would count at no node.
    """
    member, signature = load_signed_member(file)
    check_own_name(member.name, member.certificate_der)
    return NodeAdmission(
        name=member.name,
        agency_id=agency or member.name,
        public_key=member.public_key,
        certificate=member.certificate_der,
        host=member.host,
        port=member.port,
        is_validator=member.is_validator,
        signature=signature,
    )


async def diff(genesis: Path, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show of each node what the record has and the genesis has not, or the other way."""
    founded = load_genesis(genesis)
    async with open_rpc(rpc) as client:
        chain_id = text_field(await client.call("chain_getStatus"), "chain_id")
        if chain_id != founded.chain_id:
            raise CheckFailed(f"{genesis} is of {founded.chain_id}, the node of {chain_id}")
        version, nodes = await ask(client, network_version), await all_nodes(client)
    was = {member.name: _founding_facts(member) for member in founded.members}
    now = {node.name: _facts(node) for node in nodes}
    found = [
        {"node": name, "change": change}
        for name in sorted({**was, **now})
        for change in _changes(was.get(name), now.get(name))
    ]
    lines = [f"{one['node']}: {one['change']}" for one in found] or ["nothing has changed"]
    data = {"version": version, "changes": found}
    emit(data, "\n".join([f"version {version}", *lines]), as_json=as_json)


async def show(*, rpc: list[str] | None, as_json: bool) -> None:
    """Show every node, whether it decides, since when, and the changes that wait."""
    async with open_rpc(rpc) as client:
        version = await ask(client, network_version)
        nodes, (waiting, due) = await all_nodes(client), await waiting_changes(client)
        upgrades = await awaited(client)
    data = {
        "version": version,
        "nodes": [_node(node) for node in nodes],
        "waiting": [
            _waiting(entry) | {"due_height": first}
            for entry, first in zip(waiting, due, strict=True)
        ],
        "upgrades": [upgrade_json(one) for one in upgrades],
    }
    rows = [
        (
            node.name,
            node.agency_id,
            _role(is_validator=node.is_validator),
            node.since,
            f"{node.host}:{node.port}",
            ", ".join(until(der) for der in (node.certificate, node.second_certificate) if der),
        )
        for node in nodes
    ]
    columns = ("node", "agency", "role", "since height", "address", "certificate until")
    table = show_table("Nodes", columns, rows)
    lines = [_sentence(entry, first) for entry, first in zip(waiting, due, strict=True)]
    lines += map(upgrade_text, upgrades)
    emit(data, "\n".join([f"version {version}", table, *lines]), as_json=as_json)


async def history(*, rpc: list[str] | None, as_json: bool) -> None:
    """Show every change of the record, with the first height of which it counts."""
    async with open_rpc(rpc) as client:
        found = await _versions(client)
    data = [
        {
            "version": each.number,
            "first_height": each.version.first_height,
            "node": each.version.node,
            "change": each.version.change,
        }
        for each in found
    ]
    rows = [(one["version"], one["first_height"], one["node"], one["change"]) for one in data]
    text = show_table("Changes", ("version", "from height", "node", "change"), rows)
    emit({"versions": data}, text, as_json=as_json)


async def waiting_changes(client: RpcClient) -> tuple[tuple[Awaited, ...], list[int | None]]:
    """Return the changes that wait, and from which height on each counts at the soonest."""
    waiting, height = await ask_at(client, seat_changes)
    if not waiting:
        return (), []
    seated = sum(node.is_validator for node in await all_nodes(client))
    return waiting, due_heights(waiting, height=height, validators=seated)


def due_heights(waiting: Sequence[Awaited], *, height: int, validators: int) -> list[int | None]:
    """Return from which height on each change counts that waits after the block at `height`.

    At the soonest: f seats change a block, stolen keys first (R4.1). None for a seat whose node is
    not ready.
    """
    room = max((validators - 1) // 3, 1)
    due = [
        place
        for place, entry in enumerate(waiting)
        if entry.new_key is not None or not entry.is_validator or entry.ready is not None
    ]
    due.sort(key=lambda place: not waiting[place].is_stolen)
    first = {place: height + 2 + turn // room for turn, place in enumerate(due)}
    return [first.get(place) for place in range(len(waiting))]


async def all_nodes(client: RpcClient) -> tuple[Node, ...]:
    """Return every node of the record, in order of names."""
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
        "certificate": _certificate(node.certificate),
        "second_certificate": None
        if node.second_certificate is None
        else _certificate(node.second_certificate),
        "host": node.host,
        "port": node.port,
        "role": _role(is_validator=node.is_validator),
        "since_height": node.since,
    }


def _certificate(der: bytes) -> dict[str, object]:
    return {"sha256": "0x" + sha256(der).hexdigest(), "until": until(der)}


def _waiting(entry: Awaited) -> dict[str, object]:
    return {
        "node": entry.node,
        "role": _awaited_role(entry),
        "decided_at_height": entry.decided,
        "ready_at_height": entry.ready,
        "lapses_ms": entry.lapses_ms,
        "new_key": None if entry.new_key is None else "0x" + entry.new_key.hex(),
    }


def _sentence(entry: Awaited, first: int | None) -> str:
    role = _awaited_role(entry)
    if first is None:
        return f"waits: {entry.node} as {role}, once its agency says that it is ready"
    what = f"{entry.node} as {role}" if entry.new_key is None else f"{role} for {entry.node}"
    return f"waits: {what}, in its turn: from height {first} on at the soonest"


def _awaited_role(entry: Awaited) -> str:
    if entry.new_key is not None:
        return "another key, for a stolen one" if entry.is_stolen else "another key"
    return "retired" if entry.is_retired else _role(is_validator=entry.is_validator)


def _founding_facts(member: GenesisMember) -> dict[str, str]:
    return {
        "key": member.public_key.hex(),
        "certificate": sha256(member.certificate_der).hexdigest(),
        "address": f"{member.host}:{member.port}",
        "role": _role(is_validator=member.is_validator),
    }


def _facts(node: Node) -> dict[str, str]:
    return {
        "key": node.public_key.hex(),
        "certificate": sha256(node.certificate).hexdigest(),
        "address": f"{node.host}:{node.port}",
        "role": _role(is_validator=node.is_validator),
    }


def _changes(was: dict[str, str] | None, now: dict[str, str] | None) -> list[str]:
    """Return in words how a node's facts differ; None is no node."""
    if was is None or now is None:
        return ["retired" if now is None else f"admitted, {now['role']} at {now['address']}"]
    return [f"{name} {was[name]} -> {now[name]}" for name in was if was[name] != now[name]]


def _role(*, is_validator: bool) -> str:
    return "validator" if is_validator else "observer"
