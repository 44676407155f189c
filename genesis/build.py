"""Assembles genesis documents from members, contracts and parameters."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from genesis.networks import devnet
from genesis.schema import (
    DEVELOPMENT,
    FORMAT,
    MEMBER_TAG,
    Genesis,
    GenesisContract,
    GenesisMember,
    Json,
    Parameters,
    contract_document,
    member_document,
    parameters_document,
)
from genesis.verify import read_genesis, read_member
from primitives.codec import encode
from primitives.keys import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a coordinator decides before the members' files are put together."""

    network: str
    kind: str
    time_ms: int
    parameters: Parameters = field(default_factory=Parameters)


def devnet_plan(time_ms: int) -> Plan:
    """Return the plan of a development network that starts at `time_ms`."""
    return Plan(
        network=devnet.NETWORK, kind=DEVELOPMENT, time_ms=time_ms, parameters=devnet.PARAMETERS
    )


def build_genesis(
    plan: Plan, members: Sequence[GenesisMember], contracts: Sequence[GenesisContract]
) -> Genesis:
    """Return the genesis of `plan`; members and contracts are put in order of their names.

    The same files give the same hash in whatever order they are handed over.

    Raises:
        GenesisFault: what the document would be refused for.
    """
    document: dict[str, Json] = {
        "format": FORMAT,
        "network": plan.network,
        "kind": plan.kind,
        "time_ms": plan.time_ms,
        "parameters": parameters_document(plan.parameters),
        "members": [member_document(m) for m in sorted(members, key=lambda m: m.name)],
        "contracts": [contract_document(c) for c in sorted(contracts, key=lambda c: c.name)],
    }
    return read_genesis(json.dumps(document))


def show_member(member: GenesisMember, key: Signer) -> str:
    """Return the text of a member file, checked and signed by its key. Raises GenesisFault."""
    signature = key.sign(MEMBER_TAG, encode(member.to_value()))
    document = member_document(member) | {"signature": "0x" + signature.hex()}
    text = json.dumps(document, indent=2) + "\n"
    read_member(text)
    return text
