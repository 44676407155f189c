"""What voters and registrars ask: tokens, requested with a name and signed without seeing it."""

from typing import Annotated

from contracts.sdk import CountMax, PublicKey, Signature, encode, message
from contracts.voting.fields import (
    REGISTRARS_MAX,
    AgencyNumber,
    ClassId,
    ElectionId,
    Modulus,
    Slug,
    VoterRef,
)

Statement = tuple[str, bytes]  # the tag and the bytes that a key signs: key.sign(*statement)
UNSIGNED = Signature(bytes(64))  # holds the place of a signature until it is made


@message
class RequestToken:
    """Ask every registrar for a token, as the voter's identity key signs."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId
    blinded: Annotated[tuple[Modulus, ...], CountMax(REGISTRARS_MAX, low=1)]  # by registrar
    key: PublicKey  # of the voter's subject in identity
    signature: Signature  # by key, over request_statement


@message
class IssueToken:
    """Answer a request with a blind signature."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber
    blind_signature: Modulus


@message
class RefuseToken:
    """Answer a request with a refusal, and why."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber
    reason: Slug


def request_statement(chain_id: str, context: bytes, msg: RequestToken) -> Statement:
    """Return what the voter's identity key signs; `context` is ctx_E."""
    fields = (chain_id, context, msg.election_id, msg.voter_ref, msg.class_id, msg.blinded)
    return "voting/request", encode(fields)
