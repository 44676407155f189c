"""The messages of consensus and what of them is signed. Owns their form, not what they mean.

Every signed message is a `Statement` with attachments that prove themselves:

    statement   = kind, height, view, content, sender, signature
    PrePrepare  = [1, height, view, block_hash, sender, signature, block, heads, prepares]
    Prepare     = [2, height, view, block_hash, sender, signature]
    Commit      = [3, height, view, block_hash, sender, seal]
    ViewChange  = [0, height, view, claim, sender, signature, prepares, block or None]
    Decided     = [4, height, block or None, certificate or None]
    Status      = [5, height, view, accepted, wanted, prepares, commits, view changes,
                   is opening, owed]
    Evidence    = [6, evidence]
    PositionQuestion = [7, nonce]
    Position    = [8, nonce, open height, is listening, statement or None]

A claim is None or [prepared view, block_hash]; heads are [sender, claim, signature] of the
ViewChange messages that justify a proposal; prepares are [sender, signature]. The signature is
over [chain_id, restart, height, view, content] under the tag of the kind. Blocks, certificates and
evidence are carried as bytes. The statement of a Position is the encoding of one as six fields, of
any of the four kinds. Reading is in consensus.wire.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from primitives.certificate import SEAL_TAG
from primitives.codec import Value, encode
from primitives.crypto import Digest, PublicKey, Signature
from primitives.errors import InvariantBroken
from primitives.ids import Height, View

Claim: TypeAlias = tuple[View, Digest]
Content: TypeAlias = Digest | Claim | None
Signatures: TypeAlias = tuple[tuple[PublicKey, Signature], ...]


FIRST_VIEW = View(0)


class Kind(IntEnum):
    """The kinds of messages; the first four are signed and are also the kinds of `SignMark`."""

    VIEW_CHANGE = 0
    PRE_PREPARE = 1
    PREPARE = 2
    COMMIT = 3
    DECIDED = 4
    STATUS = 5
    EVIDENCE = 6
    POSITION_QUESTION = 7
    POSITION = 8


@dataclass(frozen=True, slots=True, order=True)
class SignMark:
    """A position in signing order; kinds: 0 view change, 1 pre-prepare, 2 prepare, 3 commit."""

    height: int
    view: int
    kind: int


TAGS: dict[Kind, str] = {
    Kind.VIEW_CHANGE: "view-change",
    Kind.PRE_PREPARE: "pre-prepare",
    Kind.PREPARE: "prepare",
    Kind.COMMIT: SEAL_TAG,
}


def signed_bytes(
    chain_id: str, restart: Digest, height: Height, view: View, content: Content
) -> bytes:
    """Return what a statement signs; for a Commit these are `primitives.certificate.seal_bytes`.

    `restart` is the restart statement in force at `height`, or the genesis hash without one.
    """
    return encode((chain_id, restart, height, view, content))


@dataclass(frozen=True, slots=True)
class Statement:
    """What one validator says at (kind, height, view). Prepare and Commit are nothing more."""

    kind: Kind
    height: Height
    view: View
    content: Content
    sender: PublicKey
    signature: Signature

    @property
    def mark(self) -> SignMark:
        """The position in signing order."""
        return SignMark(self.height, self.view, int(self.kind))

    @property
    def block_hash(self) -> Digest:
        """The block that a PrePrepare, Prepare or Commit names."""
        if isinstance(self.content, bytes):
            return self.content
        raise InvariantBroken("a view change names no block of its own")

    @property
    def claim(self) -> Claim | None:
        """What a ViewChange says was prepared."""
        return self.content if isinstance(self.content, tuple) else None

    def to_value(self) -> tuple[Value, ...]:
        """Return [kind, height, view, content, sender, signature]."""
        return (
            int(self.kind),
            self.height,
            self.view,
            self.content,
            self.sender,
            self.signature,
        )

    def encode(self) -> bytes:
        """Return the six fields as bytes: the whole message of a Prepare or Commit."""
        return encode(self.to_value())


@dataclass(frozen=True, slots=True, kw_only=True)
class Misdeed:
    """Where a validator said two different things: one a (validator, height, view, kind).

    Whatever pair of statements shows it, it is the same misdeed.
    """

    validator: PublicKey
    height: Height
    view: View
    kind: Kind


@dataclass(frozen=True, slots=True)
class Justification:
    """Why a proposal of a view above 0 is allowed: q view changes and the prepares of the highest.

    `heads` are sorted by sender; `prepares` are empty when no head claims a prepared block.
    """

    heads: tuple[Statement, ...] = ()
    prepares: Signatures = ()


@dataclass(frozen=True, slots=True)
class PrePrepare:
    """A proposal: the block in its bytes, and the justification (empty in view 0)."""

    statement: Statement
    block: bytes
    justification: Justification

    def encode(self) -> bytes:
        """Return the message bytes."""
        heads = tuple(
            (head.sender, head.content, head.signature) for head in self.justification.heads
        )
        return encode((*self.statement.to_value(), self.block, heads, self.justification.prepares))


@dataclass(frozen=True, slots=True)
class ViewChange:
    """A wish for a view, with q Prepares and the block if the sender had prepared one."""

    statement: Statement
    prepares: Signatures
    block: bytes | None

    def encode(self) -> bytes:
        """Return the message bytes."""
        return encode((*self.statement.to_value(), self.prepares, self.block))


@dataclass(frozen=True, slots=True)
class Decided:
    """A decided height's certificate, its block, or both: what the sender has."""

    height: Height
    block: bytes | None
    certificate: bytes | None

    def encode(self) -> bytes:
        """Return the message bytes."""
        return encode((int(Kind.DECIDED), self.height, self.block, self.certificate))


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """Where the sender stands and which votes it has; not signed, the session vouches for it.

    Voters are bit maps over the validators in order, lowest bit first. `prepares` and
    `view_changes` are those of `view`; `commits` are (view, voters) pairs. `is_opening` says that
    the sender has just opened the height because work waits (R3.5), and asks for nothing. `owed`
    is a claim of the sender's whose Prepares it has lost and asks for (R2.4).
    """

    height: Height
    view: View
    accepted: Digest | None
    wanted: Digest | None
    prepares: bytes
    commits: tuple[tuple[View, bytes], ...]
    view_changes: bytes
    is_opening: bool = False
    owed: Claim | None = None

    def encode(self) -> bytes:
        """Return the message bytes."""
        return encode(
            (
                int(Kind.STATUS),
                self.height,
                self.view,
                self.accepted,
                self.wanted,
                self.prepares,
                self.commits,
                self.view_changes,
                self.is_opening,
                self.owed,
            )
        )


@dataclass(frozen=True, slots=True)
class EvidenceMessage:
    """Two conflicting statements of one validator, passed on. Source: consensus.faults."""

    evidence: bytes

    def encode(self) -> bytes:
        """Return the message bytes."""
        return encode((int(Kind.EVIDENCE), self.evidence))


@dataclass(frozen=True, slots=True)
class PositionQuestion:
    """Where are you, and what of mine have you seen? Asked at a start (R2.5).

    `nonce` is 16 bytes; the answer carries it, so that none to a former life is taken.
    """

    nonce: bytes

    def encode(self) -> bytes:
        """Return the message bytes."""
        return encode((int(Kind.POSITION_QUESTION), self.nonce))


@dataclass(frozen=True, slots=True)
class Position:
    """The answer to a `PositionQuestion`; not signed, the session vouches for it.

    `height` is the one open at the sender, or that of its own mark if higher; `statement` the
    highest of the asker's that the sender holds.
    """

    nonce: bytes
    height: Height
    is_listening: bool
    statement: Statement | None

    def encode(self) -> bytes:
        """Return the message bytes."""
        statement = None if self.statement is None else self.statement.encode()
        return encode((int(Kind.POSITION), self.nonce, self.height, self.is_listening, statement))


Message: TypeAlias = (
    Statement
    | PrePrepare
    | ViewChange
    | Decided
    | StatusMessage
    | EvidenceMessage
    | PositionQuestion
    | Position
)
