"""Governance: agencies and their officers; what the member agencies decide by vote.

Every other contract asks here who may act for whom, and keeps no list of its own.
"""

from contracts.governance.changes import admit, apply_change, check_change, hand_over
from contracts.governance.errors import (
    AlreadyVoted,
    BeforeItsTime,
    ExecutionTooSoon,
    ExpiryOutOfBounds,
    LastMember,
    NotEnoughVotes,
    NotMember,
    OfficerExists,
    TooManyOfficers,
    Unchanged,
    UnknownOfficer,
    UnknownProposal,
)
from contracts.governance.events import (
    OfficerAdded,
    OfficerRemoved,
    OfficerStatusSet,
    ProposalExecuted,
    ProposalMade,
    ProposalWithdrawn,
    RolesSet,
    VoteCast,
)
from contracts.governance.messages import (
    ACTIVE,
    KINDS_MAX,
    NAME_CHARS_MAX,
    SLUG_CHARS_MAX,
    AddOfficer,
    AdministratorChange,
    Admission,
    ChangeAdministrator,
    Execute,
    Propose,
    RemoveOfficer,
    SetOfficerStatus,
    SetRoles,
    Vote,
    Withdraw,
)
from contracts.governance.network.changes import by_nodes_agency, note_ready, settle
from contracts.governance.network.events import (
    CertificateAdded,
    CertificateWithdrawn,
    NodeMoved,
    NodeReady,
)
from contracts.governance.network.genesis import found_nodes
from contracts.governance.network.keys import report, rotate
from contracts.governance.network.messages import (
    AddCertificate,
    Carries,
    MoveNode,
    Ready,
    ReportStolen,
    RotateKey,
    WithdrawCertificate,
)
from contracts.governance.network.own import add, leave_one, move
from contracts.governance.rules import (
    EXECUTION_DELAY_SECONDS,
    OFFICERS_MAX,
    PARAMETERS,
    PROPOSAL_DAYS_MAX,
    by_administrator,
    by_member,
    by_proposer,
    count,
    is_carried,
    member_ids,
    open_proposal,
    require_roles,
    require_status,
    value_of,
)
from contracts.governance.state import (
    EXECUTED,
    OPEN,
    WITHDRAWN,
    Officer,
    Proposal,
    Tally,
    administrators,
    contract,
    officer_counts,
    officer_posts,
    officers,
    parameters,
    proposals,
    proposals_made,
    votes,
)
from contracts.governance.upgrades.events import CodeCarried
from contracts.governance.upgrades.rules import (
    by_node_or_agency,
    found_contracts,
    note_carrier,
    settle_upgrades,
)
from contracts.sdk import Address, Config, Context, anyone, emit, require
from contracts.sdk.calendar import DAY_MS, SECOND_MS


@contract.genesis
def found(ctx: Context, config: Config) -> None:
    """Admit the first agencies and set the parameters.

    Rejects: LastMember, when agencies are listed and none of them could vote.
    """
    listed = config.objects("agencies")
    for entry in listed:
        admission = Admission(
            entry.text("id", high=SLUG_CHARS_MAX),
            entry.text("name_th", high=NAME_CHARS_MAX),
            entry.text("name_en", high=NAME_CHARS_MAX),
            entry.texts("kinds", high=SLUG_CHARS_MAX, count_max=KINDS_MAX),
            entry.address("administrator"),
        )
        entry.finish()
        admit(ctx, admission)
    require(len(listed) == 0 or len(member_ids(ctx)) > 0, LastMember)
    given = config.section("parameters")
    for known in PARAMETERS:
        value = given.integer(known.name, low=known.low, high=known.high, default=known.default)
        parameters.save(ctx, known.name, value)
    given.finish()
    found_nodes(ctx, config)
    found_contracts(ctx, config)


@contract.end_block
def end_block(ctx: Context) -> None:
    """Do the changes of seats and keys whose turn has come, and the upgrades whose time has."""
    settle(ctx)
    settle_upgrades(ctx)


@contract.execute(Ready, allow=by_nodes_agency)
def ready(ctx: Context, msg: Ready) -> None:
    """Note that a node which is to get a seat has the chain."""
    note_ready(ctx, msg)
    emit(ctx, NodeReady(msg.node, msg.height))


@contract.execute(MoveNode, allow=by_nodes_agency)
def move_node(ctx: Context, msg: MoveNode) -> None:
    """Say where other nodes find a node from now on."""
    emit(ctx, NodeMoved(msg.node, msg.host, msg.port, move(ctx, msg)))


@contract.execute(AddCertificate, allow=by_nodes_agency)
def add_certificate(ctx: Context, msg: AddCertificate) -> None:
    """Let a node show another TLS certificate too, until one of the two is withdrawn."""
    emit(ctx, CertificateAdded(msg.node, add(ctx, msg)))


@contract.execute(WithdrawCertificate, allow=by_nodes_agency)
def withdraw_certificate(ctx: Context, msg: WithdrawCertificate) -> None:
    """Take one of a node's two certificates away."""
    emit(ctx, CertificateWithdrawn(msg.node, leave_one(ctx, msg)))


@contract.execute(RotateKey, allow=by_nodes_agency)
def rotate_key(ctx: Context, msg: RotateKey) -> None:
    """Give a node another key, when its turn has come."""
    rotate(ctx, msg)


@contract.execute(ReportStolen, allow=by_nodes_agency)
def report_stolen(ctx: Context, msg: ReportStolen) -> None:
    """Give a node whose key is stolen another one, before all that waits."""
    report(ctx, msg)


@contract.execute(Carries, allow=by_node_or_agency)
def carries(ctx: Context, msg: Carries) -> None:
    """Say that a node has the code of a version that waits for its time."""
    note_carrier(ctx, msg)
    emit(ctx, CodeCarried(msg.node, msg.contract, msg.version))


@contract.knows
def knows(ctx: Context, address: Address) -> bool:
    """Whether the account administers an agency or is an officer of one."""
    return administrators.has(ctx, address) or officer_posts.has(ctx, address)


@contract.execute(AddOfficer, allow=by_administrator)
def add_officer(ctx: Context, msg: AddOfficer) -> None:
    """Make an account an officer of the agency, active from now on."""
    require_roles(msg.roles)
    key = (msg.agency_id, msg.officer)
    require(not officers.has(ctx, key), OfficerExists)
    most = value_of(ctx, OFFICERS_MAX)
    require(officer_counts.get(ctx, msg.agency_id, 0) < most, TooManyOfficers, most=most)

    officers.save(ctx, key, Officer(msg.officer, msg.roles, ACTIVE))
    officer_counts.add(ctx, msg.agency_id, 1)
    officer_posts.add(ctx, msg.officer, 1)
    emit(ctx, OfficerAdded(msg.agency_id, msg.officer, msg.roles))


@contract.execute(SetRoles, allow=by_administrator)
def set_roles(ctx: Context, msg: SetRoles) -> None:
    """Give an officer these roles instead of those it has; its status stays."""
    require_roles(msg.roles)
    key = (msg.agency_id, msg.officer)
    officer = officers.load(ctx, key, absent=UnknownOfficer)
    require(officer.roles != msg.roles, Unchanged)

    officers.save(ctx, key, Officer(msg.officer, msg.roles, officer.status))
    emit(ctx, RolesSet(msg.agency_id, msg.officer, msg.roles))


@contract.execute(SetOfficerStatus, allow=by_administrator)
def set_officer_status(ctx: Context, msg: SetOfficerStatus) -> None:
    """Suspend an officer, or let it act again; its roles stay."""
    require_status(msg.status)
    key = (msg.agency_id, msg.officer)
    officer = officers.load(ctx, key, absent=UnknownOfficer)
    require(officer.status != msg.status, Unchanged)

    officers.save(ctx, key, Officer(msg.officer, officer.roles, msg.status))
    emit(ctx, OfficerStatusSet(msg.agency_id, msg.officer, msg.status))


@contract.execute(RemoveOfficer, allow=by_administrator)
def remove_officer(ctx: Context, msg: RemoveOfficer) -> None:
    """End an officer's work for the agency; it may be added again."""
    key = (msg.agency_id, msg.officer)
    require(officers.has(ctx, key), UnknownOfficer)

    officers.remove(ctx, key)
    officer_counts.add(ctx, msg.agency_id, -1)
    if officer_posts.add(ctx, msg.officer, -1) == 0:
        officer_posts.remove(ctx, msg.officer)
    emit(ctx, OfficerRemoved(msg.agency_id, msg.officer))


@contract.execute(ChangeAdministrator, allow=by_administrator)
def change_administrator(ctx: Context, msg: ChangeAdministrator) -> None:
    """Hand the agency over to another account; officers and votes stay."""
    hand_over(ctx, AdministratorChange(msg.agency_id, msg.administrator))


@contract.execute(Propose, allow=by_member)
def propose(ctx: Context, msg: Propose) -> None:
    """Number a proposal of the sender's agency and open it for votes."""
    check_change(ctx, msg.change)
    latest = ctx.block_time_ms + value_of(ctx, PROPOSAL_DAYS_MAX) * DAY_MS
    is_timely = ctx.block_time_ms < msg.expires_at_ms <= latest
    require(is_timely, ExpiryOutOfBounds, now=ctx.block_time_ms, latest=latest)
    soonest = ctx.block_time_ms + value_of(ctx, EXECUTION_DELAY_SECONDS) * SECOND_MS
    require(msg.execute_at_ms >= soonest, ExecutionTooSoon, soonest_ms=soonest)

    number = proposals_made.add(ctx, 1)
    agency_id = administrators.load(ctx, ctx.sender, absent=NotMember)
    proposal = Proposal(agency_id, msg.change, msg.execute_at_ms, msg.expires_at_ms, OPEN, None)
    proposals.save(ctx, number, proposal)
    emit(
        ctx,
        ProposalMade(number, agency_id, msg.change, msg.execute_at_ms, msg.expires_at_ms),
    )


@contract.execute(Vote, allow=by_member)
def vote(ctx: Context, msg: Vote) -> None:
    """Record the vote of the sender's agency; it cannot be changed."""
    open_proposal(ctx, msg.proposal)
    agency_id = administrators.load(ctx, ctx.sender, absent=NotMember)
    require(not votes.has(ctx, (msg.proposal, agency_id)), AlreadyVoted)

    votes.save(ctx, (msg.proposal, agency_id), msg.is_yes)
    emit(ctx, VoteCast(msg.proposal, agency_id, msg.is_yes))


@contract.execute(Execute, allow=anyone)
def execute(ctx: Context, msg: Execute) -> None:
    """Do what a proposal asks, when two thirds of those who are members now say yes."""
    proposal = open_proposal(ctx, msg.proposal)
    due = proposal.execute_at_ms
    now = ctx.block_time_ms
    require(now >= due, BeforeItsTime, now_ms=now, execute_at_ms=due)
    tally = count(ctx, msg.proposal)
    require(is_carried(tally), NotEnoughVotes, yes=tally.yes, members=tally.members)

    apply_change(ctx, proposal.change)
    _close(ctx, msg.proposal, EXECUTED, tally)
    emit(ctx, ProposalExecuted(msg.proposal, tally.yes, tally.members))


@contract.execute(Withdraw, allow=by_proposer)
def withdraw(ctx: Context, msg: Withdraw) -> None:
    """Take a proposal back; it can no longer be voted on or executed."""
    open_proposal(ctx, msg.proposal)

    _close(ctx, msg.proposal, WITHDRAWN, count(ctx, msg.proposal))
    emit(ctx, ProposalWithdrawn(msg.proposal))


def _close(ctx: Context, number: int, status: str, final: Tally) -> None:
    proposal = proposals.load(ctx, number, absent=UnknownProposal)
    closed = Proposal(
        proposal.agency_id,
        proposal.change,
        proposal.execute_at_ms,
        proposal.expires_at_ms,
        status,
        final,
    )
    proposals.save(ctx, number, closed)
