"""What the engine asks its driver to do. Effects are performed strictly in order.

The driver must finish a `Persist` (fsync included) before it performs anything after it; this
is what makes a crash unable to make a validator contradict itself. Nothing else may wait.
"""

from dataclasses import dataclass
from typing import TypeAlias

from consensus.guard import Lock, SignState
from consensus.messages import Content, Kind, SignMark
from primitives.block import Block
from primitives.certificate import Certificate
from primitives.crypto import Digest, PublicKey
from primitives.ids import Height, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Persist:
    """Make durable, in this order: the WAL entry, the lock file, the sign-state.

    `entry` (None: nothing for the WAL) belongs to the WAL of `height`; `lock` (None: unchanged)
    replaces the lock file; `state` is always written. If the sign-state refuses, the driver stops
    the node: nothing later in the step may happen.
    """

    height: Height
    entry: bytes | None
    lock: Lock | None
    state: SignState


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSignature:
    """Have a statement signed elsewhere; answer with `SignatureReceived`, if ever.

    `lock` (None: unchanged) replaces the lock file before anybody is asked (R2.4): what may be
    signed is never above what this node knows. Nothing waits for the answer.
    """

    kind: Kind
    height: Height
    view: View
    content: Content
    restart: Digest
    lock: Lock | None

    @property
    def mark(self) -> SignMark:
        """The position in signing order."""
        return SignMark(self.height, self.view, int(self.kind))


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Send `payload` to every other member that is connected; the engine has handled its own.

    `restart` goes with it: see `consensus.events.Received`.
    """

    payload: bytes
    restart: bytes


@dataclass(frozen=True, slots=True)
class Send:
    """Send `payload` to one peer, if it is connected; `restart` as in `Broadcast`."""

    peer: PublicKey
    payload: bytes
    restart: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildBlock:
    """Build a fresh block for (height, view) from what waits; answer with `BlockBuilt`."""

    height: Height
    view: View
    last_certificate: Certificate | None  # of the parent; None only for block 1
    evidence: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateBlock:
    """Execute `block` on an overlay and compare; answer with `BlockValidated`.

    `is_fresh` says that the clock rule (within 2 s) applies; it does not for a re-proposed block.
    """

    block: Block
    view: View
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Decide:
    """Commit `block` with its certificate durably; answer with `BlockCommitted`."""

    block: Block
    certificate: Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchBlocks:
    """We are behind: fetch and commit decided blocks up to `height_known`, asking `peers` first.

    The claim is not proven; only certificates count. Each block committed gives `BlockCommitted`.
    """

    height_known: Height
    peers: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Start (or restart) the timer `name`; when it runs out give `TimerFired(name, token)`."""

    name: str
    token: int
    delay_ms: int


@dataclass(frozen=True, slots=True)
class CancelTimer:
    """Forget the timer `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class ReportFault:
    """`peer` sent something that an honest validator never sends, or that does not parse."""

    peer: PublicKey
    reason: str


@dataclass(frozen=True, slots=True)
class RecordEvidence:
    """Two conflicting signed messages of one validator, for operators; also goes into a block."""

    validator: PublicKey
    evidence: bytes


@dataclass(frozen=True, slots=True)
class Halt:
    """A safety condition is broken (see reason): stop signing, keep read-only RPC, write a dump."""

    reason: str


Effect: TypeAlias = (
    Persist
    | RequestSignature
    | Broadcast
    | Send
    | BuildBlock
    | ValidateBlock
    | Decide
    | FetchBlocks
    | StartTimer
    | CancelTimer
    | ReportFault
    | RecordEvidence
    | Halt
)
