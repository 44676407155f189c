"""What may be asked of the network record: nodes, seats, keys, versions of contracts."""

from typing import Annotated

from contracts.sdk import Chars, Digest, Length, Range, message, record
from contracts.sdk.crypto import SIGNATURE_BYTES

NODE_NAME_CHARS_MAX = 64
HOST_CHARS_MAX = 253
CERTIFICATE_BYTES_MAX = 4096
PORT_MAX = 65_535
NODE_KEY_BYTES = 33
CONTRACT_CHARS_MAX = 64
VERSION_MAX = 2**32 - 1

NodeName = Annotated[str, Chars(1, NODE_NAME_CHARS_MAX)]
NodeKey = Annotated[bytes, Length(NODE_KEY_BYTES)]  # the kind of an Ed25519 key, and the key
Certificate = Annotated[bytes, Length(1, CERTIFICATE_BYTES_MAX)]  # X.509 in DER
Host = Annotated[str, Chars(1, HOST_CHARS_MAX)]  # a name or an address
Port = Annotated[int, Range(1, PORT_MAX)]
BlockHeight = Annotated[int, Range(0, 2**53)]
NodeSignature = Annotated[bytes, Length(SIGNATURE_BYTES)]
ContractName = Annotated[str, Chars(1, CONTRACT_CHARS_MAX)]
ContractVersion = Annotated[int, Range(1, VERSION_MAX)]
Release = Annotated[str, Chars(1, 32)]
UpgradeTimeMs = Annotated[int, Range(1, 2**53)]


@record
class SeatChange:
    """Give a node a seat among the validators, or take its seat away."""

    node: NodeName
    is_validator: bool


@record
class NodeAdmission:
    """Admit a node, as its member file says and its key has signed; the agency bears it.

    It is admitted as an observer; with `is_validator`, the change that gives it a seat then waits.
    """

    name: NodeName
    agency_id: NodeName
    public_key: NodeKey
    certificate: Certificate
    host: Host
    port: Port
    is_validator: bool
    signature: NodeSignature


@record
class NodeRetirement:
    """Take a node out of the network; its seat, if it has one, ends first, in its turn."""

    node: NodeName


@record
class StolenKey:
    """The key of a node is stolen: it has another from the next height on, as `ReportStolen`."""

    node: NodeName
    public_key: NodeKey
    height: BlockHeight
    proof: NodeSignature


@message
class RotateKey:
    """Give a node another key, when its turn has come.

    `proof` is the new key's signature over (chain id, node, height); `height` is one of the last
    1,000.
    """

    node: NodeName
    public_key: NodeKey
    height: BlockHeight
    proof: NodeSignature


@message
class ReportStolen:
    """Say that the key of a node is stolen: it has another before all that waits.

    `proof` is the new key's signature over (chain id, node, height); `height` is one of the last
    1,000.
    """

    node: NodeName
    public_key: NodeKey
    height: BlockHeight
    proof: NodeSignature


@message
class MoveNode:
    """Say where other nodes find a node from now on."""

    node: NodeName
    host: Host
    port: Port


@message
class AddCertificate:
    """Let a node show another TLS certificate too, of another TLS key, beside the one it has."""

    node: NodeName
    certificate: Certificate


@message
class WithdrawCertificate:
    """Take one of a node's two certificates away; the other one stays."""

    node: NodeName
    certificate: Certificate


@message
class Ready:
    """Say that a node which is to get a seat has this block, at most 100 below the head."""

    node: NodeName
    height: BlockHeight
    block_hash: Digest


@record
class ContractUpgrade:
    """Let a contract go on in another version, of just this code, from a time on.

    It is void at its end if fewer than two thirds of the validators carry that code by then.
    `release` is the first release that does, for people.
    """

    contract: ContractName
    version: ContractVersion
    code_hash: Digest
    release: Release
    activate_at_ms: UpgradeTimeMs
    void_at_ms: UpgradeTimeMs


@message
class Carries:
    """Say that a node has the code of a version that waits for its time."""

    node: NodeName
    contract: ContractName
    version: ContractVersion
    code_hash: Digest
