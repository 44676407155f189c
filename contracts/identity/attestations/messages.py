"""What may be asked about attestations, what observers learn, and what is refused."""

from contracts.identity.core.messages import AgencyId, Commit, Id, Level, Reason, Slug, Time
from contracts.sdk import ContractError, event, message


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


@message
class SetAttestation:
    """Suspend, restore, revoke or supersede an attestation of the issuer `agency`."""

    agency: AgencyId
    att_id: Id
    status: Slug
    reason: Reason


class TooManyAttestations(ContractError):
    """The subject has as many attestations as it may have."""


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
