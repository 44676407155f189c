"""What may be asked about attestations, what observers learn, and what is refused."""

from contracts.identity.core.messages import (
    AgencyId,
    Commit,
    Id,
    Level,
    MatchUse,
    PadLevel,
    Reason,
    Slug,
    Statement,
    Time,
)
from contracts.sdk import ContractError, PublicKey, Signature, encode, event, message


@message
class IssueAttestation:
    """State something about a subject, by a commitment to what stays off the chain."""

    agency: AgencyId
    att_id: Id
    sid: Id
    kind: Slug
    ial: Level
    method: Slug
    commit: Commit
    expires_at: Time
    evidence: Id | None  # the FVS attestation that a proofing at IAL 2.3 or more needs
    pad_level: PadLevel  # of a face match, as its issuer states it; else 0
    match_for: MatchUse | None  # of a face match: whom it serves, for what and with which key
    key: PublicKey | None  # the citizen's, for a proofing
    signature: Signature | None  # over proofing_statement


@message
class SetAttestation:
    """Suspend, restore, revoke or supersede an attestation of the issuer `agency`."""

    agency: AgencyId
    att_id: Id
    status: Slug
    reason: Reason


def proofing_statement(chain_id: str, msg: IssueAttestation) -> Statement:
    """Return what a key of the subject signs to take a proofing."""
    place = (msg.att_id, msg.sid, msg.agency)
    content = (msg.ial, msg.method, msg.commit, msg.expires_at, msg.evidence)
    return "identity/proofing", encode((chain_id, *place, *content))


class IssuerQuota(ContractError):
    """The issuer has issued as many attestations today as it may."""


class TooManyAttestations(ContractError):
    """The subject has as many attestations of this kind by this issuer as it may have."""


class Barred(ContractError):
    """A supervisor suspended the attestation; its issuer does not restore it."""


class FinalState(ContractError):
    """What is revoked or superseded stays so."""


@event
class Attested:
    """An issuer stated something of a subject."""

    att_id: Id
    sid: Id
    issuer: AgencyId
    kind: Slug
    ial: Level


@event
class AttestationStatusSet:
    """An attestation was suspended, restored, revoked or superseded."""

    att_id: Id
    sid: Id
    status: Slug
