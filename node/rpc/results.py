"""What every method answers: the types of its handler's result, and so of its JSON Schema.

A result is an ordinary dictionary, so that naming its fields here costs nothing when it is shown;
the type checker holds the handlers to it. Bytes are 0x hex in lower case, addresses bech32m.
"""

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from node.rpc.strict_json import SAFE_INTEGER

Hex = Annotated[str, Field(pattern="^0x([0-9a-f]{2})*$")]
Hash = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
Key = Annotated[str, Field(pattern="^0x01[0-9a-f]{64}$")]  # a node's: kind 01, Ed25519
Signature = Annotated[str, Field(pattern="^0x[0-9a-f]{128}$")]
Natural = Annotated[int, Field(ge=0)]
# A decimal text where a double would lose digits.
Integer: TypeAlias = (
    Annotated[int, Field(ge=-SAFE_INTEGER, le=SAFE_INTEGER)]
    | Annotated[str, Field(pattern="^-?[0-9]+$")]
)
Details = dict[str, Integer | str]


class HeaderJson(TypedDict):
    """All fields of a header; what each is: docs/protocol.md#blocks."""

    chain_id: str
    height: Natural
    time_ms: Integer
    parent_hash: Hash
    transactions_root: Hash
    receipts_root: Hash
    state_root: Hash
    validators_hash: Hash
    next_validators_hash: Hash
    last_certificate_hash: Hash
    app_version: Natural
    proposer: Hex
    restart: Hash


class ProvenJson(TypedDict):
    """What proves a header: its bytes, whose hash is signed, and the encoded certificate.

    At height 0 there is no certificate: null.
    """

    header_bytes: Hex
    certificate: Hex | None


class CertifiedHeaderJson(ProvenJson):
    """A header by name and in bytes, with the certificate that proves it."""

    hash: Hash
    height: Natural
    header: HeaderJson


class EventJson(TypedDict):
    """An event of a contract; its fields are described by the contract's ABI."""

    contract: str
    name: str
    fields: dict[str, object]


class ReceiptJson(TypedDict):
    """What a transaction did: its code is OK, or says why it changed nothing."""

    transaction_id: Hash
    code: str
    contract: str
    message: str
    details: Details
    events: list[EventJson]


class BlockJson(CertifiedHeaderJson):
    """A block: transactions, evidence and restart statements are in their encoded bytes.

    `certificate` proves this block, `last_certificate` stands in it and proves its parent.
    """

    transactions: list[Hex]
    evidence: list[Hex]
    last_certificate: Hex | None
    restarts: list[Hex]
    receipts: list[ReceiptJson]


class ElsewhereJson(TypedDict):
    """A validator whose last message came from under another restart: its first bytes."""

    validator: str
    restart: Hex


class SigningJson(TypedDict):
    """Whether this node signs; else what it waits for, in words for its operator."""

    may_sign: bool
    waits_for: str | None


class StatusJson(TypedDict):
    """Which chain a node is on and how far it is; validators are named, `validators` counts them.

    Blocks below `first_height` are pruned. `missing` are those whose message of the open step this
    node lacks, `listeners` may not sign.
    """

    chain_id: str
    genesis_hash: Hash
    height: Natural
    first_height: Natural
    block_hash: Hash
    state_root: Hash
    time_ms: Integer
    contract_time_ms: Integer
    validators: Natural
    passed_over: list[str]
    missing: list[str]
    listeners: list[str]
    elsewhere: list[ElsewhereJson]
    syncing: bool
    restart: Hash
    signing: SigningJson
    version: str
    node: str


class ValidatorJson(TypedDict):
    """A validator."""

    name: str
    public_key: Key


class CertificateFactsJson(TypedDict):
    """A TLS certificate by its hash, and its last day, such as 2027-01-31; "?" of what is none."""

    sha256: Hash
    until: str


class NetworkNodeJson(ValidatorJson):
    """A node of the network record, and the first height at which it is as it is."""

    agency_id: str
    certificate: CertificateFactsJson
    second_certificate: CertificateFactsJson | None
    host: str
    port: Natural
    is_validator: bool
    since_height: Natural


class SeatWaitingJson(TypedDict):
    """A decided change of a seat, or of a node's key, whose turn has not come.

    With a `new_key` it changes that alone; it comes before all others if a key is stolen.
    """

    node: str
    is_validator: bool
    is_retired: bool
    is_stolen: bool
    new_key: Key | None
    decided_at_height: Natural
    ready_at_height: Natural | None
    lapses_ms: Integer


class NetworkRecordJson(TypedDict):
    """The network record at a height."""

    height: Natural
    version: Natural
    nodes: list[NetworkNodeJson]
    waiting: list[SeatWaitingJson]


class RestartProofJson(TypedDict):
    """A block that carries restart statements, and the encoded proof of them."""

    height: Natural
    proof: Hex


class SetChangeJson(TypedDict):
    """A block after which other validators decide, and the encoded proof of it and of the set."""

    height: Natural
    proof: Hex


class AttendanceJson(ValidatorJson):
    """One validator over a range of heights: certificates that it could sign, and did."""

    certificates: Natural
    signed: Natural
    last_signed: Natural | None


class ParticipationJson(TypedDict):
    """Who signed the certificates of the heights that were counted."""

    from_height: Natural
    to_height: Natural
    validators: list[AttendanceJson]


class MisdeedJson(TypedDict):
    """A validator that said two different things, and the encoded evidence of it."""

    validator: str
    public_key: Key
    kind: str
    height: Integer
    view: Natural
    recorded_height: Integer
    recorded_time_ms: Integer
    evidence: Hex


class EvidencePageJson(TypedDict):
    """A page of evidence, the newest first; `next` is where to go on, null at the end."""

    evidence: list[MisdeedJson]
    next: Hex | None


class SubmittedJson(TypedDict):
    """The transaction waits on this node's disk, or a block holds it already."""

    transaction_id: Hash
    status: Literal["pending", "committed"]


class ReceiptProofJson(TypedDict):
    """What proves a receipt: its place under the `receipts_root` of a proven header."""

    receipt_bytes: Hex
    index: Natural
    count: Natural
    path: list[Hash]
    header_bytes: Hex
    certificate: Hex


class CommittedJson(TypedDict):
    """A block holds the transaction; the receipt's code says whether it took effect."""

    transaction_id: Hash
    status: Literal["committed"]
    height: Natural
    index: Natural
    receipt: ReceiptJson
    proof: NotRequired[ReceiptProofJson]


class UncommittedJson(TypedDict):
    """The transaction waits here, was too old for a block, or was never seen here."""

    transaction_id: Hash
    status: Literal["pending", "expired", "unknown"]


class DroppedJson(TypedDict):
    """The transaction was dropped before any block; the code says why."""

    transaction_id: Hash
    status: Literal["rejected"]
    code: str


TransactionJson: TypeAlias = CommittedJson | UncommittedJson | DroppedJson


class StateProofJson(TypedDict):
    """A key of the state, its value (null: absent) and the encoded proof of it."""

    key: Hex
    value: Hex | None
    proof: Hex


class AnswerJson(TypedDict):
    """A query's answer at a height, of the type that the contract's ABI says."""

    height: Natural
    value: object


class ProvenAnswerJson(AnswerJson, ProvenJson):
    """A query's answer with a proof of every key that it read, under one header."""

    proofs: list[StateProofJson]


class ProvenStateJson(StateProofJson, ProvenJson):
    """A key's value with the proof under the last header."""

    height: Natural


class PlaceJson(TypedDict):
    """Where something happened: in a block, by its transaction of this index."""

    height: Natural
    index: Natural
    transaction_id: Hash


class PlacedEventJson(PlaceJson, EventJson):
    """An event and where it happened."""


class EventPageJson(TypedDict):
    """Events in order; `next_height` is where to go on, null when all is seen."""

    events: list[PlacedEventJson]
    next_height: Natural | None


class BlockItemJson(TypedDict):
    """What subscribers to blocks are told of each."""

    hash: Hash
    height: Natural
    header: HeaderJson
    transaction_ids: list[Hash]


class AddressItemJson(PlaceJson):
    """What subscribers to an address are told of a transaction of it, or that names it."""

    receipt: ReceiptJson
