"""The gateway's settings: a TOML file, and the files of secrets that it names.

    issuer = "https://login.example.go.th"    what relying parties know; no path
    port = 8080                               on host, 127.0.0.1 if not given
    nodes = ["http://127.0.0.1:26601"]
    chain_id = "sapha-1"                      every signature is for it
    data = "gateway.db"                       shared by all processes of this issuer
    keys = "keys"                             as well; `sapha gateway key` makes one
    offered = ["first-bank"]                  IdPs to choose from; all that may answer if not given

    [agencies.revenue]                        one table each
    key = "officer.key"                       of an officer with the role identity
    box = "revenue.box"                       32 bytes in hex, whose public key the node states

    [idps]                                    where not what the IdP states on the ledger counts
    first-bank = "http://127.0.0.1:8081"

Paths are from the file's folder. No secret stands in the file itself.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from client.identity.sealed import BoxKey
from client.keystore import load_signing_key, read_secret
from client.wallet import Wallet
from gateways.openid.errors import GatewayFault
from gateways.openid.gateway import Plan
from gateways.openid.parties import PartyKeys

_BYTES_MAX = 64 * 1024
_LOCAL = ("127.0.0.1", "::1", "localhost")


class AgencyFiles(BaseModel):
    """The files of one agency."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Path
    box: Path


class Settings(BaseModel):
    """What the file says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str
    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65_535)
    nodes: list[str] = Field(min_length=1)
    chain_id: str
    data: Path
    keys: Path
    offered: list[str] = []
    agencies: dict[str, AgencyFiles] = Field(min_length=1)
    idps: dict[str, str] = {}

    @field_validator("issuer")
    @classmethod
    def _is_origin(cls, issuer: str) -> str:
        """An issuer is https:// and a host; http:// only on this machine."""
        parts = urlsplit(issuer)
        is_local = parts.scheme == "http" and parts.hostname in _LOCAL
        if (parts.scheme != "https" and not is_local) or not parts.hostname:
            raise ValueError("must begin with https://, or http:// on this machine")
        if parts.path or parts.query or parts.fragment or "@" in parts.netloc:
            raise ValueError("must be scheme, host and port alone")
        return issuer

    def plan(self, folder: Path) -> Plan:
        """Return what a gateway is made of. Raises GatewayFault, KeystoreFault."""
        return Plan(
            issuer=self.issuer,
            chain_id=self.chain_id,
            data=folder / self.data,
            keys=folder / self.keys,
            parties={name: _keys_of(folder, files) for name, files in self.agencies.items()},
            idps=self.idps,
            offered=tuple(self.offered),
        )


def read_settings(path: Path) -> Settings:
    """Return the settings in a file. Raises GatewayFault naming what is wrong."""
    try:
        with path.open("rb") as file:
            document = tomllib.loads(file.read(_BYTES_MAX).decode())
        return Settings(**document)
    except OSError as error:
        raise GatewayFault(f"{path}: cannot be read ({error.strerror or error})") from error
    except ValidationError as error:
        raise GatewayFault(f"{path}: {_faults(error)}") from error
    except (ValueError, RecursionError, TypeError) as error:
        raise GatewayFault(f"{path}: is no TOML document ({error})") from error


def settings_text(settings: Settings) -> str:
    """Return settings as their file has them."""
    named = settings.model_dump(mode="json", exclude={"agencies", "idps"})
    lines = [f"{name} = {_value(value)}" for name, value in named.items()]
    for agency, files in settings.agencies.items():
        lines += ["", f"[agencies.{agency}]", *_table({"key": files.key, "box": files.box})]
    if settings.idps:
        lines += ["", "[idps]", *_table(settings.idps)]
    return "\n".join(lines) + "\n"


def _table(values: Mapping[str, object]) -> list[str]:
    return [f"{name} = {_value(str(value))}" for name, value in values.items()]


def _value(value: Any) -> str:  # noqa: ANN401 - what settings hold
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _keys_of(folder: Path, files: AgencyFiles) -> PartyKeys:
    wallet = Wallet([load_signing_key(folder / files.key, None)])
    return PartyKeys(wallet=wallet, box=read_box(folder / files.box))


def read_box(path: Path) -> BoxKey:
    """Return the box key in a file. Raises GatewayFault, KeystoreFault."""
    try:
        return BoxKey(bytes.fromhex(read_secret(path).strip()))
    except ValueError as error:
        raise GatewayFault(f"{path}: no box key, 64 hex digits") from error


def _faults(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
