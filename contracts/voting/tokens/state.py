"""What registrars and requests for tokens leave behind."""

from typing import Annotated

from contracts.sdk import CountMax, Map, record
from contracts.voting.core.messages import (
    PAGE,
    REGISTRARS_MAX,
    AgencyNumber,
    ClassId,
    ElectionId,
    Modulus,
    Root,
    Slug,
    VoterRef,
)


@record
class Request:
    """A voter's request: one blinded message for each registrar, by number."""

    class_id: ClassId
    blinded: Annotated[tuple[Modulus, ...], CountMax(REGISTRARS_MAX)]


@record
class Answer:
    """A registrar's answer: a blind signature, or a refusal with its reason."""

    blind_signature: Modulus | None
    reason: Slug | None


# (election, registrar, class)
registrar_keys = Map[tuple[ElectionId, AgencyNumber, ClassId], Modulus](
    "registrar_keys", is_frozen=True
)
moduli = Map[Root, ElectionId]("moduli")  # hash of a modulus -> where it served

requests = Map[tuple[ElectionId, VoterRef], Request]("requests", is_frozen=True)
answers = Map[tuple[ElectionId, VoterRef, AgencyNumber], Answer]("answers")
signatures = Map[tuple[ElectionId, VoterRef], int]("signatures")  # how many registrars have signed

RequestPage = Annotated[tuple[VoterRef, ...], CountMax(PAGE)]
