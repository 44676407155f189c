"""`sapha officer`: who acts for an agency, in which roles; its administrator decides."""

from client.contract import ask, json_of
from commands.nodes import open_rpc
from commands.output import emit
from contracts.governance.queries import officer as of_agency
from primitives.ids import Address


async def show(agency_id: str, officer: Address, *, rpc: list[str], as_json: bool) -> None:
    """Show an officer's roles and status."""
    async with open_rpc(rpc) as client:
        found = await ask(client, of_agency, agency_id, officer)
    text = f"{found.status}: {' '.join(found.roles)}"
    emit({"agency_id": agency_id} | json_of(found), text, as_json=as_json)
