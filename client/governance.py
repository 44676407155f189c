"""Governance for programs: whole lists of agencies and officers, and changes to be proposed."""

from client.contract import all_pages, ask, events_in
from client.outcome import Outcome
from client.rpc import RpcClient
from contracts.governance.events import ProposalMade
from contracts.governance.messages import (
    AdministratorChange,
    Admission,
    Change,
    KindsChange,
    ParameterChange,
    StatusChange,
)
from contracts.governance.network.messages import (
    ContractUpgrade,
    NodeAdmission,
    NodeRetirement,
    SeatChange,
    StolenKey,
)
from contracts.governance.queries import agencies_page, officers_page
from contracts.governance.state import Agency, Officer
from primitives.ids import Address

Part = (
    Admission
    | StatusChange
    | KindsChange
    | ParameterChange
    | AdministratorChange
    | SeatChange
    | NodeAdmission
    | NodeRetirement
    | StolenKey
    | ContractUpgrade
)
_PLACES = {
    Admission: "admission",
    StatusChange: "status",
    KindsChange: "kinds",
    ParameterChange: "parameter",
    AdministratorChange: "administrator",
    SeatChange: "seat",
    NodeAdmission: "node",
    NodeRetirement: "retirement",
    StolenKey: "stolen",
    ContractUpgrade: "upgrade",
}


def change_of(part: Part) -> Change:
    """Return what a proposal asks for that would do this one thing."""
    parts: dict[str, Part | None] = dict.fromkeys(_PLACES.values())
    return Change(**parts | {_PLACES[type(part)]: part})  # type: ignore[arg-type]


def yes_needed(members: int) -> int:
    """Return how many of so many members must say yes: two thirds of them, and at least one."""
    return max(1, -(-2 * members // 3))


async def doubt(rpc: RpcClient, change: Change) -> str | None:
    """Return why a change would be carried in vain: a seat for whom nobody can say it is ready."""
    seat = change.seat
    if seat is None or not seat.is_validator:
        return None
    from contracts.governance.network.queries import node  # noqa: PLC0415 - only seats need it

    found = await ask(rpc, node, seat.node)
    if found is None or found.agency_id in {one.agency_id for one in await agencies(rpc)}:
        return None  # of no such node the ledger says so itself
    return (
        f"{seat.node} is of agency {found.agency_id}, which is not admitted: nobody could say that"
        f" the node is ready. First: sapha agency propose admit {found.agency_id}"
    )


def number_of(outcome: Outcome) -> int | None:
    """Return the number of the proposal that a transaction made, None when it made none."""
    return next((event.proposal for event in events_in(outcome, ProposalMade)), None)


async def agencies(rpc: RpcClient) -> tuple[Agency, ...]:
    """Return all agencies in order of their ids."""
    return await all_pages(
        lambda after, limit: ask(rpc, agencies_page, after, limit), "", lambda one: one.agency_id
    )


async def officers(rpc: RpcClient, agency_id: str) -> tuple[Officer, ...]:
    """Return the officers of an agency in order of their addresses."""

    async def page(after: Address | None, limit: int) -> tuple[Officer, ...]:
        return await ask(rpc, officers_page, agency_id, after, limit)

    return await all_pages(page, None, lambda one: one.officer)
