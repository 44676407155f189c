"""What became of a call, as scenes ask it: it had to take effect, or it had to be refused."""

from collections.abc import Awaitable
from dataclasses import dataclass

from client.errors import LedgerRefused, RpcRefused
from client.outcome import Outcome
from commands.services.outcomes import code_of, must, must_all

__all__ = ["Verdict", "code_from", "code_of", "must", "must_all", "verdict_on"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a node or a block says of a call: the code, details in words, the block if any."""

    code: str
    details: str = ""
    height: int | None = None


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
