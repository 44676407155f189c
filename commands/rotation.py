"""Another consensus key for a node: made there, asked for there or at the administrator's desk."""

import json
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.answers import text_field, uint_field
from client.contract import Actor, ask
from client.errors import NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from commands.network_record import waiting_changes
from commands.nodes import open_rpc
from commands.output import emit, say
from commands.sending import sends
from contracts.governance.network.keys import KEY_TAG
from contracts.governance.network.messages import ReportStolen, RotateKey, StolenKey
from contracts.governance.network.queries import node as node_of
from genesis.files import read_text
from node.config import load_config
from node.next_key import make_next_key
from node.setup import write_new
from primitives.codec import encode
from primitives.crypto import Signature, SigningKey
from primitives.errors import LocalFault

if TYPE_CHECKING:
    from commands.framework.tree import Leaf

Wanted = type[RotateKey | ReportStolen]


def rotate_key(*, directory: Path) -> Callable[[Actor], Awaitable[RotateKey | ReportStolen]]:
    """Return what makes a key for the node of a directory and asks that it takes its turn."""
    return _makes(directory, RotateKey)


def report_stolen(*, directory: Path) -> Callable[[Actor], Awaitable[RotateKey | ReportStolen]]:
    """Return what makes a key for the node of a directory and asks that it comes first."""
    return _makes(directory, ReportStolen)


def changes_key(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command of a leaf that changes a key, and says afterwards from which height on."""
    send = sends(leaf)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        name, rpc = _name(given), given["rpc"]
        is_told = given["out"] is None and not given["as_json"]
        await send(**given)
        if is_told:
            with suppress(NodeUnreachable, RpcRefused):  # the change stands all the same
                async with open_rpc(rpc) as client:
                    say(await _standing(client, name))

    return run


async def new_key(file: Path, *, directory: Path, rpc: list[str] | None, as_json: bool) -> None:
    """Make a key for this node; write what the agencies need to vote that it comes next."""
    config = load_config(directory)
    async with open_rpc(rpc) as client:
        status = await client.call("chain_getStatus")
    height, chain_id = uint_field(status, "height"), text_field(status, "chain_id")
    name = config.node.name
    place, key = make_next_key(config)
    data: dict[str, object] = {
        "node": name,
        "public_key": "0x" + key.public_key.hex(),
        "height": height,
        "proof": "0x" + _proof(key, chain_id, name, height).hex(),
    }
    try:
        write_new(file, json.dumps(data, indent=2).encode() + b"\n", mode=0o644)
    except OSError as error:
        place.remove()
        raise LocalFault(f"{file}: {error.strerror}") from error
    emit(
        data,
        f"{file}: no secret; for the agency's administrator: sapha network rotate-key {file.name}",
        as_json=as_json,
    )


def rotation(*, file: Path) -> RotateKey:
    """Return what asks for the key of a file of `new_key` in its turn. Raises LocalFault."""
    return RotateKey(**_fields(file))


def theft(*, file: Path) -> ReportStolen:
    """Return what asks for the key of a file of `new_key` before all others. Raises LocalFault."""
    return ReportStolen(**_fields(file))


def stolen_key(*, file: Path) -> StolenKey:
    """Return what would give a node the key of a file of `new_key` by vote. Raises LocalFault."""
    return StolenKey(**_fields(file))


def _fields(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_text(file))
        return {
            "node": found["node"],
            "public_key": bytes.fromhex(found["public_key"].removeprefix("0x")),
            "height": found["height"],
            "proof": bytes.fromhex(found["proof"].removeprefix("0x")),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LocalFault(f"{file}: is not what `sapha node new-key` writes: {error}") from error


def _name(given: dict[str, Any]) -> str:
    """Return which node a command is about: that of a directory, or of a file of `new_key`."""
    if "directory" in given:
        return load_config(given["directory"]).node.name
    return str(_fields(given["file"])["node"])


def _makes(directory: Path, kind: Wanted) -> Callable[[Actor], Awaitable[RotateKey | ReportStolen]]:
    config = load_config(directory)

    async def make(actor: Actor) -> RotateKey | ReportStolen:
        status = await actor.rpc.call("chain_getStatus")
        name, height = config.node.name, uint_field(status, "height")
        # It stays also if the node refuses: another may have taken it. The next change destroys it.
        _place, key = make_next_key(config)
        return kind(name, key.public_key, height, _proof(key, actor.chain_id, name, height))

    return make


def _proof(key: SigningKey, chain_id: str, name: str, height: int) -> Signature:
    return key.sign(KEY_TAG, encode((chain_id, name, height)))


async def _standing(client: RpcClient, name: str) -> str:
    """Return in words whether the node has its new key, or when it will."""
    for entry, first in zip(*await waiting_changes(client), strict=True):
        if entry.node == name and entry.new_key is not None:
            return f"{name} signs with its new key from height {first} on at the soonest"
    node = await ask(client, node_of, name)
    if node is None:
        return f"{name} is not in the network record"
    return (
        f"{name} signs with the key 0x{node.public_key.hex()} from height {node.since} on;"
        " the running node takes it into use and destroys the old one by itself"
    )
