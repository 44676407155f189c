"""The answers of the queries of cases."""

from typing import Annotated

from contracts.complaints.core.messages import (
    AgencyId,
    AgencyIds,
    CaseId,
    Count,
    Height,
    Number,
    Offer,
    Slug,
    SlugOrNothing,
    StarsOrNone,
    TimeMs,
    Version,
)
from contracts.sdk import Address, CountMax, Range, record

PAGE = 100

Limit = Annotated[int, Range(1, PAGE)]
CaseIds = Annotated[tuple[CaseId, ...], CountMax(PAGE)]


@record
class CaseView:
    """Where a case is; `left_ms` is of the resolution: below 0 when over, 0 when not running."""

    case_id: CaseId
    template: Slug
    version: Version
    category: Slug
    area: Slug
    filer: Slug
    owner: Address
    holder: AgencyId
    state: Slug
    stage: Slug
    filed_ms: TimeMs
    opened_ms: TimeMs
    changed_ms: TimeMs
    closed_ms: TimeMs
    left_ms: int
    is_paused: bool
    offer: Offer | None
    joints: AgencyIds
    invited: AgencyIds
    hops: Count
    escalations: Count
    reopens: Count
    appeals: Count
    stars: StarsOrNone
    outcome: SlugOrNothing
    parent: CaseId | None
    children: Count
    open_children: Count
    merged_into: CaseId | None
    held_by: SlugOrNothing
    is_erasure_wanted: bool
    is_erased: bool
    custodies: Count
    entries: Count
    contents: Count


@record
class PublicView:
    """What everybody may see of a case whose template is not sensitive."""

    case_id: CaseId
    template: Slug
    category: Slug
    holder: AgencyId
    state: Slug
    stage: Slug
    filed_ms: TimeMs
    changed_ms: TimeMs
    closed_ms: TimeMs
    outcome: SlugOrNothing
    custodies: Count


@record
class CaseLine:
    """A case in a list; `due_ms` is of the resolution, or of the offer where it is one."""

    case_id: CaseId
    template: Slug
    holder: AgencyId
    state: Slug
    stage: Slug
    opened_ms: TimeMs
    due_ms: TimeMs
    left_ms: int
    is_missed: bool


@record
class Deadline:
    """A clock; `left_ms` is 0 when it does not run, and below 0 when it has run out."""

    clock: Slug
    due_ms: TimeMs
    left_ms: int
    is_missed: bool
    is_paused: bool


@record
class TimelineLine:
    """A step of a case, and the time that was left on the resolution clock then."""

    number: Number
    at_ms: TimeMs
    height: Height
    kind: Slug
    by: SlugOrNothing
    holder: AgencyId
    stage: Slug
    state: Slug
    detail: SlugOrNothing
    due_ms: TimeMs
    left_ms: int
    link: Count


@record
class CustodyLine:
    """A link of the chain of custody."""

    number: Number
    holder: AgencyId
    from_height: Height
    since_ms: TimeMs
    reason: Slug


@record
class EscalationLine:
    """A deadline that an agency missed."""

    due_ms: TimeMs
    case_id: CaseId
    clock: Slug
    agency: AgencyId


Deadlines = Annotated[tuple[Deadline, ...], CountMax(8)]
CaseLines = Annotated[tuple[CaseLine, ...], CountMax(PAGE)]
TimelineLines = Annotated[tuple[TimelineLine, ...], CountMax(PAGE)]
CustodyLines = Annotated[tuple[CustodyLine, ...], CountMax(PAGE)]
EscalationLines = Annotated[tuple[EscalationLine, ...], CountMax(PAGE)]
