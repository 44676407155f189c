"""`sapha officer`: who acts for an agency, in which roles; its administrator decides."""

from typing import Annotated

import typer

from client import governance
from client.governance import CONTRACT, AgencyAdministrator
from client.rpc import RpcClient
from commands.agency import officer_json
from commands.options import Rpc, address_argument, open_rpc
from commands.output import AsJson, command, emit
from commands.signing import Account, SigningKeys, builder_for, open_account
from commands.tx import show_outcome

app = typer.Typer(no_args_is_help=True, help="Add, suspend and remove officers of an agency.")

AgencyId = Annotated[str, typer.Argument(help="Id of the agency, such as dopa.")]
Officer = Annotated[str, typer.Argument(help="The officer: an address, or the name of a key.")]
Roles = Annotated[list[str], typer.Argument(help="Roles, such as identity.")]


@app.command("show")
@command
async def show(
    agency_id: AgencyId, officer: Officer, *, rpc: Rpc = None, as_json: AsJson = False
) -> None:
    """Show an officer's roles and status."""
    account = address_argument(officer)
    async with open_rpc(rpc) as client:
        found = await governance.officer(client, agency_id, account)
    text = f"{found.status}: {' '.join(found.roles)}"
    emit({"agency_id": agency_id} | officer_json(found), text, as_json=as_json)


@app.command("add")
@command
async def add(  # noqa: PLR0913 - each is an option of the command
    agency_id: AgencyId,
    officer: Officer,
    roles: Roles,
    *,
    key: SigningKeys,
    account: Account = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Make an account an officer of the agency in these roles."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        agency = await _administrator(client, agency_id, (key, account))
        outcome = await agency.add_officer(who, roles)
    show_outcome(outcome, as_json=as_json)


@app.command("roles")
@command
async def roles(  # noqa: PLR0913 - each is an option of the command
    agency_id: AgencyId,
    officer: Officer,
    roles: Roles,
    *,
    key: SigningKeys,
    account: Account = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Give an officer these roles instead of those it has."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        agency = await _administrator(client, agency_id, (key, account))
        outcome = await agency.set_roles(who, roles)
    show_outcome(outcome, as_json=as_json)


@app.command("suspend")
@command
async def suspend(  # noqa: PLR0913 - each is an option of the command
    agency_id: AgencyId,
    officer: Officer,
    *,
    key: SigningKeys,
    account: Account = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Stop an officer from acting until it is reinstated."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        outcome = await (await _administrator(client, agency_id, (key, account))).suspend(who)
    show_outcome(outcome, as_json=as_json)


@app.command("reinstate")
@command
async def reinstate(  # noqa: PLR0913 - each is an option of the command
    agency_id: AgencyId,
    officer: Officer,
    *,
    key: SigningKeys,
    account: Account = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Let a suspended officer act again."""
    who = address_argument(officer)
    async with open_rpc(rpc) as client:
        outcome = await (await _administrator(client, agency_id, (key, account))).reinstate(who)
    show_outcome(outcome, as_json=as_json)


@app.command("remove")
@command
async def remove(  # noqa: PLR0913 - each is an option of the command
    agency_id: AgencyId,
    officer: Officer,
    *,
    key: SigningKeys,
    account: Account = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
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
