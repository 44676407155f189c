"""What may be asked about tokens and keys, what observers learn, and what is refused."""

from typing import Annotated

from contracts.sdk import (
    ContractError,
    CountMax,
    Length,
    PublicKey,
    Signature,
    encode,
    event,
    message,
    record,
)
from contracts.sdk.bls_blind import PROOF_BYTES
from contracts.voting.core.messages import (
    CLASSES_MAX,
    REGISTRARS_MAX,
    AgencyNumber,
    ClassId,
    Count,
    ElectionId,
    Element,
    SignerKey,
    Slug,
    Statement,
    VoterRef,
)
from contracts.voting.crypto.tokens import ANSWERS_MAX


@record
class ProvenKey:
    """X of a class, and W and z, which prove that its owner knows x."""

    key: SignerKey
    proof: Annotated[bytes, Length(PROOF_BYTES)]


@record
class BlindAnswer:
    """S = x B for the request of one voter."""

    voter_ref: VoterRef
    signature: Element


@message
class RegisterKeys:
    """Post a registrar's own keys, one for each class in order, each with its proof."""

    election_id: ElectionId
    registrar: AgencyNumber
    keys: Annotated[tuple[ProvenKey, ...], CountMax(CLASSES_MAX, low=1)]


@message
class RequestToken:
    """Ask all registrars for a token, by one blinded element, as the voter's identity key signs."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId
    blinded: Element
    key: PublicKey  # of the voter's subject in identity
    signature: Signature  # by key, over request_statement


@message
class IssueTokens:
    """Answer requests of one class with blind signatures; all of them are right, or none counts."""

    election_id: ElectionId
    registrar: AgencyNumber
    class_id: ClassId
    answers: Annotated[tuple[BlindAnswer, ...], CountMax(ANSWERS_MAX, low=1)]


@message
class RefuseToken:
    """Answer a request with a refusal, and why."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber
    reason: Slug


@message
class CloseIssuing:
    """Fix for each class the registrars that sign for it, once answers are closed."""

    election_id: ElectionId


def request_statement(chain_id: str, context: bytes, msg: RequestToken) -> Statement:
    """Return what the voter's identity key signs; `context` is ctx_E."""
    fields = (chain_id, context, msg.election_id, msg.voter_ref, msg.class_id, msg.blinded)
    return "voting/request", encode(fields)


class UnknownRegistrar(ContractError):
    """The manifest does not name this registrar."""


class KeyExists(ContractError):
    """The registrar has posted its keys."""


class KeyReused(ContractError):
    """The key was posted before, in this election or another; each serves one class once."""


class WrongKeyCount(ContractError):
    """The keys are not one for each class."""


class UnprovenKey(ContractError):
    """A key's proof is not of this registrar, class and roll: its owner may not know it."""


class BadVoterSignature(ContractError):
    """The request is not signed by the key that it names."""


class NotVoterKey(ContractError):
    """The key is not one of the voter's in identity, or the voter is frozen there."""


class AlreadyRequested(ContractError):
    """The voter has requested a token; one request serves for ever."""


class UnknownRequest(ContractError):
    """The voter has not requested a token."""


class AlreadyAnswered(ContractError):
    """The registrar has answered this request."""


class BadBlindSignature(ContractError):
    """An answer is not the registrar's signature of the blinded element."""


class UnknownReason(ContractError):
    """There is no such reason to refuse."""


class IssuingAlreadyClosed(ContractError):
    """The registrars that sign for the classes are fixed."""


@event
class KeysRegistered:
    """A registrar has posted its keys."""

    election_id: ElectionId
    registrar: AgencyNumber


@event
class TokenRequested:
    """A voter has asked for a token."""

    election_id: ElectionId
    voter_ref: VoterRef
    class_id: ClassId


@event
class TokensIssued:
    """A registrar has answered so many requests of a class."""

    election_id: ElectionId
    registrar: AgencyNumber
    class_id: ClassId
    count: Count


@event
class TokenRefused:
    """A registrar has refused a voter, and why."""

    election_id: ElectionId
    voter_ref: VoterRef
    registrar: AgencyNumber
    reason: Slug


@event
class SigningSetFixed:
    """These registrars sign for a class; `covered` requests have the answers of all of them."""

    election_id: ElectionId
    class_id: ClassId
    registrars: Annotated[tuple[AgencyNumber, ...], CountMax(REGISTRARS_MAX)]
    covered: Count
