"""`sapha member`: what an agency makes before a network exists."""

from pathlib import Path
from typing import Annotated

import typer

from commands.output import AsJson, UsageFault, command, emit
from genesis.verify import is_host
from node.setup import MEMBER_FILE, NodePlan, make_node

app = typer.Typer(no_args_is_help=True, help="Make this agency's node and its public member file.")

_LOOPBACK = ("127.", "localhost", "::1")


@app.command("new")
@command
def new(  # noqa: PLR0913 - each is an option of the command
    name: Annotated[str, typer.Argument(help="Short name of the agency, lower-case.")],
    *,
    directory: Annotated[Path, typer.Option("--dir", help="Where the node's directory goes.")],
    address: Annotated[str, typer.Option(help="Host name or address that others dial.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port for other members.")] = 26600,
    rpc_port: Annotated[int, typer.Option(min=1, max=65535, help="Port for clients.")] = 26601,
    observer: Annotated[bool, typer.Option("--observer", help="It will not vote.")] = False,
    sign_state_dir: Annotated[
        str, typer.Option(help="Folder of the sign-state; best on a disk without snapshots.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make keys, TLS certificate and node.toml, and member.json for the coordinator."""
    if not is_host(address):
        host, _, last = address.rpartition(":")
        mend = f": --address {host} --port {last}" if last.isdecimal() else ""
        raise UsageFault(
            f"--address {address!r:.80} is no host name or address without a port; the port for"
            f" other members is --port{mend}"
        )
    is_local = address.startswith(_LOOPBACK)
    plan = NodePlan(
        name=name,
        address=address,
        p2p_host="127.0.0.1" if is_local else "0.0.0.0",  # noqa: S104 - members dial in
        p2p_port=port,
        rpc_host="127.0.0.1",
        rpc_port=rpc_port,
        is_validator=not observer,
        sign_state_dir=sign_state_dir,
    )
    member = make_node(directory, plan)
    path = directory / MEMBER_FILE
    emit(
        {
            "name": name,
            "public_key": "0x" + member.public_key.hex(),
            "dir": str(directory),
            "member_file": str(path),
        },
        f"{name}: node made in {directory}\n"
        f"send {path} to the coordinator; never send keys/ or tls/key.pem\n"
        f"public key 0x{member.public_key.hex()} (read it to the coordinator by telephone)",
        as_json=as_json,
    )
