"""Makes a node's directory: keys, TLS certificate, node.toml, sign-state, later the genesis.

A directory is made once and never overwritten; keys are readable by their owner only.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from consensus.guard import born
from genesis.build import show_member
from genesis.schema import Genesis, GenesisMember, show_genesis
from node.config import CONFIG_FILE, SIGN_STATE
from node.store.sign_state import held
from p2p.tls import certificate_der, make_certificate
from primitives.crypto import SEED_BYTES, PublicKey, SigningKey
from primitives.errors import LocalFault
from primitives.keys import Signer
from primitives.limits import TRANSACTION_BYTES_MAX

GENESIS_FILE = "genesis.json"
MEMBER_FILE = "member.json"
ANCHOR = "anchor.pem"  # beside the certificate: the one of the TLS key that came last
_KEY_FILE = "keys/validator.key"
_CERTIFICATE_FILE = "tls/cert.pem"
_TLS_KEY_FILE = "tls/key.pem"
DEFAULT_SIGN_STATE_DIR = f"data/{SIGN_STATE}"


class DirectoryInUse(LocalFault):
    """There is already a node in the directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """What a new node is called and where it listens; `address` is what others dial."""

    name: str
    address: str
    p2p_host: str
    p2p_port: int
    rpc_host: str
    rpc_port: int
    is_validator: bool = True
    strangers_per_second: int | None = None  # None: the default of node.config
    share_percent: int | None = None  # the same
    own_networks: tuple[str, ...] = ()  # of the node's own agency, with a share of their own
    sockets_per_ip_max: int | None = None  # None: the default of node.config
    sign_state_dir: str = ""  # as [sign_state] dir
    signer: str = ""  # as [signer] socket; "" makes a key in the directory


def make_node(directory: Path, plan: NodePlan, signer: Signer | None = None) -> GenesisMember:
    """Make the directory of a new node, with its signed member file, and return its record.

    With a `signer`, which holds the key, none is made here.

    Raises:
        DirectoryInUse: there is a node in `directory`.
        GenesisFault: a name, address or port that no genesis takes.
        LocalFault: the disk refuses.
    """
    if (directory / CONFIG_FILE).exists() or (directory / _KEY_FILE).exists():
        raise DirectoryInUse(f"{directory}: there is already a node here")
    certificate_pem, tls_key_pem = make_certificate(plan.name)
    made = SigningKey(secrets.token_bytes(SEED_BYTES))
    key = made if signer is None else signer
    member = GenesisMember(
        name=plan.name,
        public_key=key.public_key,
        certificate_der=certificate_der(certificate_pem),
        host=plan.address,
        port=plan.p2p_port,
        is_validator=plan.is_validator,
    )
    shown = show_member(member, key)  # refuses what a genesis would, before anything is written
    try:
        (directory / "data").mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_born(directory / (plan.sign_state_dir or DEFAULT_SIGN_STATE_DIR), key.public_key)
        if signer is None:
            write_new(directory / _KEY_FILE, made.seed.hex().encode() + b"\n", mode=0o600)
        write_new(directory / _TLS_KEY_FILE, tls_key_pem, mode=0o600)
        write_new(directory / _CERTIFICATE_FILE, certificate_pem, mode=0o644)
        write_new(directory / CONFIG_FILE, _node_toml(plan).encode(), mode=0o644)
        write_new(directory / MEMBER_FILE, shown.encode(), mode=0o644)
    except OSError as error:
        raise LocalFault(f"{directory}: {error.strerror}: {error.filename}") from error
    return member


def install_genesis(directory: Path, genesis: Genesis) -> None:
    """Write genesis.json into a directory.

    Raises:
        DirectoryInUse: there is another genesis.
    """
    path = directory / GENESIS_FILE
    text = show_genesis(genesis).encode()
    if path.exists() and path.read_bytes() != text:
        raise DirectoryInUse(f"{path}: another genesis is here; a node never changes its network")
    if not path.exists():
        write_new(path, text, mode=0o644)


def _node_toml(plan: NodePlan) -> str:
    return f"""\
# Every setting: docs/settings.md. Relative paths start at this file's directory.

[node]
name = {json.dumps(plan.name)}

[p2p]
host = {json.dumps(plan.p2p_host)}
port = {plan.p2p_port}

[rpc]
host = {json.dumps(plan.rpc_host)}
port = {plan.rpc_port}
{_share_toml(plan)}
[log]
level = "INFO"
{_sign_state_toml(plan)}{_signer_toml(plan)}{_mempool_toml(plan)}"""


def _share_toml(plan: NodePlan) -> str:
    lines = "" if plan.share_percent is None else f"share_percent = {plan.share_percent}\n"
    if plan.sockets_per_ip_max is not None:
        lines += f"sockets_per_ip_max = {plan.sockets_per_ip_max}\n"
    if plan.own_networks:
        lines += f"own_networks = {json.dumps(list(plan.own_networks))}\n"
    return lines


def _mempool_toml(plan: NodePlan) -> str:
    if plan.strangers_per_second is None:
        return ""
    count = plan.strangers_per_second
    return f"""
[mempool]
strangers_per_second = {count}
strangers_bytes_per_second = {count * TRANSACTION_BYTES_MAX}
"""


def _sign_state_toml(plan: NodePlan) -> str:
    if not plan.sign_state_dir:
        return ""
    return f"\n[sign_state]\ndir = {json.dumps(plan.sign_state_dir)}\n"


def _signer_toml(plan: NodePlan) -> str:
    return f"\n[signer]\nsocket = {json.dumps(plan.signer)}\n" if plan.signer else ""


def _write_born(folder: Path, key: PublicKey) -> None:
    """Write that the key has signed nothing; a folder that was used by another key is refused."""
    with held(folder) as files:
        if files.state is not None or files.unreadable is not None:
            raise DirectoryInUse(f"{folder}: there is already a sign-state here")
        files.start(born(key))


def write_new(path: Path, data: bytes, *, mode: int) -> None:
    """Write a new file durably; it has its final mode from the first moment.

    Raises:
        OSError: the disk refuses, or there is a file; names it, and nothing of it is left.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:  # of an open file: it has no name
        path.unlink()
        raise type(error)(error.errno, error.strerror, str(path)) from error
