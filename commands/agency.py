"""`sapha agency`: agencies, and what their members propose and decide."""

from client import governance
from client.contract import PAGE, ask, json_of
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import emit, emit_prose
from commands.table import show_table
from contracts.governance import queries
from contracts.governance.messages import Change
from contracts.governance.state import OPEN
from primitives.ids import show_address


async def list_agencies(*, rpc: list[str] | None, as_json: bool) -> None:
    """List all agencies; members vote."""
    async with open_rpc(rpc) as client:
        found = await governance.agencies(client)
        members = await ask(client, queries.member_agencies)
    rows = [
        (one.agency_id, one.name_en, " ".join(one.kinds), one.status, _mark(one.agency_id, members))
        for one in found
    ]
    text = show_table("Agencies", ["id", "name", "kinds", "status", "member"], rows)
    data = [json_of(one) | {"is_member": one.agency_id in members} for one in found]
    emit({"agencies": data}, text, as_json=as_json)


async def show(agency_id: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show an agency and its officers."""
    async with open_rpc(rpc) as client:
        found = await ask(client, queries.agency, agency_id)
        officers = await governance.officers(client, agency_id)
    rows = [(show_address(one.officer), " ".join(one.roles), one.status) for one in officers]
    lines = [
        f"id            {found.agency_id}",
        f"name          {found.name_en} ({found.name_th})",
        f"kinds         {' '.join(found.kinds)}",
        f"administrator {show_address(found.administrator)}",
        f"status        {found.status}",
        show_table("Officers", ["account", "roles", "status"], rows),
    ]
    data = json_of(found) | {"officers": [json_of(one) for one in officers]}
    emit(data, "\n".join(lines), as_json=as_json)


async def parameter(name: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show what a parameter is now."""
    async with open_rpc(rpc) as client:
        value = await ask(client, queries.parameter, name)
    emit({"name": name, "value": value}, str(value), as_json=as_json)


async def proposals(*, after: int, rpc: list[str] | None, as_json: bool) -> None:
    """List up to 100 proposals in order of their numbers."""
    async with open_rpc(rpc) as client:
        found = await ask(client, queries.proposals_page, after, PAGE)
    rows = [
        (
            one.number,
            one.agency_id,
            _change_text(one.change),
            one.status,
            time_text(one.expires_at_ms),
        )
        for one in found
    ]
    text = show_table("Proposals", ["number", "by", "change", "status", "expires"], rows)
    emit({"proposals": [_proposal_json(one) for one in found]}, text, as_json=as_json)


async def proposal(number: int, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show a proposal and the votes that count now."""
    async with open_rpc(rpc) as client:
        found = await ask(client, queries.proposal, number)
        in_vain = await governance.doubt(client, found.change) if found.status == OPEN else None
    until = time_text(found.expires_at_ms)
    lines = [
        f"proposal {found.number} by {found.agency_id}: {found.status}",
        f"change     {_change_text(found.change)}",
        f"execution  from {time_text(found.execute_at_ms)}, before {until}",
        f"votes      {standing(found)}",
        *([] if in_vain is None else [f"warning    {in_vain}"]),
    ]
    data = _proposal_json(found) | {"needed": governance.yes_needed(found.members)}
    emit_prose(data, "\n".join(lines), as_json=as_json)


def standing(found: queries.ProposalState) -> str:
    """Return how the votes on a proposal stand, and what is to be done next."""
    needed = governance.yes_needed(found.members)
    counted = f"{found.yes} yes, {found.no} no, of {found.members} members; {needed} yes are needed"
    if found.status != OPEN:
        return counted
    if found.yes < needed:
        return f"{counted}: {needed - found.yes} more"
    from_time = time_text(found.execute_at_ms)
    return f"{counted}: carried; from {from_time}: sapha agency execute {found.number}"


def _mark(agency_id: str, members: tuple[str, ...]) -> str:
    return "yes" if agency_id in members else ""


def _proposal_json(found: queries.ProposalLine | queries.ProposalState) -> dict[str, object]:
    return json_of(found) | {"change": _parts(found.change)}


def _parts(change: Change) -> dict[str, object]:
    """Return what is asked for by its name, without what is not."""
    return {name: part for name, part in json_of(change).items() if part is not None}


def _change_text(change: Change) -> str:
    if change.seat is not None:
        name = change.seat.node
        if change.seat.is_validator:
            return f"give {name} a seat among the validators"
        return f"take the seat of {name} away; it goes on as an observer"
    if change.node is not None:
        node, role = change.node, "validator" if change.node.is_validator else "observer"
        return f"admit node {node.name} of {node.agency_id} at {node.host}:{node.port}, {role}"
    if change.retirement is not None:
        return f"take {change.retirement.node} out of the network"
    if change.stolen is not None:
        key = change.stolen.public_key.hex()
        return f"give {change.stolen.node} the key 0x{key}: the one that it has is stolen"
    if change.upgrade is not None:
        new = change.upgrade
        return (
            f"let {new.contract} go on in version {new.version} (release {new.release}), code"
            f" 0x{new.code_hash.hex()}, from {time_text(new.activate_at_ms)}; void at"
            f" {time_text(new.void_at_ms)}"
        )
    parts = [
        f"{kind}: " + " ".join(_word(value) for value in fields.values())
        for kind, fields in _parts(change).items()
        if isinstance(fields, dict)
    ]
    return "; ".join(parts)


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
