"""The settings of a signer, signer.toml, its directory, and where a node has its signer.

Relative paths of signer.toml are relative to its directory, those of node.toml to the node's.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from node.settings import BadConfig, LogSection, Section, parse_toml

SIGNER_FILE = "signer.toml"
GENESIS_FILE = "genesis.json"
KEY_FILE = "keys/validator.key"
CERTIFICATE_FILE = "tls/cert.pem"
TLS_KEY_FILE = "tls/key.pem"


class SignerSection(Section):
    """Where the process is that holds this node's key, `sapha signer start`."""

    socket: str = Field(
        default="",
        description="its Unix socket; with it, or with `host`, `[node] key` is not read and the "
        "signer holds the key",
    )
    host: str = Field(
        default="", description="its address, reached with TLS 1.3 and the certificate of `[p2p]`"
    )
    port: int = Field(default=0, ge=0, le=65535, description="its port")
    certificate: str = Field(
        default="", description="PEM file of its certificate, the only one that is taken"
    )
    answer_s_max: float = Field(
        default=5.0, gt=0, le=60, description="for an answer; then it is dialled again"
    )
    retry_s: float = Field(
        default=0.5, gt=0, le=60, description="before a signer that is away is dialled again"
    )

    @model_validator(mode="after")
    def _is_one_place(self) -> "SignerSection":
        if self.socket and self.host:
            raise ValueError("socket and host: a signer is in one place")
        if self.host and not (self.port and self.certificate):
            raise ValueError("host needs port and certificate")
        return self


class ListenSection(Section):
    """Where the node reaches the signer: a Unix socket, or an address with mutual TLS."""

    socket: str = Field(default="signer.sock", description="mode 0600; not used where host is")
    host: str = Field(default="", description="address to listen on, with TLS 1.3 both ways")
    port: int = Field(default=0, ge=0, le=65535, description="its port")
    node_certificate: str = Field(
        default="", description="PEM file: the one certificate that may connect to host"
    )
    connections_max: int = Field(default=4, ge=1, le=64, description="connections at once")
    frame_s_max: float = Field(default=5.0, gt=0, le=60, description="for a frame, once begun")

    @model_validator(mode="after")
    def _has_certificate(self) -> "ListenSection":
        if self.host and not self.node_certificate:
            raise ValueError("host needs node_certificate: the node's tls/cert.pem")
        if self.host:
            ip_address(self.host)
        return self


class TokenSection(Section):
    """The PKCS#11 token that holds the key; without `module` the key is a file."""

    module: str = Field(default="", description="the library, as /usr/lib/softhsm/libsofthsm2.so")
    label: str = Field(default="", description="label of the token")
    key: str = Field(default="sapha-validator", description="label of the key pair in it")
    pin_file: str = Field(default="keys/token.pin", description="readable by its owner only")
    curve: Literal["oid", "printable"] = Field(
        default="oid",
        description="how a new key names its curve: tokens know one or both, and read both",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerConfig:
    """A checked signer.toml and the directory it lies in."""

    directory: Path
    listen: ListenSection
    token: TokenSection
    log: LogSection

    @property
    def socket(self) -> Path:
        """The Unix socket."""
        return self.directory / self.listen.socket

    @property
    def sign_state_dir(self) -> Path:
        """The folder of the signer's sign-state."""
        return self.directory / "sign_state"

    @property
    def genesis(self) -> Path:
        """The genesis of the chain that it signs for."""
        return self.directory / GENESIS_FILE


class _File(Section):
    listen: ListenSection = ListenSection()
    token: TokenSection = TokenSection()
    log: LogSection = LogSection()


def load_signer_config(directory: Path) -> SignerConfig:
    """Return the configuration of the signer whose directory this is. Raises BadConfig."""
    path = directory / SIGNER_FILE
    try:
        found = _File(**parse_toml(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BadConfig(f"{path}: missing; make one with 'sapha signer init'") from error
    except ValidationError as error:
        raise BadConfig("\n".join(_lines(path, error))) from error
    except (OSError, ValueError) as error:
        raise BadConfig(f"{path}: {error}") from error
    return SignerConfig(directory=directory, listen=found.listen, token=found.token, log=found.log)


def _lines(path: Path, error: ValidationError) -> list[str]:
    details = error.errors(include_url=False)
    return [
        f"{path}: {'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}"
        for detail in details
    ]
