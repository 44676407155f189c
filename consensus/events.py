"""What can happen to the engine: every input of `Engine.step`, in one place."""

from dataclasses import dataclass
from typing import TypeAlias

from consensus.messages import SignMark
from primitives.block import Block
from primitives.certificate import Certificate
from primitives.crypto import Digest, PublicKey, Signature
from primitives.ids import Height, View
from primitives.set_history import NOTHING_KNOWN, SetHistory
from primitives.validators import ValidatorSet

RESTART_TAG_BYTES = 8


def tag_of(restart: Digest) -> bytes:
    """Return what goes with every message of who works under a restart."""
    return restart[:RESTART_TAG_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last committed block as the engine needs it, and who decides the next one."""

    height: Height
    block_hash: Digest
    certificate: Certificate | None  # None only at height 0
    validators: ValidatorSet  # the set that decides height + 1
    order: tuple[PublicKey, ...]  # who proposes at height + 1, by view (R3.1)
    passed_over: tuple[PublicKey, ...]  # those of them who stand last for having missed turns
    decided_by: ValidatorSet | None  # the set that decided this block; None only at height 0
    restart: Digest  # of height + 1: the restart statement in force, or the genesis hash
    history: SetHistory = NOTHING_KNOWN  # of the heights whose evidence counts


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes of one consensus message from an authenticated peer; not yet checked in any way.

    `restart` tells under which restart statement the peer works (R2.9): the first
    `RESTART_TAG_BYTES` of its digest. Without it the peer works under ours.
    """

    peer: PublicKey
    payload: bytes
    restart: bytes | None = None


@dataclass(frozen=True, slots=True)
class BlockBuilt:
    """The answer to `BuildBlock` of the same height and view."""

    height: Height
    view: View
    block: Block


@dataclass(frozen=True, slots=True)
class BlockValidated:
    """The answer to `ValidateBlock`: `difference` is None, or the first thing that is wrong.

    `is_clock` says that only the clock rule refused it: nobody is to blame for a late message.
    """

    height: Height
    block_hash: Digest
    difference: str | None
    is_clock: bool = False


@dataclass(frozen=True, slots=True)
class SignatureReceived:
    """The answer to the `RequestSignature` of the same mark; it verifies."""

    mark: SignMark
    signature: Signature


@dataclass(frozen=True, slots=True)
class BlockCommitted:
    """A block is durably committed, by `Decide` or by block sync."""

    head: Head


@dataclass(frozen=True, slots=True)
class WorkWaiting:
    """There is something to decide: transactions wait, or the heartbeat interval has passed."""


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer that the engine started has run out; `token` is the one it was started with."""

    name: str
    token: int


@dataclass(frozen=True, slots=True)
class PeerConnected:
    """A session with a member was opened or opened again."""

    peer: PublicKey


Event: TypeAlias = (
    Received
    | BlockBuilt
    | BlockValidated
    | SignatureReceived
    | BlockCommitted
    | WorkWaiting
    | TimerFired
    | PeerConnected
)
