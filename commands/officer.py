"""`sapha officer`: who acts for an agency, in which roles; its administrator decides."""

from client import governance
from client.governance import CONTRACT, AgencyAdministrator
from client.rpc import RpcClient
from commands.agency import officer_json
from commands.keyring import address_argument
from commands.nodes import open_rpc
from commands.output import emit
from commands.sending import builder_for, open_account, show_outcome


async def show(agency_id: str, officer: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show an officer's roles and status."""
    account = address_argument(officer)
    async with open_rpc(rpc) as client:
        found = await governance.officer(client, agency_id, account)
    text = f"{found.status}: {' '.join(found.roles)}"
    emit({"agency_id": agency_id} | officer_json(found), text, as_json=as_json)


async def add(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    officer: str,
    roles: list[str],
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Make an account an officer of the agency in these roles."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        agency = await _administrator(client, agency_id, (key, account))
        outcome = await agency.add_officer(who, roles)
    show_outcome(outcome, as_json=as_json)


async def roles(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    officer: str,
    roles: list[str],
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Give an officer these roles instead of those it has."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        agency = await _administrator(client, agency_id, (key, account))
        outcome = await agency.set_roles(who, roles)
    show_outcome(outcome, as_json=as_json)


async def suspend(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    officer: str,
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Stop an officer from acting until it is reinstated."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        outcome = await (await _administrator(client, agency_id, (key, account))).suspend(who)
    show_outcome(outcome, as_json=as_json)


async def reinstate(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    officer: str,
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Let a suspended officer act again."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        outcome = await (await _administrator(client, agency_id, (key, account))).reinstate(who)
    show_outcome(outcome, as_json=as_json)


async def remove(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    officer: str,
    *,
    key: list[str],
    account: str | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """End an officer's work for the agency."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        agency = await _administrator(client, agency_id, (key, account))
        outcome = await agency.remove_officer(who)
    show_outcome(outcome, as_json=as_json)


async def _administrator(
    client: RpcClient, agency_id: str, signing: tuple[list[str], str | None]
) -> AgencyAdministrator:
    wallet = open_account(*signing)
    builder = await builder_for(client, CONTRACT)
    return AgencyAdministrator(client, builder, wallet, agency_id)
