"""What the two offices leave behind, and the evidence that they decide about."""

from contracts.sdk import Map, record
from contracts.voting.core.messages import (
    ClassId,
    ElectionId,
    Element,
    Height,
    Pseudonym,
    Reason,
    Slug,
)


@record
class Surplus:
    """The first valid token of a class beyond its requests, and when it was shown."""

    voter_key: Pseudonym
    token: Element
    shown_at: Height


surpluses = Map[tuple[ElectionId, ClassId], Surplus]("surpluses")
accepted = Map[ElectionId, Reason]("accepted")  # both offices went on in spite of a surplus
annulled = Map[ElectionId, Reason]("annulled")
wishes = Map[tuple[ElectionId, Slug], Slug]("wishes")  # (election, decision) -> which office
