"""What members of rings leave behind, and how queries answer."""

from typing import Annotated

from contracts.sdk import CountMax, Map, record
from contracts.voting.core.messages import (
    PAGE,
    ClassId,
    ElectionId,
    PointBytes,
    Pseudonym,
    VoterRef,
)


@record
class RingMember:
    """A voter's one-time key."""

    class_id: ClassId
    key: PointBytes


ring_members = Map[tuple[ElectionId, VoterRef], RingMember]("ring_members", is_frozen=True)
# (election, tag) -> the pseudonym that showed it first, which alone may show it again
tags = Map[tuple[ElectionId, PointBytes], Pseudonym]("tags")

MemberPage = Annotated[tuple[VoterRef, ...], CountMax(PAGE)]
