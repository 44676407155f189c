"""The changes that members vote on: each is checked when proposed, and again when executed."""

from contracts.governance.errors import (
    AdministratorTaken,
    AgencyExists,
    LastMember,
    OneChangeWanted,
    TooManyMembers,
    Unchanged,
)
from contracts.governance.events import (
    AdministratorChanged,
    AgencyAdmitted,
    AgencyKindsSet,
    AgencyStatusSet,
    ParameterSet,
)
from contracts.governance.messages import (
    ACTIVE,
    AdministratorChange,
    Admission,
    Change,
    Kinds,
    KindsChange,
    ParameterChange,
    StatusChange,
)
from contracts.governance.network.changes import check_seat_change, decide
from contracts.governance.network.keys import check_stolen, replace_stolen
from contracts.governance.network.nodes import (
    admit_node,
    check_admission,
    check_retirement,
    retire_node,
)
from contracts.governance.rules import (
    MEMBERS_MAX,
    UPGRADE_NOTICE_SECONDS,
    agency_of_id,
    is_member,
    parameter_of,
    require_kinds,
    require_slug,
    require_status,
    require_within,
    value_of,
)
from contracts.governance.state import (
    Agency,
    administrators,
    agencies,
    member_count,
    members,
    parameters,
)
from contracts.governance.upgrades.rules import accept, check_upgrade
from contracts.sdk import Address, Context, emit, require


def check_change(ctx: Context, change: Change) -> None:
    """Reject a change that is not exactly one, is badly written, or names what is not there."""
    parts = (
        change.admission,
        change.status,
        change.kinds,
        change.parameter,
        change.administrator,
        change.seat,
        change.node,
        change.retirement,
        change.stolen,
        change.upgrade,
    )
    require(len([part for part in parts if part is not None]) == 1, OneChangeWanted)
    if change.admission is not None:
        _check_admission(ctx, change.admission)
    if change.status is not None:
        agency_of_id(ctx, change.status.agency_id)
        require_status(change.status.status)
    if change.kinds is not None:
        agency_of_id(ctx, change.kinds.agency_id)
        require_kinds(change.kinds.kinds)
    if change.parameter is not None:
        require_within(change.parameter.value, parameter_of(change.parameter.name))
    if change.administrator is not None:
        agency_of_id(ctx, change.administrator.agency_id)
        require_free(ctx, change.administrator.administrator)
    _check_of_network(ctx, change)


def _check_of_network(ctx: Context, change: Change) -> None:
    if change.seat is not None:
        check_seat_change(ctx, change.seat)
    if change.node is not None:
        check_admission(ctx, change.node)
    if change.retirement is not None:
        check_retirement(ctx, change.retirement)
    if change.stolen is not None:
        check_stolen(ctx, change.stolen)
    if change.upgrade is not None:
        check_upgrade(ctx, change.upgrade, value_of(ctx, UPGRADE_NOTICE_SECONDS))


def apply_change(ctx: Context, change: Change) -> None:
    """Check a change against the state of now, and do it."""
    check_change(ctx, change)
    if change.admission is not None:
        admit(ctx, change.admission)
    if change.status is not None:
        _set_status(ctx, change.status)
    if change.kinds is not None:
        _set_kinds(ctx, change.kinds)
    if change.parameter is not None:
        _set_parameter(ctx, change.parameter)
    if change.administrator is not None:
        hand_over(ctx, change.administrator)
    _apply_to_network(ctx, change)


def _apply_to_network(ctx: Context, change: Change) -> None:
    if change.seat is not None:
        decide(ctx, change.seat)
    if change.node is not None:
        admit_node(ctx, change.node)
    if change.retirement is not None:
        retire_node(ctx, change.retirement)
    if change.stolen is not None:
        replace_stolen(ctx, change.stolen)
    if change.upgrade is not None:
        accept(ctx, change.upgrade)


def require_free(ctx: Context, administrator: Address) -> None:
    """Reject with AdministratorTaken an account that administers an agency."""
    require(not administrators.has(ctx, administrator), AdministratorTaken)


def admit(ctx: Context, new: Admission) -> None:
    """Make an agency, active from now on.

    Rejects: BadSlug, UnknownKind, RepeatedKind, AgencyExists, AdministratorTaken,
    TooManyMembers.
    """
    _check_admission(ctx, new)
    agency = Agency(new.agency_id, new.name_th, new.name_en, new.kinds, new.administrator, ACTIVE)
    administrators.save(ctx, new.administrator, new.agency_id)
    _save(ctx, agency)
    emit(ctx, AgencyAdmitted(new.agency_id, new.kinds, new.administrator))


def hand_over(ctx: Context, to: AdministratorChange) -> None:
    """Put an agency under another account. Rejects: UnknownAgency, AdministratorTaken."""
    agency = agency_of_id(ctx, to.agency_id)
    require_free(ctx, to.administrator)
    administrators.remove(ctx, agency.administrator)
    administrators.save(ctx, to.administrator, agency.agency_id)
    _save(ctx, _renewed(agency, agency.kinds, to.administrator, agency.status))
    emit(ctx, AdministratorChanged(agency.agency_id, to.administrator))


def _check_admission(ctx: Context, new: Admission) -> None:
    require_slug(new.agency_id)
    require_kinds(new.kinds)
    require(not agencies.has(ctx, new.agency_id), AgencyExists)
    require_free(ctx, new.administrator)


def _set_status(ctx: Context, change: StatusChange) -> None:
    agency = agency_of_id(ctx, change.agency_id)
    require(agency.status != change.status, Unchanged)
    _save(ctx, _renewed(agency, agency.kinds, agency.administrator, change.status))
    emit(ctx, AgencyStatusSet(agency.agency_id, change.status))


def _set_kinds(ctx: Context, change: KindsChange) -> None:
    agency = agency_of_id(ctx, change.agency_id)
    require(agency.kinds != change.kinds, Unchanged)
    _save(ctx, _renewed(agency, change.kinds, agency.administrator, agency.status))
    emit(ctx, AgencyKindsSet(agency.agency_id, change.kinds))


def _set_parameter(ctx: Context, change: ParameterChange) -> None:
    require(value_of(ctx, parameter_of(change.name)) != change.value, Unchanged)
    parameters.save(ctx, change.name, change.value)
    emit(ctx, ParameterSet(change.name, change.value))


def _renewed(agency: Agency, kinds: Kinds, administrator: Address, status: str) -> Agency:
    return Agency(agency.agency_id, agency.name_th, agency.name_en, kinds, administrator, status)


def _save(ctx: Context, agency: Agency) -> None:
    """Save an agency and whether it is a member. Rejects: LastMember, TooManyMembers."""
    agencies.save(ctx, agency.agency_id, agency)
    was_member = members.has(ctx, agency.agency_id)
    if is_member(agency) and not was_member:
        require(member_count.get(ctx) < MEMBERS_MAX, TooManyMembers)
        members.save(ctx, agency.agency_id, ctx.height)
        member_count.add(ctx, 1)
    if was_member and not is_member(agency):
        require(member_count.get(ctx) > 1, LastMember)
        members.remove(ctx, agency.agency_id)
        member_count.add(ctx, -1)
