"""What may be asked about transfers and joint work, what observers learn, and what is refused."""

from contracts.complaints.core.messages import AgencyId, CaseId, Number, Slug, TimeMs
from contracts.sdk import ContractError, event, message


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


class TooManyAgencies(ContractError):
    """As many agencies as may work on a case together do, or are invited."""


class TooManyTransfers(ContractError):
    """The case was transferred as often as the template allows."""


@event
class Offered:
    """The case is offered to another agency, until `due_ms`."""

    case_id: CaseId
    holder: AgencyId
    to: AgencyId
    offer_number: Number
    due_ms: TimeMs


@event
class JointSet:
    """An agency was invited, joined or left; the holder stays."""

    case_id: CaseId
    agency: AgencyId
    status: Slug
