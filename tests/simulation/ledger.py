"""A small replicated state machine: real blocks and certificates, a hash chain for state."""

from dataclasses import astuple, dataclass, field

from consensus.events import Head
from consensus.turns import Turn, Turns, charge, order_of, passed_over
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.certificate import Certificate, UncheckedCertificate
from primitives.codec import encode
from primitives.crypto import ZERO_DIGEST, Digest, PublicKey, digest
from primitives.ids import Height
from primitives.merkle import EMPTY_ROOT
from primitives.restart import SignedRestart, read_restarts
from primitives.set_history import SetHistory
from primitives.validators import ValidatorSet

GENESIS_TIME_MS = 1_700_000_000_000


def state_after(root: Digest, transactions_root: Digest, turns: Turns) -> Digest:
    """Return the state root after a block: the old root chained with what the block did."""
    listed = [(name, *astuple(turn)) for name, turn in sorted(turns.items())]
    return digest("sim-state", root + transactions_root + encode(tuple(listed)))


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
        proposer=PublicKey(bytes(33)),
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
    signed_restarts: set[Digest]  # statements that two thirds of the agencies signed; of all nodes
    pending: tuple[SignedRestart, ...] = ()  # applied to this node
    chain: list[tuple[Block, Certificate]] = field(default_factory=list)
    turns: dict[str, Turn] = field(default_factory=dict)
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
        following = Height(tip.height + 1)
        return Head(
            height=tip.height,
            block_hash=tip.hash,
            certificate=self.chain[-1][1] if self.chain else None,
            validators=self.validators,
            order=order_of(self.validators, self.turns, following),
            passed_over=passed_over(self.validators, self.turns, following),
            decided_by=self.validators if self.chain else None,
            restart=self.carried[-1].digest if self.carried else tip.restart,
            history=SetHistory(sets=((Height(1), self.validators),)),
        )

    @property
    def carried(self) -> tuple[SignedRestart, ...]:
        """The applied statements that the next block must carry."""
        is_above = bool(self.pending) and self.pending[-1].statement.block_hash == self.tip.hash
        return self.pending if is_above else ()

    def restart_of(self, height: int) -> Digest:
        """Return the restart under which this node takes part in a height."""
        if height <= self.height:
            return self.chain[height - 1][0].header.restart if height else self.genesis.restart
        return self.head().restart

    def is_superseded(self, restart: Digest) -> bool:
        """Return whether a restart was in force once and is no more."""
        chain = [block.header.restart for block, _ in self.chain]
        known = [self.genesis.restart, *chain, *(one.statement.previous for one in self.carried)]
        return restart in known and restart != self.head().restart

    def build(self, parts: BlockParts) -> Block:
        """Return a block on top of the tip; evidence already recorded is left out."""
        tip = self.tip
        evidence = tuple(item for item in parts.evidence if item not in self._recorded)
        restarts = tuple(signed.encode() for signed in self.carried)
        root = transactions_root_of(parts.transactions, evidence, restarts)
        header = Header(
            chain_id=tip.chain_id,
            height=Height(tip.height + 1),
            time_ms=max(parts.time_ms, tip.time_ms + 1),
            parent_hash=tip.hash,
            transactions_root=root,
            receipts_root=EMPTY_ROOT,
            state_root=state_after(tip.state_root, root, self._turns_after(parts.proposer)),
            validators_hash=self.validators.hash,
            next_validators_hash=self.validators.hash,
            last_certificate_hash=last_certificate_hash_of(parts.last_certificate),
            app_version=1,
            proposer=parts.proposer,
            restart=self.head().restart,
        )
        return Block(header, parts.transactions, evidence, parts.last_certificate, restarts)

    def validate(self, block: Block) -> str | None:
        """Execute on an overlay; return None or the first difference."""
        tip, header = self.tip, block.header
        root = transactions_root_of(block.transactions, block.evidence, block.restarts)
        after = state_after(tip.state_root, root, self._turns_after(header.proposer))
        last = last_certificate_hash_of(block.last_certificate)
        expected = (
            ("chain_id", header.chain_id, tip.chain_id),
            ("height", header.height, tip.height + 1),
            ("parent_hash", header.parent_hash, tip.hash),
            ("transactions_root", header.transactions_root, root),
            ("receipts_root", header.receipts_root, EMPTY_ROOT),
            ("state_root", header.state_root, after),
            ("validators_hash", header.validators_hash, self.validators.hash),
            ("next_validators_hash", header.next_validators_hash, self.validators.hash),
            ("last_certificate_hash", header.last_certificate_hash, last),
            ("app_version", header.app_version, 1),
        )
        for name, found, wanted in expected:
            if found != wanted:
                return f"{name} differs"
        if header.time_ms <= tip.time_ms:
            return "time_ms is not after the parent's"
        if not self._is_restart_right(block):
            return "restart differs"
        if any(item in self._recorded for item in block.evidence):
            return "evidence is already recorded"
        return None

    def _is_restart_right(self, block: Block) -> bool:
        """Return whether the block's statements hold above the tip, and lead to its restart."""
        if not block.restarts:
            return block.header.restart == self.head().restart
        restart, names = self.tip.restart, {self.tip.restart}
        for signed in read_restarts(block.restarts):
            statement = signed.statement
            place = (statement.previous, statement.height, statement.block_hash)
            if place != (restart, self.height, self.tip.hash):
                return False
            if signed.digest not in self.signed_restarts:
                return False
            restart = signed.digest
            names.add(restart)
        is_named = self.head().restart in names
        return is_named and block.header.restart == restart

    def commit(self, block: Block, certificate: Certificate) -> None:
        """Append a decided block."""
        self.turns = self._turns_after(block.header.proposer)
        self.chain.append((block, certificate))
        self._recorded.update(block.evidence)

    def roll_back(self, height: int) -> None:
        """Forget the blocks above `height`: an older store was put back."""
        kept, self.chain, self.turns = self.chain[:height], [], {}
        self._recorded = set()
        for block, certificate in kept:
            self.commit(block, certificate)

    def _turns_after(self, proposer: PublicKey) -> dict[str, Turn]:
        return charge(
            self.turns,
            height=Height(self.height + 1),
            proposer=proposer,
            validators=self.validators,
            following=self.validators,
        )
