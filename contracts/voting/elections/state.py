"""What the two offices have said, each by itself, of what takes both."""

from contracts.sdk import Map
from contracts.voting.core.messages import ElectionId, Slug

wishes = Map[tuple[ElectionId, Slug], Slug]("wishes")  # (election, decision) -> which office
