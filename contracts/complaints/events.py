"""What observers learn of complaints: which case, what happened, which agency."""

from contracts.complaints.fields import (
    AgencyId,
    CaseId,
    Count,
    HostName,
    Number,
    Slug,
    SlugOrNothing,
    StarsOrNone,
    TimeMs,
    Version,
)
from contracts.sdk import Digest, event


@event
class TemplateSet:
    """A version of a template is in force."""

    template: Slug
    version: Version


@event
class HandlerSet:
    """An agency changed its encryption key or hosts."""

    agency: AgencyId


@event
class Filed:
    """A case was filed; its agency holds it."""

    case_id: CaseId
    template: Slug
    category: Slug
    area: Slug
    agency: AgencyId
    filer: Slug


@event
class Accepted:
    """The holder took the case up."""

    case_id: CaseId
    holder: AgencyId


@event
class StageSet:
    """The case is at another stage."""

    case_id: CaseId
    holder: AgencyId
    stage: Slug


@event
class ContentAdded:
    """A ciphertext belongs to the case."""

    case_id: CaseId
    digest: Digest
    kind: Slug
    author: SlugOrNothing


@event
class Asked:
    """The holder waits for the citizen; the clocks stand for at most `allowance_ms`."""

    case_id: CaseId
    holder: AgencyId
    allowance_ms: TimeMs


@event
class Resumed:
    """The clocks run again; they stood for `stood_ms`."""

    case_id: CaseId
    stood_ms: TimeMs


@event
class Offered:
    """The case is offered to another agency, until `due_ms`."""

    case_id: CaseId
    holder: AgencyId
    to: AgencyId
    offer_number: Number
    due_ms: TimeMs


@event
class OfferEnded:
    """An offer ended without a transfer: rejected, cancelled or lapsed."""

    case_id: CaseId
    holder: AgencyId
    to: AgencyId
    offer_number: Number
    how: Slug
    reason: SlugOrNothing


@event
class CustodyChanged:
    """Another agency holds the case from this block on."""

    case_id: CaseId
    before: AgencyId
    holder: AgencyId
    number: Number
    reason: Slug


@event
class JointSet:
    """An agency was invited, joined or left; the holder stays."""

    case_id: CaseId
    agency: AgencyId
    status: Slug


@event
class SplitOff:
    """A case is a part of another."""

    case_id: CaseId
    parent: CaseId
    holder: AgencyId


@event
class Merged:
    """A case was closed in favour of another."""

    case_id: CaseId
    into: CaseId
    holder: AgencyId


@event
class Resolved:
    """The holder said how the case ended."""

    case_id: CaseId
    holder: AgencyId
    outcome: Slug


@event
class Closed:
    """The case is closed: rated (with stars), confirmed, upheld, or its time to appeal is over."""

    case_id: CaseId
    holder: AgencyId
    stars: StarsOrNone
    how: Slug


@event
class Appealed:
    """The citizen appealed."""

    case_id: CaseId
    holder: AgencyId


@event
class Decided:
    """A supervisor decided an appeal."""

    case_id: CaseId
    supervisor: AgencyId
    decision: Slug


@event
class Reopened:
    """The case is open again."""

    case_id: CaseId
    holder: AgencyId
    reopens: Count


@event
class Withdrawn:
    """The citizen ended the complaint."""

    case_id: CaseId
    holder: AgencyId


@event
class Escalated:
    """A deadline was missed by `agency`; told once a deadline."""

    case_id: CaseId
    agency: AgencyId
    clock: Slug
    due_ms: TimeMs


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
