"""What may be asked about tokens and keys, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import ContractError, CountMax, PublicKey, Signature, encode, event, message
from contracts.voting.core.messages import (
    REGISTRARS_MAX,
    AgencyNumber,
    ClassId,
    ElectionId,
    Modulus,
    Slug,
    Statement,
    VoterRef,
)

CHALLENGES = 8


@message
class RegisterKey:
    """Register a registrar's RSA key for one class, with roots of the key's challenges."""

    election_id: ElectionId
    registrar: AgencyNumber
    class_id: ClassId
    modulus: Modulus  # big-endian
    proof: Annotated[tuple[Modulus, ...], CountMax(CHALLENGES, low=CHALLENGES)]


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


class UnknownRegistrar(ContractError):
    """The manifest does not name this registrar."""


class KeyExists(ContractError):
    """The registrar has a key for this class."""


class KeyReused(ContractError):
    """The modulus served before, in this election or another; each key serves one class once."""


class BadRegistrarKey(ContractError):
    """The modulus is not one of 3072 bits that its proof shows to be sound."""


class MissingRegistrarKey(ContractError):
    """A registrar has no key for a class."""


class BadVoterSignature(ContractError):
    """The request is not signed by the key that it names."""


class NotVoterKey(ContractError):
    """The key is not one of the voter's in identity, or the voter is frozen there."""


class AlreadyRequested(ContractError):
    """The voter has requested tokens; one request serves for ever."""


class BadBlinded(ContractError):
    """The blinded messages are not one for each registrar, below its modulus and coprime to it."""


class UnknownRequest(ContractError):
    """The voter has not requested tokens."""


class AlreadyAnswered(ContractError):
    """The registrar has answered this request."""


class BadBlindSignature(ContractError):
    """The answer is not the registrar's signature of the blinded message."""


class UnknownReason(ContractError):
    """There is no such reason to refuse."""


@event
class KeyRegistered:
    """A registrar has a key for a class."""

    election_id: ElectionId
    registrar: AgencyNumber
    class_id: ClassId


@event
class TokenRequested:
    """A voter has asked for tokens."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId


@event
class TokenIssued:
    """A registrar has signed a voter's blinded message."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber


@event
class TokenRefused:
    """A registrar has refused a voter, and why."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber
    reason: Slug
