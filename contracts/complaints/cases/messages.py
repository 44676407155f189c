"""What may be asked about filing a case, what observers learn, and what is refused."""

from contracts.complaints.core.messages import (
    AgencyId,
    CaseId,
    Commit,
    FieldCommits,
    Items,
    Slug,
    SubjectId,
    Version,
)
from contracts.sdk import ContractError, PublicKey, event, message


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


class ReceiptUsed(ContractError):
    """The receipt's key has filed a case already; one receipt is for one case."""


class NotVerified(ContractError):
    """The sender's key is not one of an active, proofed subject of identity."""


@event
class Filed:
    """A case was filed; its agency holds it."""

    case_id: CaseId
    template: Slug
    category: Slug
    area: Slug
    agency: AgencyId
    filer: Slug
