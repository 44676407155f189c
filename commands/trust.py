"""What a command trusts: a genesis file, and a second node that must have the same chain."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from client.errors import NodeUnreachable
from client.head_memory import HeadMemory
from client.light import LightClient
from client.rpc import RpcClient
from client.second_opinion import Opinion, second_opinion
from commands.nodes import open_rpc
from commands.output import UsageFault, say
from genesis.verify import load_genesis

HEAD_FILE_VARIABLE = "SAPHA_HEAD_FILE"
SECOND_RPC_VARIABLE = "SAPHA_SECOND_RPC"


def open_light(genesis: Path, head_file: Path | None = None) -> LightClient:
    """Return what verifies against a genesis file, and remembers in --head-file if there is one.

    Raises:
        LocalFault: a file cannot be read or is of another network.
    """
    document = load_genesis(genesis)
    given = os.environ.get(HEAD_FILE_VARIABLE)
    path = head_file if head_file is not None or not given else Path(given)
    memory = None if path is None else HeadMemory(path.expanduser(), document.chain_id)
    return LightClient(document, memory)


async def look_twice(
    light: LightClient, client: RpcClient, second: str | None = None
) -> Opinion | None:
    """Compare with a second node if one is given, also by its variable; say which is behind.

    Raises:
        ForkProven: they have different certified blocks at one height.
        UsageFault: the second is the first.
        NodeUnreachable: names the option when it is the second that does not answer.
    """
    chosen = second or os.environ.get(SECOND_RPC_VARIABLE)
    if not chosen:
        return None
    async with open_rpc([chosen], "--second-rpc") as other:
        if not {_place_of(url) for url in other.urls}.isdisjoint(map(_place_of, client.urls)):
            raise UsageFault(f"--second-rpc {chosen}: is an address of --rpc; give another node's")
        try:
            opinion = await second_opinion(light, client, other)
        except NodeUnreachable as error:
            if str(error).startswith(other.urls[0]):
                raise NodeUnreachable(f"--second-rpc {error}") from error
            raise
    if opinion.warning is not None:
        say(f"stale: {opinion.warning}")
    return opinion


def _place_of(url: str) -> tuple[str, str | None, int | None]:
    """Return what tells two addresses apart: scheme, host and port."""
    parts = urlsplit(url)
    try:
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:  # no number: asking will say so
        port = None
    return parts.scheme, parts.hostname, port
