"""What may be asked of complaints. A slug is written in a-z, 0-9 and hyphens.

`agency` names for whom the sender acts; "" means the citizen. Where there is none, the sender acts
for the case's holder. Contents are ciphertexts kept off the chain.
"""

from contracts.complaints.fields import (
    AgencyId,
    CaseId,
    Children,
    Commit,
    ContentItem,
    EncryptionKey,
    FieldCommits,
    HostName,
    Hosts,
    Items,
    Number,
    Slug,
    SlugOrNothing,
    Stars,
    SubjectId,
    TimeMs,
    Version,
)
from contracts.complaints.forms import Template
from contracts.sdk import Digest, PublicKey, Signature, encode, message


@message
class SetTemplate:
    """Put the next version of a template in force; cases filed before keep theirs."""

    template: Template


@message
class SetHandler:
    """Say where an agency's complaints are sealed to and kept."""

    agency: AgencyId
    encryption_key: EncryptionKey
    hosts: Hosts


@message
class File:
    """File a complaint with an agency.

    `sid`: by the subject of identity whose key the sender's is. `owner_pk`: the receipt's key, sent
    from its account (anonymous) or by an officer of the agency (intake). Neither: by an account.
    """

    case_id: CaseId
    template: Slug
    version: Version
    category: Slug
    agency: AgencyId
    area: Slug
    commitment: Commit
    fields: FieldCommits
    contents: Items
    owner_pk: PublicKey | None
    sid: SubjectId | None


@message
class Accept:
    """Take up a case that was filed with, reopened at or assigned to the holder."""

    case_id: CaseId


@message
class SetStage:
    """Move the case along its template; a note may go with it."""

    case_id: CaseId
    stage: Slug
    note: ContentItem | None


@message
class AddContent:
    """Add a ciphertext to the case, as the citizen, the holder or a joint agency."""

    case_id: CaseId
    agency: SlugOrNothing
    item: ContentItem


@message
class AskCitizen:
    """Ask the citizen; the clocks stand until the answer, as long as the template allows."""

    case_id: CaseId
    question: ContentItem


@message
class Answer:
    """Answer the holder's question; the clocks run again."""

    case_id: CaseId
    answer: ContentItem


@message
class Resume:
    """Go on without the citizen's answer; the clocks run again."""

    case_id: CaseId


@message
class OfferTransfer:
    """Offer the case to another agency; the holder holds it until that accepts."""

    case_id: CaseId
    to: AgencyId
    reason: Slug


@message
class AcceptTransfer:
    """Take over a case that is offered."""

    case_id: CaseId
    offer_number: Number


@message
class RejectTransfer:
    """Decline a case that is offered."""

    case_id: CaseId
    offer_number: Number
    reason: Slug


@message
class CancelTransfer:
    """Take an offer back."""

    case_id: CaseId
    offer_number: Number


@message
class Assign:
    """As a supervisor, give a stuck case to an agency."""

    case_id: CaseId
    agency: AgencyId
    to: AgencyId
    reason: Slug


@message
class AddJoint:
    """Ask another agency to work on the case too; the holder stays."""

    case_id: CaseId
    agency: AgencyId


@message
class AcceptJoint:
    """Agree, as `agency`, to work on the case."""

    case_id: CaseId
    agency: AgencyId


@message
class RemoveJoint:
    """End an agency's part in the case, or its invitation; by the holder or that agency."""

    case_id: CaseId
    agency: AgencyId


@message
class Split:
    """Make parts of a case, each a case of its own with the same holder, owner and clock."""

    case_id: CaseId
    children: Children


@message
class Merge:
    """Close a case in favour of another of the same holder."""

    case_id: CaseId
    into: CaseId


@message
class Resolve:
    """Say how the case ended; the citizen may rate, confirm, appeal or reopen."""

    case_id: CaseId
    outcome: Slug
    result: ContentItem


@message
class Rate:
    """Close a resolved case with 1 to 5 stars, once."""

    case_id: CaseId
    stars: Stars


@message
class Confirm:
    """Close a resolved case without stars."""

    case_id: CaseId


@message
class Appeal:
    """Ask a supervisor to look at a closed case."""

    case_id: CaseId
    grounds: ContentItem


@message
class Decide:
    """As a supervisor, uphold what the holder did, reopen the case, or reassign it to `to`."""

    case_id: CaseId
    agency: AgencyId
    decision: Slug
    to: SlugOrNothing


@message
class Reopen:
    """Open a resolved case again: as the citizen in time, or as the holder at any time."""

    case_id: CaseId
    agency: SlugOrNothing


@message
class Withdraw:
    """End one's own complaint."""

    case_id: CaseId


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
