"""What became of calls that have to take effect."""

import asyncio
from collections.abc import Awaitable, Iterable

from client.errors import RpcRefused
from client.outcome import Outcome
from commands.output import CheckFailed


async def must(act: str, call: Awaitable[Outcome]) -> Outcome:
    """Return the outcome of a call that has to take effect. Raises CheckFailed naming `act`."""
    try:
        outcome = await call
    except RpcRefused as refused:
        raise CheckFailed(f"{act}: {refused}") from refused
    if not outcome.is_ok:
        raise CheckFailed(f"{act}: {code_of(outcome)}")
    return outcome


async def must_all(act: str, calls: Iterable[Awaitable[Outcome]]) -> list[Outcome]:
    """Make calls together and return their outcomes in order. Raises CheckFailed, as `must`."""
    return list(await asyncio.gather(*(must(act, call) for call in calls)))


def code_of(outcome: Outcome) -> str:
    """Return the code of a receipt, or the status when there is no receipt."""
    return str((outcome.receipt or {}).get("code", outcome.status))
