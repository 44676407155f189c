"""Commands that sign a message of the digital baht: what they share is declared here, once.

A command is a function from its own parameters to a message. `acts` adds --key, --account, --out,
--rpc and --json, signs, and sends, or with --out writes a file that further keys sign.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from client.amount import read_baht, read_satang
from client.answers import uint_field
from client.cbdc.actor import Actor
from client.envelope import PASSED_ON_EXPIRES_IN_MS
from client.transaction import EXPIRES_IN_MS
from client.wallet import Wallet
from commands.nodes import open_rpc
from commands.output import UsageFault
from commands.signing import open_account
from commands.tx import deliver
from primitives.crypto import Digest

_SPAN = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
Make = Callable[[Actor], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """With which keys, through which node, and whether to send."""

    wallet: Wallet
    out: Path | None
    rpc: list[str] | None
    as_json: bool


def acts(build: Callable[..., object]) -> Callable[..., Coroutine[Any, Any, None]]:
    """Return a command that signs and sends the message that `build` returns.

    A function that must ask the node first returns an async function of the actor.
    """

    async def run(**given: Any) -> None:  # noqa: ANN401 - what the command line gave
        how = how_of(given)
        built = build(**given)
        await perform(how, built if callable(built) else _maker_of(built))

    return run


def how_of(given: dict[str, Any]) -> How:
    """Take the common options out of `given`; asks for passwords. Raises KeystoreFault."""
    key, account, out, rpc, as_json = (
        given.pop(name) for name in ("key", "account", "out", "rpc", "as_json")
    )
    return How(wallet=open_account(key, account), out=out, rpc=rpc, as_json=as_json)


async def perform(how: How, make: Make) -> None:
    """Sign the message that `make` gives, and send it or write it to a file."""
    async with open_rpc(how.rpc) as client:
        actor = await Actor.open(client, how.wallet)
        lives_ms = EXPIRES_IN_MS if how.out is None else PASSED_ON_EXPIRES_IN_MS
        signed = actor.sign(await make(actor), expires_in_ms=lives_ms)
        await deliver(client, signed, how.out, as_json=how.as_json)


def satang_of(text: str, *, in_satang: bool) -> int:
    """Return an amount as the command line gives it. Raises BadAmount."""
    return read_satang(text) if in_satang else read_baht(text)


def satang_or_zero(text: str, *, in_satang: bool) -> int:
    """Return an amount that may be 0. Raises BadAmount."""
    return 0 if text == "0" else satang_of(text, in_satang=in_satang)


def identifier(text: str) -> bytes:
    """Return the 32 bytes of a payment, hold, voucher or digest. Raises UsageFault."""
    try:
        data = bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        data = b""
    if len(data) != 32:
        raise UsageFault(f"{text[:80]!r} is no identifier: 0x and 64 hex digits")
    return data


def digest_of(text: str | None) -> Digest | None:
    """Return an optional digest. Raises UsageFault."""
    return None if text is None else Digest(identifier(text))


async def now_ms(actor: Actor) -> int:
    """Return the time of the last block, which the ledger counts from."""
    return uint_field(await actor.rpc.call("chain_getStatus"), "contract_time_ms")


def span_ms(text: str) -> int:
    """Return the milliseconds of a span such as 90s, 15m, 72h or 30d. Raises UsageFault."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise UsageFault(f"{text[:20]!r} is no span such as 90s, 15m, 72h or 30d")
    return int(match[1]) * _UNITS_MS[match[2]]


def _maker_of(message: object) -> Make:
    async def make(_actor: Actor) -> object:
        return message

    return make
