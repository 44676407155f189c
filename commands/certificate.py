"""Another TLS key for a node: made there, asked for there or at the administrator's desk."""

from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.contract import Actor, ask
from client.rpc import RpcClient
from commands.nodes import open_rpc
from commands.output import CheckFailed, emit
from commands.sending import sends
from contracts.governance.network.messages import AddCertificate, WithdrawCertificate
from contracts.governance.network.queries import node as node_of
from contracts.governance.network.state import Node
from node.certificate import (
    check_own_name,
    make_next_certificate,
    next_certificate,
    read_certificate_file,
    shown_no_more,
    until,
    use_next_certificate,
)
from node.config import NodeConfig, load_config

if TYPE_CHECKING:
    from commands.framework.tree import Leaf


def new_certificate(*, directory: Path) -> AddCertificate:
    """Return what asks that a certificate of another TLS key, made here once, counts too."""
    config = load_config(directory)
    return AddCertificate(config.node.name, make_next_certificate(config).der)


def withdraw_certificate(*, directory: Path) -> Callable[[Actor], Awaitable[WithdrawCertificate]]:
    """Return what takes the certificate of the record away that the node shows no more."""
    config = load_config(directory)

    async def make(actor: Actor) -> WithdrawCertificate:
        node = await _own(actor.rpc, config)
        second = node.second_certificate
        gone = None if second is None else shown_no_more(config, (node.certificate, second))
        if gone is None:
            raise CheckFailed(f"{node.name}: the record has no other certificate than is shown")
        return WithdrawCertificate(node.name, gone)

    return make


async def next_one(*, directory: Path, rpc: list[str] | None, as_json: bool) -> None:
    """Make a certificate of another TLS key; once the record has it, put it into use."""
    config = load_config(directory)
    made = make_next_certificate(config)
    async with open_rpc(rpc) as client:
        if made.der in await _certificates(client, config):
            await _use(client, config, as_json=as_json, is_silent=False)
            return
    path = made.folder / "cert.pem"
    emit(
        {"certificate": str(path), "until": until(made.der)},
        f"{path}: no secret; for the agency's administrator: sapha network add-certificate\n"
        "then run this again",
        as_json=as_json,
    )


def addition(*, node: str, file: Path) -> AddCertificate:
    """Return what lets a node show the certificate of a PEM file too. Raises LocalFault."""
    der = read_certificate_file(file)
    check_own_name(node, der)
    return AddCertificate(node, der)


def withdrawal(*, node: str, file: Path) -> WithdrawCertificate:
    """Return what takes the certificate of a PEM file away from a node. Raises LocalFault."""
    return WithdrawCertificate(node, read_certificate_file(file))


def adds(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command of a leaf that adds a certificate, and puts it into use afterwards."""
    send = sends(leaf)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        config, rpc, out = load_config(given["directory"]), given["rpc"], given["out"]
        as_json, made = given["as_json"], next_certificate(config)
        async with open_rpc(rpc) as client:
            is_there = made is not None and made.der in await _certificates(client, config)
        if not is_there:
            await send(**given)
        if out is None:
            async with open_rpc(rpc) as client:
                await _use(client, config, as_json=as_json, is_silent=as_json and not is_there)

    return run


async def _use(client: RpcClient, config: NodeConfig, *, as_json: bool, is_silent: bool) -> None:
    made = next_certificate(config)
    if made is None or made.der not in await _certificates(client, config):
        raise CheckFailed("the network record does not have the new certificate yet; run it again")
    kept_as = use_next_certificate(config, made, datetime.now(UTC))
    if not is_silent:
        path = config.path(config.p2p.certificate)
        data = {"certificate": str(path), "kept_as": str(kept_as), "until": until(made.der)}
        emit(
            data,
            f"{path}: of another TLS key, until {until(made.der)}; the node shows it soon\n"
            f"the old one is {kept_as.name}; end it with: sapha node withdraw-certificate",
            as_json=as_json,
        )


async def _certificates(client: RpcClient, config: NodeConfig) -> tuple[bytes | None, ...]:
    node = await _own(client, config)
    return (node.certificate, node.second_certificate)


async def _own(client: RpcClient, config: NodeConfig) -> Node:
    node = await ask(client, node_of, config.node.name)
    if node is None:
        raise CheckFailed(f"{config.node.name} is not in the network record")
    return node
