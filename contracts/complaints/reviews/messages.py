"""What may be asked about a result, what observers learn, and what is refused."""

from contracts.complaints.core.messages import (
    AgencyId,
    CaseId,
    ContentItem,
    Count,
    Slug,
    SlugOrNothing,
    Stars,
)
from contracts.sdk import ContractError, event, message


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


class TooManyAppeals(ContractError):
    """The case was appealed as often as may be."""


class TooManyReopenings(ContractError):
    """The case was reopened as often as may be."""


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
