"""What a replica knows about the height it is deciding. Data only; the rules are elsewhere."""

from dataclasses import dataclass, field

from consensus.messages import (
    FIRST_VIEW,
    Claim,
    Justification,
    Kind,
    PrePrepare,
    Signatures,
    ViewChange,
)
from consensus.quorum import ViewChangeSet, VoteSet
from primitives.block import Block
from primitives.certificate import Certificate
from primitives.crypto import Digest, PublicKey
from primitives.ids import Height, View
from primitives.validators import ValidatorSet

_BLOCKS_KEPT = 8
_CLAIMS_KEPT = 32


@dataclass(frozen=True, slots=True)
class Proposal:
    """The valid pre-prepare of a view; `is_fresh` when its block was made in that view."""

    message: PrePrepare
    payload: bytes
    block: Block
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A block that q validators prepared in a view, with their signatures."""

    view: View
    block_hash: Digest
    prepares: Signatures

    @property
    def claim(self) -> Claim:
        """What a view change says about it."""
        return (self.view, self.block_hash)


class BlockShelf:
    """The last few blocks of a height with their bytes, so that none is encoded twice."""

    __slots__ = ("_blocks",)

    def __init__(self) -> None:
        self._blocks: dict[Digest, tuple[Block, bytes]] = {}

    def put(self, block: Block, encoded: bytes, *, keep: frozenset[Digest]) -> None:
        """Keep a block; beyond the bound the oldest goes that is not in `keep`."""
        self._blocks.setdefault(block.hash, (block, encoded))
        while len(self._blocks) > _BLOCKS_KEPT:
            spare = [h for h in self._blocks if h not in keep and h != block.hash]
            del self._blocks[spare[0]]

    def block(self, block_hash: Digest) -> Block | None:
        """Return the block of that hash."""
        found = self._blocks.get(block_hash)
        return None if found is None else found[0]

    def encoded(self, block_hash: Digest) -> bytes | None:
        """Return the bytes of the block of that hash."""
        found = self._blocks.get(block_hash)
        return None if found is None else found[1]


@dataclass(slots=True)
class HeightState:
    """One open height.

    `order` are its proposers by view. `opened_ms` is when it opened and `wait_ms` how long it was
    open when the proposal of view 0 was accepted, in monotonic milliseconds. `lacking` is the hash
    of a block that this replica must propose again and does not hold; `asked` are the hashes of
    blocks that it has asked for.
    `reached` is the highest view in which each validator has signed anything. `validating` maps a
    block that is being executed to whether the clock rule was asked for. `sent` holds the latest
    own message of each kind. `has_moved` says that something came in since the last resend timer;
    `is_touched` that a checked message of this height came in, which opens it (rule 1). `owed` is
    what a Commit of a former life was said upon when its proof was lost with the files (R2.4);
    `is_left` that the view it was in is to be left as soon as this node may sign.
    """

    height: Height
    validators: ValidatorSet
    order: tuple[PublicKey, ...]
    restart: Digest
    view: View = FIRST_VIEW
    is_open: bool = False
    has_moved: bool = False
    is_touched: bool = False
    opened_ms: int | None = None
    wait_ms: int | None = None
    lacking: Digest | None = None
    asked: set[Digest] = field(default_factory=set)
    accepted: Proposal | None = None
    prepared: Prepared | None = None
    owed: Claim | None = None
    is_left: bool = False
    prepares: VoteSet = field(default_factory=VoteSet)
    commits: VoteSet = field(default_factory=VoteSet)
    pre_prepares: VoteSet = field(default_factory=VoteSet)
    view_changes: ViewChangeSet = field(default_factory=ViewChangeSet)
    proven_claims: dict[Claim, Signatures] = field(default_factory=dict)
    reached: dict[PublicKey, View] = field(default_factory=dict)
    build_requested: Justification | None = None
    blocks: BlockShelf = field(default_factory=BlockShelf)
    validating: dict[Digest, bool] = field(default_factory=dict)
    valid: set[Digest] = field(default_factory=set)
    certificate: Certificate | None = None
    is_decided: bool = False
    work_after_decision: bool = False
    sent: dict[Kind, bytes] = field(default_factory=dict)

    def proposer(self, view: View) -> PublicKey:
        """Return whose turn it is in `view` (R3.1)."""
        return self.order[view % len(self.order)]

    def votes(self, kind: Kind) -> VoteSet:
        """Return the votes of a kind that names a block."""
        if kind is Kind.PREPARE:
            return self.prepares
        return self.commits if kind is Kind.COMMIT else self.pre_prepares

    def pinned(self) -> frozenset[Digest]:
        """Return the hashes of blocks that must stay on the shelf."""
        hashes = set()
        highest = self.highest_claim()
        if highest is not None:
            hashes.add(highest[1])
        if self.accepted is not None:
            hashes.add(self.accepted.block.hash)
        if self.prepared is not None:
            hashes.add(self.prepared.block_hash)
        if self.owed is not None:
            hashes.add(self.owed[1])
        if self.certificate is not None:
            hashes.add(self.certificate.block_hash)
        return frozenset(hashes)

    def committed_claim(self) -> tuple[Claim | None, Signatures]:
        """Return the claim of the highest own Commit, and its proof if that is not lost."""
        prepared, owed = self.prepared, self.owed
        if owed is not None and (prepared is None or prepared.claim < owed):
            return owed, ()
        return (None, ()) if prepared is None else (prepared.claim, prepared.prepares)

    def highest_claim(self) -> Claim | None:
        """Return the proven claim of the highest prepared view."""
        return max(self.proven_claims, default=None)

    def add_claim(self, claim: Claim, prepares: Signatures) -> None:
        """Remember a claim whose prepares were checked; beyond the bound the lowest goes."""
        self.proven_claims[claim] = prepares
        if len(self.proven_claims) > _CLAIMS_KEPT:
            del self.proven_claims[min(self.proven_claims)]

    @property
    def is_settled(self) -> bool:
        """Whether the decision is known, if not yet carried out."""
        return self.certificate is not None

    def wanted(self) -> Digest | None:
        """Return the hash of the decided, sought or owed block, whichever is missing."""
        sought = self.lacking if self.certificate is None else self.certificate.block_hash
        if sought is None and self.owed is not None:
            sought = self.owed[1]
        return None if sought is None or self.blocks.block(sought) is not None else sought

    def view_change_payload(self, message: ViewChange) -> bytes:
        """Return a kept view change as message bytes, with the block from the shelf."""
        claim = message.statement.claim
        block = None if claim is None else self.blocks.encoded(claim[1])
        return ViewChange(message.statement, message.prepares, block).encode()

    def note_view(self, sender: PublicKey, view: View) -> None:
        """Remember that `sender` has signed something in `view`."""
        if view > self.reached.get(sender, -1):
            self.reached[sender] = view

    def reached_by(self, count: int) -> View:
        """Return the highest view that at least `count` validators are in or beyond; or 0."""
        views = sorted(self.reached.values(), reverse=True)
        return views[count - 1] if len(views) >= count else FIRST_VIEW

    def forget_below(self, view: View) -> None:
        """Drop votes of views below `view`: too old to matter."""
        for votes in (self.pre_prepares, self.prepares, self.commits):
            votes.drop_below(view)
