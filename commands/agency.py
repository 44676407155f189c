"""`sapha agency`: agencies, and what their members propose and decide."""

from client import governance
from client.governance import Agency, Officer, Proposal
from commands.field_text import time_text
from commands.nodes import open_rpc
from commands.output import emit
from commands.table import show_table
from primitives.ids import show_address


async def list_agencies(*, rpc: list[str] | None, as_json: bool) -> None:
    """List all agencies; members vote."""
    async with open_rpc(rpc) as client:
        found = await governance.agencies(client)
        members = await governance.member_agencies(client)
    rows = [
        (one.agency_id, one.name_en, " ".join(one.kinds), one.status, _mark(one, members))
        for one in found
    ]
    text = show_table("Agencies", ["id", "name", "kinds", "status", "member"], rows)
    data = [agency_json(one) | {"is_member": one.agency_id in members} for one in found]
    emit({"agencies": data}, text, as_json=as_json)


async def show(agency_id: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show an agency and its officers."""
    async with open_rpc(rpc) as client:
        found = await governance.agency(client, agency_id)
        officers = await governance.officers(client, agency_id)
    lines = [f"{name:13} {value}" for name, value in _agency_lines(found)]
    rows = [(show_address(one.officer), " ".join(one.roles), one.status) for one in officers]
    lines.append(show_table("Officers", ["account", "roles", "status"], rows))
    data = agency_json(found) | {"officers": [officer_json(one) for one in officers]}
    emit(data, "\n".join(lines), as_json=as_json)


async def parameter(name: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show what a parameter is now."""
    async with open_rpc(rpc) as client:
        value = await governance.parameter(client, name)
    emit({"name": name, "value": value}, str(value), as_json=as_json)


async def proposals(*, after: int, rpc: list[str] | None, as_json: bool) -> None:
    """List up to 100 proposals in order of their numbers."""
    async with open_rpc(rpc) as client:
        found = await governance.proposals(client, after)
    rows = [
        (one.number, one.agency_id, _change_text(one), one.status, _time_text(one)) for one in found
    ]
    text = show_table("Proposals", ["number", "by", "change", "status", "expires"], rows)
    emit({"proposals": [_proposal_json(one) for one in found]}, text, as_json=as_json)


async def proposal(number: int, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show a proposal and the votes that count now."""
    async with open_rpc(rpc) as client:
        found = await governance.proposal(client, number)
    lines = [
        f"proposal {found.number} by {found.agency_id}: {found.status}",
        f"change     {_change_text(found)}",
        f"execution  from block {found.execute_at_height}, before {_time_text(found)}",
    ]
    if found.tally is not None:
        tally = found.tally
        lines.append(f"votes      {tally.yes} yes, {tally.no} no, of {tally.members} members")
    emit(_proposal_json(found), "\n".join(lines), as_json=as_json)


def agency_json(found: Agency) -> dict[str, object]:
    """Return an agency as --json prints it."""
    return {
        "agency_id": found.agency_id,
        "name_th": found.name_th,
        "name_en": found.name_en,
        "kinds": list(found.kinds),
        "administrator": show_address(found.administrator),
        "status": found.status,
    }


def officer_json(found: Officer) -> dict[str, object]:
    """Return an officer as --json prints it."""
    address = show_address(found.officer)
    return {"officer": address, "roles": list(found.roles), "status": found.status}


def _mark(found: Agency, members: tuple[str, ...]) -> str:
    return "yes" if found.agency_id in members else ""


def _agency_lines(found: Agency) -> list[tuple[str, str]]:
    return [
        ("id", found.agency_id),
        ("name", f"{found.name_en} ({found.name_th})"),
        ("kinds", " ".join(found.kinds)),
        ("administrator", show_address(found.administrator)),
        ("status", found.status),
    ]


def _proposal_json(found: Proposal) -> dict[str, object]:
    data: dict[str, object] = {
        "number": found.number,
        "agency_id": found.agency_id,
        "change": found.change,
        "execute_at_height": found.execute_at_height,
        "expires_at_ms": found.expires_at_ms,
        "status": found.status,
    }
    if found.tally is not None:
        data |= {"yes": found.tally.yes, "no": found.tally.no, "members": found.tally.members}
    return data


def _change_text(found: Proposal) -> str:
    parts = [
        f"{kind}: " + " ".join(_word(value) for value in fields.values())
        for kind, fields in found.change.items()
        if isinstance(fields, dict)
    ]
    return "; ".join(parts)


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _time_text(found: Proposal) -> str:
    return time_text(found.expires_at_ms)
