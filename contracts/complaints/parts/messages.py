"""What may be asked about parts of a case, what observers learn, and what is refused."""

from contracts.complaints.core.messages import AgencyId, CaseId, Children
from contracts.sdk import ContractError, event, message


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


class MergeCycle(ContractError):
    """A case cannot be merged into itself, into a merged case, or into its own part."""


class TooManyParts(ContractError):
    """A case has at most so many parts, and a part none."""


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
