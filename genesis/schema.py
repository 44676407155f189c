"""What a genesis document says, its hash, its chain id, and its JSON form.

The hash covers every field as nested canonical arrays in the order of the classes below; the
chain id carries half of it, so every signature that covers the chain id covers the genesis.
Reading and checking a document is genesis.verify's. Source: docs/protocol.md#genesis.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from primitives.codec import Value, encode
from primitives.crypto import Digest, PublicKey, digest
from primitives.validators import Validator, ValidatorSet, validator_set

FORMAT = 2
DEVELOPMENT = "development"
PRODUCTION = "production"
PRODUCTION_VALIDATORS_MIN = 4
CLASS_SIZE_MIN = 5  # ballots that an election opens together at least, in production
_CHAIN_ID_HASH_CHARS = 32

Json: TypeAlias = "int | str | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Numbers that every node of the network shares."""

    heartbeat_ms: int = 10_000
    view_timeout_ms: int = 1_000
    view_timeout_cap_ms: int = 30_000
    block_transactions_max: int = 2_000
    calendar_rate: int = 1  # contracts' time for one of the clock; above 1 in development only

    def to_value(self) -> Value:
        """Return the five numbers in order."""
        return (
            self.heartbeat_ms,
            self.view_timeout_ms,
            self.view_timeout_cap_ms,
            self.block_transactions_max,
            self.calendar_rate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GenesisMember:
    """A node of the network: who it is, where it listens, the certificate others pin."""

    name: str
    public_key: PublicKey
    certificate_der: bytes
    host: str
    port: int
    is_validator: bool

    def to_value(self) -> Value:
        """Return the six fields in order."""
        return (
            self.name,
            self.public_key,
            self.certificate_der,
            self.host,
            self.port,
            self.is_validator,
        )


MEMBER_TAG = "genesis/member"  # of the signature in a member file; it names no chain: none is yet


@dataclass(frozen=True, slots=True, kw_only=True)
class GenesisContract:
    """A contract that is active from height 0, the hash of its code, and what it starts with."""

    name: str
    version: int
    code_hash: Digest
    config: Mapping[str, Json]

    def to_value(self) -> Value:
        """Return [name, version, code_hash, config as sorted pairs]."""
        return (self.name, self.version, self.code_hash, _json_value(dict(self.config)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Genesis:
    """A whole genesis document. `hash`, `chain_id` and `validators` follow from the rest."""

    network: str
    kind: str
    time_ms: int
    parameters: Parameters
    members: tuple[GenesisMember, ...]
    contracts: tuple[GenesisContract, ...]
    hash: Digest = field(init=False, compare=False)
    chain_id: str = field(init=False, compare=False)
    validators: ValidatorSet = field(init=False, compare=False)

    def __post_init__(self) -> None:
        hashed = digest("genesis", encode(self.to_value()))
        object.__setattr__(self, "hash", hashed)
        chain_id = f"{self.network}-{hashed.hex()[:_CHAIN_ID_HASH_CHARS]}"
        object.__setattr__(self, "chain_id", chain_id)
        voting = [m for m in self.members if m.is_validator]
        validators = validator_set(Validator(m.public_key, m.name) for m in voting)
        object.__setattr__(self, "validators", validators)

    def calendar_ms(self, time_ms: int) -> int:
        """Return the time that contracts see in a block of header time `time_ms`."""
        return self.time_ms + (time_ms - self.time_ms) * self.parameters.calendar_rate

    def to_value(self) -> Value:
        """Return the nested arrays that the hash covers."""
        return (
            FORMAT,
            self.network,
            self.kind,
            self.time_ms,
            self.parameters.to_value(),
            tuple(member.to_value() for member in self.members),
            tuple(contract.to_value() for contract in self.contracts),
        )


def member_document(member: GenesisMember) -> dict[str, Json]:
    """Return the JSON object of one member."""
    return {
        "name": member.name,
        "public_key": "0x" + member.public_key.hex(),
        "certificate": base64.b64encode(member.certificate_der).decode("ascii"),
        "host": member.host,
        "port": member.port,
        "is_validator": member.is_validator,
    }


def parameters_document(parameters: Parameters) -> dict[str, Json]:
    """Return the JSON object of the parameters."""
    return {
        "heartbeat_ms": parameters.heartbeat_ms,
        "view_timeout_ms": parameters.view_timeout_ms,
        "view_timeout_cap_ms": parameters.view_timeout_cap_ms,
        "block_transactions_max": parameters.block_transactions_max,
        "calendar_rate": parameters.calendar_rate,
    }


def contract_document(contract: GenesisContract) -> dict[str, Json]:
    """Return the JSON object of one contract."""
    return {
        "name": contract.name,
        "version": contract.version,
        "code_hash": "0x" + contract.code_hash.hex(),
        "config": dict(contract.config),
    }


def genesis_document(genesis: Genesis) -> dict[str, Json]:
    """Return the JSON document that reads back as `genesis`."""
    return {
        "format": FORMAT,
        "network": genesis.network,
        "kind": genesis.kind,
        "time_ms": genesis.time_ms,
        "parameters": parameters_document(genesis.parameters),
        "members": [member_document(member) for member in genesis.members],
        "contracts": [contract_document(contract) for contract in genesis.contracts],
    }


def show_genesis(genesis: Genesis) -> str:
    """Return the text of genesis.json: the document, indented, with a final newline."""
    return json.dumps(genesis_document(genesis), indent=2, ensure_ascii=False) + "\n"


def _json_value(value: Json) -> Value:
    """Return a JSON value as arrays: an object becomes its [key, value] pairs, sorted by key."""
    if isinstance(value, dict):
        return tuple((key, _json_value(value[key])) for key in sorted(value))
    if isinstance(value, list):
        return tuple(_json_value(item) for item in value)
    return value
