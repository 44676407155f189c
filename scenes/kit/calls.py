"""What became of a call, as scenes ask it: it had to take effect, or it had to be refused."""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass

from client.errors import LedgerRefused, RpcRefused
from client.outcome import Outcome
from commands.output import CheckFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a node or a block says of a call: the code, details in words, the block if any."""

    code: str
    details: str = ""
    height: int | None = None


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


async def verdict_on(call: Awaitable[Outcome]) -> Verdict:
    """Return what became of a call, whether a node or the ledger refused it."""
    try:
        outcome = await call
    except (RpcRefused, LedgerRefused) as refused:
        return Verdict(code=refused.code)
    details = dict((outcome.receipt or {}).get("details") or {})
    words = ", ".join(f"{name} {value}" for name, value in details.items())
    return Verdict(code=code_of(outcome), details=words, height=outcome.height)


async def code_from(call: Awaitable[Outcome]) -> str:
    """Return the code of what became of a call, whether a node or the ledger refused it."""
    return (await verdict_on(call)).code


def code_of(outcome: Outcome) -> str:
    """Return the code of a receipt, or the status when there is no receipt."""
    return str((outcome.receipt or {}).get("code", outcome.status))
