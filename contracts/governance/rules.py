"""The rules of governance: how names are written, who may act, how votes are counted."""

from contracts.governance.errors import (
    AgencySuspended,
    BadSlug,
    NotAdministrator,
    NotMember,
    NotProposer,
    ParameterOutOfBounds,
    ProposalClosed,
    ProposalExpired,
    RepeatedKind,
    RepeatedRole,
    UnknownAgency,
    UnknownKind,
    UnknownParameter,
    UnknownProposal,
    UnknownStatus,
)
from contracts.governance.messages import (
    ACTIVE,
    KINDS,
    SUSPENDED,
    AddOfficer,
    ChangeAdministrator,
    Kinds,
    Propose,
    RemoveOfficer,
    Roles,
    SetOfficerStatus,
    SetRoles,
    Slug,
    Vote,
    Withdraw,
)
from contracts.governance.state import (
    OPEN,
    Agency,
    Proposal,
    Tally,
    administrators,
    agencies,
    members,
    parameters,
    proposals,
    votes,
)
from contracts.sdk import Context, record, require
from contracts.sdk.words import is_distinct, is_slug

MEMBER = "validator"
MEMBERS_MAX = 100  # validators of one network (docs/protocol.md), and reads to count a vote

ForOneAgency = AddOfficer | SetRoles | SetOfficerStatus | RemoveOfficer | ChangeAdministrator


@record
class Parameter:
    """A number that the members may set: its bounds, and what it is until they do."""

    name: Slug
    low: int
    high: int
    default: int


EXECUTION_DELAY_SECONDS = Parameter("execution-delay-seconds", 1, 2_592_000, 1)
OFFICERS_MAX = Parameter("officers-max", 1, 100_000, 1_000)
PROPOSAL_DAYS_MAX = Parameter("proposal-days-max", 1, 30, 30)
UPGRADE_NOTICE_SECONDS = Parameter("upgrade-notice-seconds", 1, 7_776_000, 86_400)
PARAMETERS = (
    EXECUTION_DELAY_SECONDS,
    OFFICERS_MAX,
    PROPOSAL_DAYS_MAX,
    UPGRADE_NOTICE_SECONDS,
)


def by_administrator(ctx: Context, msg: ForOneAgency) -> bool:
    """Only the administrator of the agency, which must be active, may call."""
    agency = agency_of_id(ctx, msg.agency_id)
    require(agency.administrator == ctx.sender, NotAdministrator)
    require(agency.status == ACTIVE, AgencySuspended)
    return True


def by_member(ctx: Context, _msg: Propose | Vote) -> bool:
    """Only the administrator of an active agency of kind validator may call."""
    agency_id = administrators.load(ctx, ctx.sender, absent=NotMember)
    agency = agency_of_id(ctx, agency_id)
    require(MEMBER in agency.kinds, NotMember)
    require(agency.status == ACTIVE, AgencySuspended)
    return True


def by_proposer(ctx: Context, msg: Withdraw) -> bool:
    """Only the administrator of the agency that proposed, which must be active, may call."""
    proposal = proposals.load(ctx, msg.proposal, absent=UnknownProposal)
    agency = agency_of_id(ctx, proposal.agency_id)
    require(agency.administrator == ctx.sender, NotProposer)
    require(agency.status == ACTIVE, AgencySuspended)
    return True


def agency_of_id(ctx: Context, agency_id: str) -> Agency:
    """Return the agency. Rejects: UnknownAgency."""
    return agencies.load(ctx, agency_id, absent=UnknownAgency)


def require_slug(text: str) -> None:
    """Reject with BadSlug what is not a-z, 0-9 and hyphens, beginning with a letter."""
    require(is_slug(text), BadSlug)


def require_kinds(kinds: Kinds) -> None:
    """Check kinds of an agency. Rejects: UnknownKind, RepeatedKind."""
    require(all([kind in KINDS for kind in kinds]), UnknownKind)
    require(is_distinct(kinds), RepeatedKind)


def require_roles(roles: Roles) -> None:
    """Check roles of an officer. Rejects: BadSlug, RepeatedRole."""
    for role in roles:
        require_slug(role)
    require(is_distinct(roles), RepeatedRole)


def require_status(status: str) -> None:
    """Reject with UnknownStatus what is neither active nor suspended."""
    require(status in (ACTIVE, SUSPENDED), UnknownStatus)


def parameter_of(name: str) -> Parameter:
    """Return the bounds of a parameter. Rejects: UnknownParameter."""
    for known in PARAMETERS:
        if known.name == name:
            return known
    raise UnknownParameter


def require_within(value: int, bounds: Parameter) -> None:
    """Reject with ParameterOutOfBounds a value that the parameter may not have."""
    is_within = bounds.low <= value <= bounds.high
    require(is_within, ParameterOutOfBounds, value=value, low=bounds.low, high=bounds.high)


def value_of(ctx: Context, parameter: Parameter) -> int:
    """Return what a parameter is now."""
    return parameters.get(ctx, parameter.name, parameter.default)


def is_member(agency: Agency) -> bool:
    """Whether the agency has a vote: active and of kind validator."""
    return agency.status == ACTIVE and MEMBER in agency.kinds


def member_ids(ctx: Context) -> tuple[str, ...]:
    """Return the agencies that have a vote now, in order of their ids."""
    return tuple([agency_id for agency_id, _ in members.page(ctx, limit=MEMBERS_MAX)])


def open_proposal(ctx: Context, number: int) -> Proposal:
    """Return a proposal that can be voted on or executed.

    Rejects: UnknownProposal, ProposalClosed, ProposalExpired.
    """
    proposal = proposals.load(ctx, number, absent=UnknownProposal)
    require(proposal.status == OPEN, ProposalClosed)
    require(ctx.block_time_ms < proposal.expires_at_ms, ProposalExpired)
    return proposal


def count(ctx: Context, number: int) -> Tally:
    """Count the votes on a proposal of those who are members now."""
    ids = member_ids(ctx)
    cast = [votes.get(ctx, (number, agency_id), None) for agency_id in ids]
    yes = len([vote for vote in cast if vote is not None and vote])
    no = len([vote for vote in cast if vote is not None and not vote])
    return Tally(yes, no, len(ids))


def is_carried(tally: Tally) -> bool:
    """Whether at least two thirds of the members, and at least one, say yes."""
    return tally.yes > 0 and 3 * tally.yes >= 2 * tally.members
