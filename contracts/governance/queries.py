"""What anyone may ask of governance, and what every other contract asks."""

from typing import Annotated

from contracts.governance.errors import UnknownOfficer, UnknownProposal
from contracts.governance.messages import ACTIVE, Change, Number, Slug, TimeMs
from contracts.governance.rules import (
    MEMBERS_MAX,
    agency_of_id,
    count,
    is_member,
    member_ids,
    parameter_of,
    value_of,
)
from contracts.governance.state import (
    OPEN,
    Agency,
    Officer,
    Proposal,
    administrators,
    agencies,
    contract,
    member_count,
    officers,
    proposals,
    votes,
)
from contracts.sdk import Address, Chars, Context, CountMax, Range, record

PAGE = 100
EXPIRED = "expired"

Limit = Annotated[int, Range(1, PAGE)]
After = Annotated[str, Chars(0, 32)]  # "" begins with the first
Agencies = Annotated[tuple[Agency, ...], CountMax(PAGE)]
Officers = Annotated[tuple[Officer, ...], CountMax(PAGE)]


@record
class ProposalState:
    """A proposal as it stands: `status` is also "expired".

    The votes are those of who is a member now, and of a closed proposal those that counted then.
    """

    number: Number
    agency_id: Slug
    change: Change
    execute_at_ms: TimeMs
    expires_at_ms: TimeMs
    status: Slug
    yes: int
    no: int
    members: int


@record
class ProposalLine:
    """A proposal in a list; ask for it by number to learn its votes."""

    number: Number
    agency_id: Slug
    change: Change
    execute_at_ms: TimeMs
    expires_at_ms: TimeMs
    status: Slug


@record
class Ballot:
    """What one agency, which may not be a member now, said to a proposal."""

    agency_id: Slug
    is_yes: bool


Proposals = Annotated[tuple[ProposalLine, ...], CountMax(PAGE)]
Ballots = Annotated[tuple[Ballot, ...], CountMax(PAGE)]
MemberIds = Annotated[tuple[Slug, ...], CountMax(MEMBERS_MAX)]


@contract.query
def agency(ctx: Context, agency_id: Slug) -> Agency:
    """The agency of this id. Rejects: UnknownAgency."""
    return agency_of_id(ctx, agency_id)


@contract.query
def agencies_page(ctx: Context, after: After, limit: Limit) -> Agencies:
    """Agencies in order of their ids, after the id `after`; "" begins with the first."""
    last = None if after == "" else after
    return tuple([found for _, found in agencies.page(ctx, after=last, limit=limit)])


@contract.query
def is_administrator(ctx: Context, address: Address, agency_id: Slug) -> bool:
    """Whether the agency exists, is active, and has this administrator."""
    found = agencies.get(ctx, agency_id, None)
    return found is not None and found.status == ACTIVE and found.administrator == address


@contract.query
def administers_kind(ctx: Context, address: Address, kind: Slug) -> bool:
    """Whether an active agency of this kind has this administrator."""
    agency_id = administrators.get(ctx, address, None)
    return agency_id is not None and _is_of_kind(ctx, agency_id, kind)


@contract.query
def agency_of(ctx: Context, address: Address) -> After:
    """The id of the agency, active or not, that the account administers; "" for none."""
    return administrators.get(ctx, address, "")


@contract.query
def has_kind(ctx: Context, agency_id: Slug, kind: Slug) -> bool:
    """Whether the agency exists, is active and of this kind."""
    return _is_of_kind(ctx, agency_id, kind)


@contract.query
def has_role(ctx: Context, address: Address, agency_id: Slug, role: Slug) -> bool:
    """Whether the account may act in this role for the agency, which must be active.

    Its administrator may in every role; an officer while it is active and has the role.
    """
    found = agencies.get(ctx, agency_id, None)
    if found is None or found.status != ACTIVE:
        return False
    if found.administrator == address:
        return True
    held = officers.get(ctx, (agency_id, address), None)
    return held is not None and held.status == ACTIVE and role in held.roles


@contract.query
def officer(ctx: Context, agency_id: Slug, address: Address) -> Officer:
    """The officer's roles and status. Rejects: UnknownAgency, UnknownOfficer."""
    agency_of_id(ctx, agency_id)
    return officers.load(ctx, (agency_id, address), absent=UnknownOfficer)


@contract.query
def officers_page(ctx: Context, agency_id: Slug, after: Address | None, limit: Limit) -> Officers:
    """Officers of an agency in order of their addresses, after `after` when given."""
    last = None if after is None else (agency_id, after)
    found = officers.page(ctx, (agency_id,), after=last, limit=limit)
    return tuple([one for _, one in found])


@contract.query
def parameter(ctx: Context, name: Slug) -> int:
    """The value of a parameter. Rejects: UnknownParameter."""
    return value_of(ctx, parameter_of(name))


@contract.query
def member_agencies(ctx: Context) -> MemberIds:
    """The agencies that have a vote now, in order of their ids."""
    return member_ids(ctx)


@contract.query
def members_count(ctx: Context) -> int:
    """How many agencies have a vote now."""
    return member_count.get(ctx)


@contract.query
def voting_account(ctx: Context, agency_id: Slug) -> Address | None:
    """The account that votes for the agency; nothing when it has no vote."""
    found = agencies.get(ctx, agency_id, None)
    return found.administrator if found is not None and is_member(found) else None


@contract.query
def proposal(ctx: Context, number: Number) -> ProposalState:
    """The proposal of this number, with the votes that count, or that counted when it closed."""
    found = proposals.load(ctx, number, absent=UnknownProposal)
    tally = count(ctx, number) if found.final is None else found.final
    return ProposalState(
        number,
        found.agency_id,
        found.change,
        found.execute_at_ms,
        found.expires_at_ms,
        _status(ctx, found),
        tally.yes,
        tally.no,
        tally.members,
    )


@contract.query
def proposals_page(ctx: Context, after: Annotated[int, Range(0, 2**53)], limit: Limit) -> Proposals:
    """Proposals in order of their numbers, after the number `after`."""
    return tuple(
        [
            ProposalLine(
                number,
                found.agency_id,
                found.change,
                found.execute_at_ms,
                found.expires_at_ms,
                _status(ctx, found),
            )
            for number, found in proposals.page(ctx, after=after, limit=limit)
        ]
    )


@contract.query
def votes_on(ctx: Context, number: Number, after: After, limit: Limit) -> Ballots:
    """The votes on a proposal in order of agency ids, after the id `after`."""
    last = None if after == "" else (number, after)
    cast = votes.page(ctx, (number,), after=last, limit=limit)
    return tuple([Ballot(key[1], is_yes) for key, is_yes in cast])


def _is_of_kind(ctx: Context, agency_id: str, kind: str) -> bool:
    found = agencies.get(ctx, agency_id, None)
    return found is not None and found.status == ACTIVE and kind in found.kinds


def _status(ctx: Context, found: Proposal) -> str:
    is_over = found.status == OPEN and ctx.block_time_ms >= found.expires_at_ms
    return EXPIRED if is_over else found.status
