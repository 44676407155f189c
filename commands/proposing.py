"""`sapha agency propose`: a change that member agencies can decide, with its times."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from client import governance
from client.answers import uint_field
from client.governance import CONTRACT, Agency, Change, Member, Times
from client.rpc import RpcClient
from commands.framework.places import found_at
from commands.nodes import open_rpc
from commands.output import say
from commands.sending import builder_for, open_account, show_outcome
from primitives.ids import Address

if TYPE_CHECKING:
    from commands.framework.tree import Leaf

DAY_MS = 86_400_000
# Other transactions may fill blocks between asking the height and being in one.
SLACK_BLOCKS = 5


def proposes(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command of a leaf that proposes the change which its function makes."""
    change_of = found_at(leaf.does)

    async def run(  # noqa: PLR0913 - each is an option of the command
        *,
        in_blocks: int | None,
        days: int,
        key: list[str],
        account: str | None,
        rpc: list[str],
        as_json: bool,
        **given: Any,  # noqa: ANN401 - what the command line gave
    ) -> None:
        change, wallet = change_of(**given), open_account(key, account)
        async with open_rpc(rpc) as client:
            member = Member(client, await builder_for(client, CONTRACT), wallet)
            outcome = await member.propose(change, await _times(client, in_blocks, days))
        number = governance.number_of(outcome)
        if number is not None and not as_json:
            say(f"proposal {number}: members vote with: sapha agency vote {number} yes")
        show_outcome(outcome, as_json=as_json)

    return run


def admission(
    agency_id: str, administrator: Address, kinds: list[str], *, name_th: str, name_en: str
) -> Change:
    """Return the change that admits an agency."""
    return governance.admission(
        Agency(
            agency_id=agency_id,
            name_th=name_th,
            name_en=name_en,
            kinds=tuple(kinds),
            administrator=administrator,
        )
    )


async def _times(client: RpcClient, in_blocks: int | None, days: int) -> Times:
    """Return the times of a proposal, counted from the node's last block."""
    status = await client.call("chain_getStatus")
    blocks = in_blocks
    if blocks is None:
        blocks = await governance.parameter(client, "execution-delay-blocks") + SLACK_BLOCKS
    return Times(
        execute_at_height=uint_field(status, "height") + blocks,
        expires_at_ms=uint_field(status, "time_ms") + days * DAY_MS,
    )
