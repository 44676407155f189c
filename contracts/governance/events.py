"""What observers learn of agencies, officers and votes."""

from contracts.governance.messages import Change, Kinds, Number, Roles, Slug, TimeMs
from contracts.sdk import Address, event


@event
class AgencyAdmitted:
    """An agency exists from now on."""

    agency_id: Slug
    kinds: Kinds
    administrator: Address


@event
class AgencyStatusSet:
    """An agency was suspended or reinstated."""

    agency_id: Slug
    status: Slug


@event
class AgencyKindsSet:
    """An agency has other kinds."""

    agency_id: Slug
    kinds: Kinds


@event
class AdministratorChanged:
    """Another account administers the agency."""

    agency_id: Slug
    administrator: Address


@event
class ParameterSet:
    """A parameter has another value."""

    name: Slug
    value: int


@event
class OfficerAdded:
    """An account acts for the agency in these roles."""

    agency_id: Slug
    officer: Address
    roles: Roles


@event
class RolesSet:
    """An officer has other roles."""

    agency_id: Slug
    officer: Address
    roles: Roles


@event
class OfficerStatusSet:
    """An officer was suspended, or acts again."""

    agency_id: Slug
    officer: Address
    status: Slug


@event
class OfficerRemoved:
    """An account no longer acts for the agency."""

    agency_id: Slug
    officer: Address


@event
class ProposalMade:
    """A member agency has proposed a change."""

    proposal: Number
    agency_id: Slug
    change: Change
    execute_at_ms: TimeMs
    expires_at_ms: TimeMs


@event
class VoteCast:
    """A member agency has voted."""

    proposal: Number
    agency_id: Slug
    is_yes: bool


@event
class ProposalExecuted:
    """A proposal's change is in force; so many of so many members said yes."""

    proposal: Number
    yes: int
    members: int


@event
class ProposalWithdrawn:
    """The agency that proposed has taken its proposal back."""

    proposal: Number
