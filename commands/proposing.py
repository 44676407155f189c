"""`sapha agency propose`: one command for each change that member agencies can decide."""

from dataclasses import dataclass

from client import governance
from client.answers import uint_field
from client.governance import CONTRACT, Agency, Change, Member, Times
from client.rpc import RpcClient
from client.wallet import Wallet
from commands.keyring import address_argument
from commands.nodes import open_rpc
from commands.output import say
from commands.sending import builder_for, open_account, show_outcome

DAY_MS = 86_400_000
DAYS = 7
# Other transactions may fill blocks between asking the height and being in one.
SLACK_BLOCKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who proposes through which node, and when the proposal runs out."""

    wallet: Wallet
    rpc: list[str] | None
    in_blocks: int | None
    days: int
    as_json: bool


async def admit(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    administrator: str,
    kinds: list[str],
    *,
    name_th: str,
    name_en: str,
    key: list[str],
    account: str | None,
    in_blocks: int | None,
    days: int,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Propose to admit an agency."""
    new = Agency(
        agency_id=agency_id,
        name_th=name_th,
        name_en=name_en,
        kinds=tuple(kinds),
        administrator=address_argument(administrator),
    )
    wallet = open_account(key, account)
    plan = Plan(wallet=wallet, rpc=rpc, in_blocks=in_blocks, days=days, as_json=as_json)
    await _propose(governance.admission(new), plan)


async def suspend(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    *,
    key: list[str],
    account: str | None,
    in_blocks: int | None,
    days: int,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Propose to suspend an agency: nobody acts for it then."""
    wallet = open_account(key, account)
    plan = Plan(wallet=wallet, rpc=rpc, in_blocks=in_blocks, days=days, as_json=as_json)
    await _propose(governance.status_change(agency_id, is_active=False), plan)


async def reinstate(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    *,
    key: list[str],
    account: str | None,
    in_blocks: int | None,
    days: int,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Propose to reinstate a suspended agency."""
    wallet = open_account(key, account)
    plan = Plan(wallet=wallet, rpc=rpc, in_blocks=in_blocks, days=days, as_json=as_json)
    await _propose(governance.status_change(agency_id, is_active=True), plan)


async def kinds(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    kinds: list[str],
    *,
    key: list[str],
    account: str | None,
    in_blocks: int | None,
    days: int,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Propose these kinds for an agency, instead of those it has."""
    wallet = open_account(key, account)
    plan = Plan(wallet=wallet, rpc=rpc, in_blocks=in_blocks, days=days, as_json=as_json)
    await _propose(governance.kinds_change(agency_id, kinds), plan)


async def parameter(  # noqa: PLR0913 - each is an option of the command
    name: str,
    value: int,
    *,
    key: list[str],
    account: str | None,
    in_blocks: int | None,
    days: int,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Propose a value for a parameter."""
    wallet = open_account(key, account)
    plan = Plan(wallet=wallet, rpc=rpc, in_blocks=in_blocks, days=days, as_json=as_json)
    await _propose(governance.parameter_change(name, value), plan)


async def administrator(  # noqa: PLR0913 - each is an option of the command
    agency_id: str,
    to: str,
    *,
    key: list[str],
    account: str | None,
    in_blocks: int | None,
    days: int,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Propose to put an agency under another account."""
    change = governance.administrator_change(agency_id, address_argument(to))
    wallet = open_account(key, account)
    plan = Plan(wallet=wallet, rpc=rpc, in_blocks=in_blocks, days=days, as_json=as_json)
    await _propose(change, plan)


async def _propose(change: Change, plan: Plan) -> None:
    async with open_rpc(plan.rpc) as client:
        member = Member(client, await builder_for(client, CONTRACT), plan.wallet)
        outcome = await member.propose(change, await _times(client, plan))
    number = governance.number_of(outcome)
    if number is not None and not plan.as_json:
        say(f"proposal {number}: members vote with: sapha agency vote {number} yes")
    show_outcome(outcome, as_json=plan.as_json)


async def _times(client: RpcClient, plan: Plan) -> Times:
    """Return the times of a proposal, counted from the node's last block."""
    status = await client.call("chain_getStatus")
    blocks = plan.in_blocks
    if blocks is None:
        blocks = await governance.parameter(client, "execution-delay-blocks") + SLACK_BLOCKS
    return Times(
        execute_at_height=uint_field(status, "height") + blocks,
        expires_at_ms=uint_field(status, "time_ms") + plan.days * DAY_MS,
    )
