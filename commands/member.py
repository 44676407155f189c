"""`sapha member`: what an agency makes before a network exists."""

from pathlib import Path

from commands.output import UsageFault, emit
from genesis.verify import is_host
from node.setup import MEMBER_FILE, NodePlan, make_node
from node.signer.remote_key import remote_key

_LOOPBACK = ("127.", "localhost", "::1")


def new(  # noqa: PLR0913 - each is an option of the command
    name: str,
    *,
    directory: Path,
    address: str,
    port: int,
    rpc_port: int,
    observer: bool,
    sign_state_dir: str,
    signer: Path | None,
    as_json: bool,
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
        signer="" if signer is None else str(signer.absolute()),
    )
    member = make_node(directory, plan, None if signer is None else remote_key(signer))
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
