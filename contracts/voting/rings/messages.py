"""What may be asked about rings, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import ContractError, Length, PublicKey, Signature, encode, event, message
from contracts.voting.core.messages import (
    ClassId,
    Count,
    ElectionId,
    PointBytes,
    Root,
    Statement,
    VoterRef,
)


@message
class JoinRing:
    """Post a voter's one-time key, with which it signs as a member of its class's ring."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId
    ring_key: PointBytes
    proof: Annotated[bytes, Length(64)]  # that the voter knows what is behind it
    key: PublicKey  # of the voter's subject in identity
    signature: Signature  # by key, over joining_statement


def joining_statement(chain_id: str, roll: bytes, msg: JoinRing) -> Statement:
    """Return what the voter's identity key signs; `roll` is ctx_R."""
    fields = (chain_id, roll, msg.election_id, msg.voter_ref, msg.class_id, msg.ring_key)
    return "voting/ring", encode(fields)


class AlreadyJoined(ContractError):
    """The voter has posted a key; one serves for ever."""


class UnprovenRingKey(ContractError):
    """The proof is not of this key, voter, class and roll: the key may be another's."""


class UnknownRing(ContractError):
    """The class has no ring: the election is not open, or has another scheme of tokens."""


class TagTaken(ContractError):
    """The tag belongs to another pseudonym: its owner has shown it under that one."""


@event
class RingJoined:
    """A voter has posted its one-time key."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId


@event
class RingClosed:
    """The ring of a class is fixed; it has so many members."""

    election_id: ElectionId
    class_id: ClassId
    root: Root
    members: Count
