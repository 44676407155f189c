"""A small replicated state machine: real blocks and certificates, a hash chain for state."""

from dataclasses import astuple, dataclass, field

from consensus.events import Head
from consensus.turns import Rota, Turn, Turns, charge, order_of, passed_over, seats_since
from primitives.block import Block, Header, last_certificate_hash_of, transactions_root_of
from primitives.certificate import Certificate, UncheckedCertificate
from primitives.codec import decode, encode
from primitives.crypto import ZERO_DIGEST, Digest, PublicKey, digest
from primitives.ids import Height
from primitives.merkle import EMPTY_ROOT
from primitives.restart import SignedRestart, read_restarts
from primitives.set_history import SetHistory
from primitives.validators import Validator, ValidatorSet, validator_set

_SEAT = b"seat"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatChange:
    """The transaction number `serial` that gives a seat to `name`, another key, or takes it away.

    It is done when its turn has come and no more than f seats are touched (R4.1). Changes for
    stolen keys have numbers of their own, and come before all others.
    """

    serial: int
    name: str
    key: PublicKey | None
    is_stolen: bool = False

    def encode(self) -> bytes:
        """Return the transaction."""
        return _SEAT + encode((self.serial, self.name, self.key, self.is_stolen))


def read_seat_change(transaction: bytes) -> SeatChange | None:
    """Return the change that a transaction asks for, None for any other."""
    if not transaction.startswith(_SEAT):
        return None
    serial, name, key, is_stolen = decode(transaction[len(_SEAT) :], bytes_max=256)
    return SeatChange(serial=serial, name=name, key=key, is_stolen=is_stolen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Who decides from a height on: the set, since when each sits, how many changes were done."""

    validators: ValidatorSet
    since: dict[str, Height]
    done: int = 0
    stolen: int = 0  # changes for stolen keys that were done

    def after(self, height: Height, transactions: tuple[bytes, ...]) -> "Seats":
        """Return the seats after the block at `height`."""
        members = {one.name: one for one in self.validators.members}
        room, done = self.validators.faults_max, {False: self.done, True: self.stolen}
        changes = [change for change in map(read_seat_change, transactions) if change is not None]
        for change in sorted(changes, key=lambda one: not one.is_stolen):
            if change.serial != done[change.is_stolen] + 1 or room == 0:
                continue
            room, done[change.is_stolen] = room - 1, change.serial
            members.pop(change.name, None)
            if change.key is not None:
                members[change.name] = Validator(change.key, change.name)
        following = validator_set(members.values())
        since = seats_since(
            self.since, height=height, validators=self.validators, following=following
        )
        return Seats(validators=following, since=since, done=done[False], stolen=done[True])


@dataclass(slots=True)
class Ledger:
    """Committed blocks of one node; survives a crash."""

    genesis: Header
    first: ValidatorSet
    signed_restarts: set[Digest]  # statements that two thirds of the agencies signed; of all nodes
    pending: tuple[SignedRestart, ...] = ()  # applied to this node
    chain: list[tuple[Block, Certificate]] = field(default_factory=list)
    turns: dict[str, Turn] = field(default_factory=dict)
    _seats: list[Seats] = field(default_factory=list)  # after each block
    _recorded: set[bytes] = field(default_factory=set)  # evidence; membership only

    @property
    def seats(self) -> Seats:
        """Who decides the next height."""
        return self._seats[-1] if self._seats else Seats(validators=self.first, since={})

    @property
    def validators(self) -> ValidatorSet:
        """The set that decides the next height."""
        return self.seats.validators

    @property
    def decided_by(self) -> ValidatorSet:
        """The set that decided the tip."""
        return self._seats[-2].validators if len(self._seats) > 1 else self.first

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
            order=order_of(self.validators, self.turns, following, self.seats.since),
            passed_over=passed_over(self.validators, self.turns, following, self.seats.since),
            decided_by=self.decided_by if self.chain else None,
            restart=self.carried[-1].digest if self.carried else tip.restart,
            history=_history(self.first, self._seats),
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
        following = self.seats.after(Height(self.height + 1), parts.transactions).validators
        turns = self._turns_after(parts.proposer, following)
        header = Header(
            chain_id=tip.chain_id,
            height=Height(tip.height + 1),
            time_ms=max(parts.time_ms, tip.time_ms + 1),
            parent_hash=tip.hash,
            transactions_root=root,
            receipts_root=EMPTY_ROOT,
            state_root=state_after(tip.state_root, root, turns),
            validators_hash=self.validators.hash,
            next_validators_hash=following.hash,
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
        following = self.seats.after(block.height, block.transactions).validators
        turns = self._turns_after(header.proposer, following)
        after = state_after(tip.state_root, root, turns)
        last = last_certificate_hash_of(block.last_certificate)
        expected = (
            ("chain_id", header.chain_id, tip.chain_id),
            ("height", header.height, tip.height + 1),
            ("parent_hash", header.parent_hash, tip.hash),
            ("transactions_root", header.transactions_root, root),
            ("receipts_root", header.receipts_root, EMPTY_ROOT),
            ("state_root", header.state_root, after),
            ("validators_hash", header.validators_hash, self.validators.hash),
            ("next_validators_hash", header.next_validators_hash, following.hash),
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
        seats = self.seats.after(block.height, block.transactions)
        self.turns = self._turns_after(block.header.proposer, seats.validators)
        self._seats.append(seats)
        self.chain.append((block, certificate))
        self._recorded.update(block.evidence)

    def roll_back(self, height: int) -> None:
        """Forget the blocks above `height`: an older store was put back."""
        kept, self.chain, self.turns = self.chain[:height], [], {}
        self._recorded, self._seats = set(), []
        for block, certificate in kept:
            self.commit(block, certificate)

    def _turns_after(self, proposer: PublicKey, following: ValidatorSet) -> dict[str, Turn]:
        rota = Rota(
            height=Height(self.height + 1),
            validators=self.validators,
            turns=self.turns,
            since=self.seats.since,
        )
        return charge(rota, proposer=proposer, following=following)


def _history(first: ValidatorSet, after: list[Seats]) -> SetHistory:
    """Return which set decided which height, each once with its first height."""
    sets = [(Height(1), first)]
    for height, seats in enumerate(after, start=1):
        if seats.validators != sets[-1][1]:
            sets.append((Height(height + 1), seats.validators))
    return SetHistory(sets=tuple(sets))
