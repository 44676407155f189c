"""What registrars and requests for tokens leave behind, and how queries answer."""

from typing import Annotated

from contracts.sdk import CountMax, Map, record
from contracts.voting.core.messages import (
    PAGE,
    REGISTRARS_MAX,
    SETS_MAX,
    AgencyNumber,
    ClassId,
    Count,
    ElectionId,
    Element,
    Root,
    Slug,
    VoterRef,
)


@record
class Request:
    """A voter's request: one blinded element, for all registrars."""

    class_id: ClassId
    blinded: Element


@record
class Answer:
    """A registrar's answer: a blind signature, or a refusal with its reason."""

    blind_signature: Element | None
    reason: Slug | None


seen_keys = Map[Root, ElectionId]("seen_keys")  # hash of a key -> where it was posted

requests = Map[tuple[ElectionId, VoterRef], Request]("requests", is_frozen=True)
answers = Map[tuple[ElectionId, VoterRef, AgencyNumber], Answer]("answers")
answered = Map[tuple[ElectionId, VoterRef], int]("answered")  # who signed, as bits


@record
class Coverage:
    """How many requests of a class were signed by exactly these registrars, by their bits."""

    counts: Annotated[tuple[Count, ...], CountMax(SETS_MAX)]


coverage = Map[tuple[ElectionId, ClassId], Coverage]("coverage")

RequestPage = Annotated[tuple[VoterRef, ...], CountMax(PAGE)]


@record
class Unanswered:
    """A request, and those who have not signed it: of all registrars, then of who signs for it."""

    voter_ref: VoterRef
    registrars: Annotated[tuple[AgencyNumber, ...], CountMax(REGISTRARS_MAX)]


UnansweredPage = Annotated[tuple[Unanswered, ...], CountMax(PAGE)]
