"""What may be asked about erasure and legal holds, what observers learn, and what is refused."""

from contracts.complaints.core.messages import AgencyId, CaseId, HostName, Slug, TimeMs
from contracts.sdk import ContractError, Digest, PublicKey, Signature, encode, event, message


@message
class RequestErasure:
    """Ask, as the citizen, for the erasure of what the case holds."""

    case_id: CaseId


@message
class Erase:
    """Erase a closed case on the citizen's request, as its holder or a supervisor."""

    case_id: CaseId
    agency: AgencyId
    legal_basis: Slug


@message
class RecordErasure:
    """Record a host's signed receipt for the deletion of a ciphertext of an erased case."""

    case_id: CaseId
    agency: AgencyId
    digest: Digest
    host: HostName
    host_key: PublicKey
    erased_at_ms: TimeMs
    signature: Signature


@message
class PlaceHold:
    """Forbid erasure, as a supervisor or a court."""

    case_id: CaseId
    agency: AgencyId
    legal_basis: Slug


@message
class LiftHold:
    """End the legal hold that the same agency placed."""

    case_id: CaseId
    agency: AgencyId


def erasure_statement(
    chain_id: str, digest: Digest, host: str, erased_at_ms: int
) -> tuple[str, bytes]:
    """Return tag and bytes that a host's node key signs when it has deleted a ciphertext."""
    return "complaints/erased", encode((chain_id, digest, host, erased_at_ms))


class AlreadyRecorded(ContractError):
    """The same host has said already that it erased this content."""


class LegalHold(ContractError):
    """A legal hold forbids erasure."""


class AlreadyHeld(ContractError):
    """The case is under a legal hold already."""


class BadReceipt(ContractError):
    """The signature of the erasure's receipt does not verify."""


@event
class HoldSet:
    """A legal hold was placed or lifted."""

    case_id: CaseId
    agency: AgencyId
    is_placed: bool


@event
class ErasureWanted:
    """The citizen asked for erasure."""

    case_id: CaseId


@event
class Erased:
    """The case's contents are to be deleted everywhere."""

    case_id: CaseId
    agency: AgencyId
    legal_basis: Slug


@event
class ErasureRecorded:
    """A host's receipt for a deletion is on record."""

    case_id: CaseId
    digest: Digest
    host: HostName
