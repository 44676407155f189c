"""node.toml: what an operator may set, with every mistake named by its place.

Owns reading and checking the file, and the layout of a node's directory. Relative paths are
relative to that directory.
"""

import tomllib
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from primitives.errors import LocalFault

CONFIG_FILE = "node.toml"
SIGN_STATE = "sign_state"
OPERATOR_SOCKET = "operator.sock"


class BadConfig(LocalFault):
    """The configuration cannot be used; the message names the file, the place and the mend."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NodeSection(_Section):
    """Who this node is among the members of the genesis document."""

    name: str = Field(min_length=1, max_length=64)
    key: str = "keys/validator.key"
    data: str = "data"
    genesis: str = "genesis.json"
    verify_threads: int = Field(default=0, ge=0, le=64)  # 0: verify on the loop in chunks


class P2pSection(_Section):
    """Where this node listens for other members; `peers` overrides addresses of the genesis."""

    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    certificate: str = "tls/cert.pem"
    private_key: str = "tls/key.pem"
    peers: dict[str, str] = {}  # member name -> "host:port"


def _check_pair(certificate: str, private_key: str) -> None:
    if bool(certificate) != bool(private_key):
        raise ValueError("certificate and private_key are given together")


class RpcSection(_Section):
    """Where clients reach this node."""

    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    sockets_max: int = Field(default=1_000, ge=1)
    sockets_per_ip_max: int = Field(default=250, ge=1)
    share_percent: int = Field(default=25, ge=1, le=90)  # of the loop, for clients
    own_share_percent: int = Field(default=25, ge=1, le=90)  # for operators and the own agency
    own_networks: list[str] = []  # of the own agency, as 10.1.0.0/16
    certificate: str = ""  # PEM, with its chain; empty: no TLS here
    private_key: str = ""

    @model_validator(mode="after")
    def _has_pair(self) -> "RpcSection":
        _check_pair(self.certificate, self.private_key)
        return self

    @field_validator("own_networks")
    @classmethod
    def _are_networks(cls, names: list[str]) -> list[str]:
        for name in names:
            ip_network(name)
        return names


class OperatorSection(_Section):
    """Where operators reach this node, apart from clients: a Unix socket, and an address."""

    socket: str = ""  # empty: operator.sock in [node] data
    host: str = ""  # empty: the socket alone
    port: int = Field(default=0, ge=0, le=65535)
    certificate: str = ""  # PEM, with its chain; without it the address is a loopback one
    private_key: str = ""
    tokens: dict[str, str] = {}  # who holds a token -> the file that it is in

    @model_validator(mode="after")
    def _is_safe(self) -> "OperatorSection":
        _check_pair(self.certificate, self.private_key)
        if self.host and not self.tokens:
            raise ValueError("an address for operators needs tokens: name a file in tokens")
        if self.host and not self.certificate and not ip_address(self.host).is_loopback:
            raise ValueError("without a certificate, host must be a loopback address")
        return self


class MempoolSection(_Section):
    """How many transactions may wait."""

    transactions_max: int = Field(default=50_000, ge=1)
    bytes_max: int = Field(default=64 * 1024 * 1024, ge=65_536)
    per_sender_max: int = Field(default=5_000, ge=1)
    per_source_max: int = Field(default=50_000, ge=1)
    strangers_max: int = Field(default=2_000, ge=1)  # of senders that no contract knows
    strangers_per_second: int = Field(default=10, ge=1)
    strangers_bytes_per_second: int = Field(default=500, ge=1)


class RetentionSection(_Section):
    """How many heights to keep; 0 keeps all."""

    blocks: int = Field(default=0, ge=0)
    index: int = Field(default=0, ge=0)


class SignStateSection(_Section):
    """Where it is kept what this key has signed; best on a disk that no snapshot contains."""

    dir: str = ""  # empty: the folder sign_state in [node] data


class LogSection(_Section):
    """What goes to standard error."""

    level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


class _File(_Section):
    node: NodeSection
    p2p: P2pSection
    rpc: RpcSection
    operator: OperatorSection = OperatorSection()
    mempool: MempoolSection = MempoolSection()
    retention: RetentionSection = RetentionSection()
    sign_state: SignStateSection = SignStateSection()
    log: LogSection = LogSection()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConfig:
    """A checked node.toml and the directory it lies in."""

    directory: Path
    node: NodeSection
    p2p: P2pSection
    rpc: RpcSection
    operator: OperatorSection
    mempool: MempoolSection
    retention: RetentionSection
    sign_state: SignStateSection
    log: LogSection

    def path(self, relative: str) -> Path:
        """Return the path that a setting names."""
        return self.directory / relative

    @property
    def data_dir(self) -> Path:
        """The directory of the database, WAL and journal."""
        return self.path(self.node.data)

    @property
    def operator_socket(self) -> Path:
        """The Unix socket of operators."""
        chosen = self.operator.socket
        return self.path(chosen) if chosen else self.data_dir / OPERATOR_SOCKET

    @property
    def sign_state_dir(self) -> Path:
        """The folder of sign-state and lock file."""
        chosen = self.sign_state.dir
        return self.path(chosen) if chosen else self.data_dir / SIGN_STATE


def parse_toml(text: str) -> dict[str, Any]:
    """Return the document of a TOML text. Raises ValueError for whatever cannot be read."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def load_config(directory: Path) -> NodeConfig:
    """Return the configuration of the node whose directory this is.

    Raises:
        BadConfig: the file is missing or unreadable, or a field is missing, unknown or out of
            bounds; names the file and the field.
    """
    path = directory / CONFIG_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadConfig(
            f"{path}: missing; make a node directory with 'sapha member new'"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path}: {error}") from error
    return read_config(directory, text, str(path))


def read_config(directory: Path, text: str, place: str) -> NodeConfig:
    """Return the configuration that `text` gives a node in `directory`.

    Raises:
        BadConfig: a field is missing, unknown or out of bounds; names `place` and the field.
    """
    try:
        parsed = _File.model_validate(parse_toml(text))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadConfig(f"{place}: {field}: {first['msg']}") from error
    except ValueError as error:
        raise BadConfig(f"{place}: {error}") from error
    return NodeConfig(
        directory=directory,
        node=parsed.node,
        p2p=parsed.p2p,
        rpc=parsed.rpc,
        operator=parsed.operator,
        mempool=parsed.mempool,
        retention=parsed.retention,
        sign_state=parsed.sign_state,
        log=parsed.log,
    )
