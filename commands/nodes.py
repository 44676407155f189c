"""The nodes that a command asks: those of --rpc, and an operator's own."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from client.access import UNIX_SCHEME, RpcSettings, trusting
from client.keystore import read_secret
from client.rpc import RpcClient
from commands.output import UsageFault
from commands.watch import current_watch
from primitives.errors import LocalFault

if TYPE_CHECKING:
    from ssl import SSLContext

DEFAULT_RPC = "http://127.0.0.1:26601"
CA_FILE_VARIABLE = "SAPHA_CA_FILE"  # the authorities of https nodes, for every command


def open_rpc(urls: list[str] | None, option: str = "--rpc") -> RpcClient:
    """Return a client of the nodes at `urls`, to be used with `async with`.

    The running command's watch is told of every transaction that is sent through it.
    """
    chosen = [part for url in urls or [DEFAULT_RPC] for part in url.split()]
    for url in chosen:
        if not url.startswith(("http://", "https://")):
            raise UsageFault(f"{option} {url}: must start with http:// or https://")
    return RpcClient(chosen, RpcSettings(tls=authorities()), current_watch())


def open_for_server(urls: list[str]) -> RpcClient:
    """Return a client for a process that serves others: nobody here waits for what it sends."""
    return RpcClient(urls, RpcSettings(tls=authorities()))


def open_operator(
    directory: Path | None, url: str | None = None, token_file: Path | None = None
) -> RpcClient:
    """Return a client with an operator's rights, to be used with `async with`.

    At the operators' address `url`, with the token of a file; else at the socket of the node whose
    directory this is. A token goes to no other address.

    Raises:
        UsageFault: neither a directory nor an address is given.
        KeystoreFault: the file of the token cannot be read, or others can.
    """
    if url is not None:
        if not url.startswith(("http://", "https://")):
            raise UsageFault(f"--operator {url}: must start with http:// or https://")
        if token_file is None:
            raise UsageFault(f"--operator {url}: a token is needed, in the file of --token-file")
        token = read_secret(token_file).strip()
        return RpcClient([url], RpcSettings(token=token, tls=authorities()))
    if directory is None:
        raise UsageFault("this needs an operator's rights: --dir of the node, or --operator")
    return RpcClient([operator_url(directory)])


def authorities() -> "SSLContext | None":
    """Return how to reach https addresses: by the authorities of a file, if one is named."""
    given = os.environ.get(CA_FILE_VARIABLE)
    return trusting(Path(given).expanduser()) if given else None


def operator_url(directory: Path) -> str:
    """Return where the node of a directory serves operators on this machine."""
    from node.config import (  # noqa: PLC0415 - only operators read a node's settings
        OPERATOR_SOCKET,
        load_config,
    )

    try:
        path = load_config(directory).operator_socket
    except LocalFault:
        path = directory / "data" / OPERATOR_SOCKET  # checking the files has found why
    return f"{UNIX_SCHEME}{path}"
