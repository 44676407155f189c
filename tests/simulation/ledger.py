"""A small replicated state machine: real blocks and certificates, a hash chain for state."""

from dataclasses import dataclass, field

from consensus.events import Head
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.certificate import Certificate, UncheckedCertificate
from primitives.crypto import ZERO_DIGEST, Digest, PublicKey, digest
from primitives.ids import Height
from primitives.merkle import EMPTY_ROOT
from primitives.validators import ValidatorSet

GENESIS_TIME_MS = 1_700_000_000_000


def state_after(root: Digest, transactions_root: Digest) -> Digest:
    """Return the state root after a block: the old root chained with what the block did."""
    return digest("sim-state", root + transactions_root)


def genesis_header(chain_id: str, validators: ValidatorSet) -> Header:
    """Return header 0."""
    return Header(
        chain_id=chain_id,
        height=Height(0),
        time_ms=GENESIS_TIME_MS,
        parent_hash=ZERO_DIGEST,
        transactions_root=EMPTY_ROOT,
        receipts_root=EMPTY_ROOT,
        state_root=ZERO_DIGEST,
        validators_hash=validators.hash,
        next_validators_hash=validators.hash,
        last_certificate_hash=ZERO_DIGEST,
        app_version=1,
        proposer=PublicKey(bytes(32)),
        restart=digest("sim-genesis", chain_id.encode()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockParts:
    """What the driver passes in to make a block."""

    time_ms: int
    proposer: PublicKey
    last_certificate: UncheckedCertificate | None
    transactions: tuple[bytes, ...]
    evidence: tuple[bytes, ...]


@dataclass(slots=True)
class Ledger:
    """Committed blocks of one node; survives a crash."""

    genesis: Header
    validators: ValidatorSet
    chain: list[tuple[Block, Certificate]] = field(default_factory=list)
    _recorded: set[bytes] = field(default_factory=set)  # evidence; membership only

    @property
    def height(self) -> int:
        """The last committed height."""
        return len(self.chain)

    @property
    def tip(self) -> Header:
        """The last committed header."""
        return self.chain[-1][0].header if self.chain else self.genesis

    def head(self) -> Head:
        """Return the last committed block as the engine needs it."""
        tip = self.tip
        return Head(
            height=tip.height,
            block_hash=tip.hash,
            certificate=self.chain[-1][1] if self.chain else None,
            validators=self.validators,
            decided_by=self.validators if self.chain else None,
            restart=tip.restart,
        )

    def build(self, parts: BlockParts) -> Block:
        """Return a block on top of the tip; evidence already recorded is left out."""
        tip = self.tip
        evidence = tuple(item for item in parts.evidence if item not in self._recorded)
        root = transactions_root_of(parts.transactions, evidence)
        header = Header(
            chain_id=tip.chain_id,
            height=Height(tip.height + 1),
            time_ms=max(parts.time_ms, tip.time_ms + 1),
            parent_hash=tip.hash,
            transactions_root=root,
            receipts_root=EMPTY_ROOT,
            state_root=state_after(tip.state_root, root),
            validators_hash=self.validators.hash,
            next_validators_hash=self.validators.hash,
            last_certificate_hash=last_certificate_hash_of(parts.last_certificate),
            app_version=1,
            proposer=parts.proposer,
            restart=tip.restart,
        )
        return Block(header, parts.transactions, evidence, parts.last_certificate)

    def validate(self, block: Block) -> str | None:
        """Execute on an overlay; return None or the first difference."""
        tip, header = self.tip, block.header
        root = transactions_root_of(block.transactions, block.evidence, block.restarts)
        last = last_certificate_hash_of(block.last_certificate)
        expected = (
            ("chain_id", header.chain_id, tip.chain_id),
            ("height", header.height, tip.height + 1),
            ("parent_hash", header.parent_hash, tip.hash),
            ("transactions_root", header.transactions_root, root),
            ("receipts_root", header.receipts_root, EMPTY_ROOT),
            ("state_root", header.state_root, state_after(tip.state_root, root)),
            ("validators_hash", header.validators_hash, self.validators.hash),
            ("next_validators_hash", header.next_validators_hash, self.validators.hash),
            ("last_certificate_hash", header.last_certificate_hash, last),
            ("app_version", header.app_version, 1),
            ("restart", header.restart, tip.restart),
            ("restarts", block.restarts, ()),
        )
        for name, found, wanted in expected:
            if found != wanted:
                return f"{name} differs"
        if header.time_ms <= tip.time_ms:
            return "time_ms is not after the parent's"
        if any(item in self._recorded for item in block.evidence):
            return "evidence is already recorded"
        return None

    def commit(self, block: Block, certificate: Certificate) -> None:
        """Append a decided block."""
        self.chain.append((block, certificate))
        self._recorded.update(block.evidence)

    def roll_back(self, height: int) -> None:
        """Forget the blocks above `height`: an older store was put back."""
        del self.chain[height:]
        self._recorded = {item for block, _ in self.chain for item in block.evidence}
