"""What trustees leave behind, and how queries answer."""

from typing import Annotated

from contracts.sdk import CountMax, Length, Map, record
from contracts.voting.core.messages import (
    TRUSTEES_MAX,
    AgencyNumber,
    ElectionId,
    EncryptionKey,
    Hash,
)
from contracts.voting.crypto.dkg import SEALED_SHARE_BYTES, Dealing

SealedShare = Annotated[bytes, Length(SEALED_SHARE_BYTES)]


@record
class SealedShares:
    """A dealer's encrypted share for each trustee that revealed, by number."""

    sealed: Annotated[tuple[SealedShare, ...], CountMax(TRUSTEES_MAX)]


@record
class Commitment:
    """What a trustee is bound to, and the X25519 key that shares for it are encrypted to."""

    commitment: Hash
    encryption_key: EncryptionKey


# The number is a trustee's.
commitments = Map[tuple[ElectionId, AgencyNumber], Commitment]("commitments", is_frozen=True)
dealings = Map[tuple[ElectionId, AgencyNumber], Dealing]("dealings", is_frozen=True)
dealt = Map[tuple[ElectionId, AgencyNumber], SealedShares]("dealt")  # (election, dealer)
# (election, dealer, accuser) -> whether answered
complaints = Map[tuple[ElectionId, AgencyNumber, AgencyNumber], bool]("complaints")


@record
class TrusteeState:
    """How far a trustee is; `unanswered` are those whose complaints it has not answered."""

    trustee: AgencyNumber
    has_committed: bool
    has_revealed: bool
    has_dealt: bool
    unanswered: Annotated[tuple[AgencyNumber, ...], CountMax(TRUSTEES_MAX)]
    has_delivered: bool


TrusteeStates = Annotated[tuple[TrusteeState, ...], CountMax(TRUSTEES_MAX)]
