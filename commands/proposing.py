"""`sapha agency propose`: a change that member agencies can decide, with its times."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from client.answers import uint_field
from client.contract import Actor, ask
from client.errors import NodeUnreachable, RpcRefused
from client.governance import change_of, doubt, number_of
from client.rpc import RpcClient
from client.transaction import wall_ms
from commands.agency import standing
from commands.framework.places import found_at
from commands.nodes import open_rpc
from commands.output import say, say_data
from commands.sending import fields_from, open_account, sends, show_outcome
from contracts.governance.messages import Change, Propose
from contracts.governance.queries import parameter
from contracts.governance.queries import proposal as proposal_of
from contracts.sdk.calendar import DAY_MS

if TYPE_CHECKING:
    from commands.framework.tree import Leaf

# Other transactions may fill blocks between asking the height and being in one.
SLACK_S = 2


def proposes(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command of a leaf that proposes the part of a change which it names."""
    part = found_at(leaf.does)

    async def run(  # noqa: PLR0913 - each is an option of the command
        *,
        after: int | None,
        days: int,
        key: list[str],
        account: str | None,
        rpc: list[str],
        as_json: bool,
        **given: Any,  # noqa: ANN401 - what the command line gave
    ) -> None:
        change, wallet = change_of(part(**fields_from(given))), open_account(key, account)
        async with open_rpc(rpc) as client:
            member = await Actor.open(client, wallet)
            if in_vain := await doubt(client, change):
                _warn(in_vain, as_json=as_json)
            outcome = await member.send(await _proposal(client, change, after, days))
        number = number_of(outcome)
        if number is not None and not as_json:
            say(f"proposal {number}: members vote with: sapha agency vote {number} yes")
        show_outcome(outcome, as_json=as_json)

    return run


def votes(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command of a leaf that votes, and says afterwards what is still needed."""
    send = sends(leaf)

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        await send(**given)
        if given["out"] is not None or given["as_json"]:
            return
        with suppress(NodeUnreachable, RpcRefused):  # the vote stands all the same
            async with open_rpc(given["rpc"]) as client:
                say(standing(await ask(client, proposal_of, given["proposal"])))

    return run


def _warn(in_vain: str, *, as_json: bool) -> None:
    if as_json:
        say_data({"warning": in_vain})
    else:
        say(f"warning: {in_vain}")


async def _proposal(client: RpcClient, change: Change, after: int | None, days: int) -> Propose:
    """Return a proposal with its times, counted from now or from the node's last block if later."""
    status = await client.call("chain_getStatus")
    now_ms, after_ms = max(uint_field(status, "contract_time_ms"), wall_ms()), after
    if after_ms is None:
        delay_s = await ask(client, parameter, "execution-delay-seconds")
        after_ms = (delay_s + SLACK_S) * 1_000
    return Propose(
        change=change,
        execute_at_ms=now_ms + after_ms,
        expires_at_ms=now_ms + days * DAY_MS,
    )
