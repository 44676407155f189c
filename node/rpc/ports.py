"""What the RPC server asks of the node. `node.app` builds it from the parts.

Everything here is called on the event loop and answers at once, but `admission.submit`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from node.blobs import BlobRequests
from node.execution.misdeeds import RecordedEvidence
from node.execution.participation import Participation
from node.execution.reads import CertifiedHeader, FoundTransaction
from node.execution.receipts import ReceiptProof
from node.mempool.admission import Origin, Outcome
from node.mempool.pool import Pool
from node.observe.clocks import Clocks
from node.observe.health import HealthReport, Signing
from node.observe.readings import Readings
from node.ports import CommittedHead
from node.rpc.document_results import AbiJson, GenesisJson
from node.rpc.operator_results import ConsensusJson
from primitives.block import Block
from primitives.codec import Value
from primitives.crypto import Digest, PublicKey
from primitives.ids import Height, TransactionId
from primitives.receipt import Receipt
from primitives.state_proof import StateProof
from primitives.transaction import Transaction
from primitives.validators import ValidatorSet


class ChainProofs(Protocol):
    """From where on there are blocks, and what proves that something of the genesis changed."""

    def first_height(self) -> Height:
        """Return the first height of which the block is kept: 0 where nothing was removed."""

    def set_changes(self, above: Height, count_max: int) -> tuple[tuple[Height, bytes], ...]:
        """Return the first blocks above a height after which others decide, with the proofs."""

    def restart_proofs(self, above: Height, count_max: int) -> tuple[tuple[Height, bytes], ...]:
        """Return the first blocks above a height that carry restart statements, with proofs."""


class ReadLedger(ChainProofs, Protocol):
    """The ledger as clients read it; everything is as of the last committed block."""

    def head(self) -> CommittedHead:
        """Return the last committed block."""

    def height_of(self, block_hash: Digest) -> Height | None:
        """Return the height of a stored block, None when no block has this hash."""

    def header_at(self, height: Height) -> CertifiedHeader | None:
        """Return a stored header with its certificate, without reading the block."""

    def plain_block_at(self, height: Height) -> Block | None:
        """Return a stored block alone, also that of height 0; None when absent or pruned."""

    def transaction(self, transaction_id: TransactionId) -> FoundTransaction | None:
        """Return a committed transaction's place and receipt, None when not in the index."""

    def prove_receipt(self, transaction_id: TransactionId) -> ReceiptProof | None:
        """Return what proves a transaction's receipt, None when it is not (any more) stored."""

    def receipts_at(self, height: Height) -> tuple[bytes, ...]:
        """Return the encoded receipts of a block; none when it is not (any more) stored."""

    def validators_at(self, height: Height) -> ValidatorSet | None:
        """Return the set that decides `height`, None when it is not known (any more, or yet)."""

    def participation(self, first: int, last: int) -> Participation:
        """Return who signed the certificates of `first` to `last`, as far as they are stored."""

    def evidence(self, *, after: bytes | None, limit: int) -> Sequence[RecordedEvidence]:
        """Return recorded evidence, the newest first; `after` is the place of the last seen."""

    def query(self, contract: str, name: str, args: tuple[Value, ...]) -> Value:
        """Return a contract query's answer. Raises Rejected."""

    def query_reads(
        self, contract: str, name: str, args: tuple[Value, ...]
    ) -> tuple[Value, tuple[bytes, ...]]:
        """Return a query's answer and the state keys that it read. Raises Rejected."""

    def prove(self, key: bytes) -> tuple[bytes | None, StateProof]:
        """Return the value of `key` (None: absent) and its proof."""

    def simulate(self, transaction: Transaction, *, is_operator: bool = False) -> Receipt:
        """Return what the transaction would do in the next block; stores nothing.

        Raises:
            SimulationTooDear: it is not small, nor signed by a known sender or an operator's.
        """


class AdmissionPort(Protocol):
    """The way into the mempool."""

    async def submit(self, raws: Sequence[bytes], origin: Origin) -> list[Outcome]:
        """Admit this node's clients' raw transactions; return an outcome each, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """Who the node is, and the contracts that run."""

    name: str
    version: str
    chain_id: str
    genesis_hash: Digest
    genesis_document: GenesisJson  # as genesis.json holds it
    abis: Mapping[str, AbiJson]  # contract name -> ABI, of the version that runs now


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerView:
    """Another member and whether a session with it is ready."""

    name: str
    public_key: PublicKey
    host: str
    port: int
    is_connected: bool
    is_validator: bool
    connected_s: float = 0.0
    last_reason: str = ""  # why the last session or attempt ended
    clock_offset_ms: float | None = None  # by its own word, against the validators' median


class NodeView(Protocol):
    """The running node, as clients and operators see it."""

    @property
    def facts(self) -> NodeFacts:
        """Identity, genesis and contracts."""

    @property
    def ledger(self) -> ReadLedger:
        """Blocks, state and queries."""

    @property
    def pool(self) -> Pool:
        """The transactions that wait."""

    @property
    def admission(self) -> AdmissionPort:
        """The way into the mempool."""

    @property
    def blobs(self) -> BlobRequests:
        """The contents beside the ledger."""

    def is_syncing(self) -> bool:
        """Return whether the node knows that it is behind."""

    def refusal(self) -> str | None:
        """Return why the node takes no transactions now (halted, disk full), None if it does."""

    def signing(self) -> Signing:
        """Return whether the node signs, and what it waits for if it does not."""

    def peers(self) -> Sequence[PeerView]:
        """Return every other member."""

    def consensus(self) -> ConsensusJson:
        """Return the engine's status, as JSON data."""

    def clocks(self) -> Clocks:
        """Return whose clock is off."""

    def health(self) -> HealthReport:
        """Run every health check."""

    def readings(self) -> Readings:
        """Return what the node's metrics show of consensus, sessions and files."""
