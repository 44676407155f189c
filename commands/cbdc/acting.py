"""Commands that sign a message of the digital baht: what they share is declared here, once.

A command is a function from its own parameters to a message. `acts` adds --key, --account, --out,
--rpc and --json, signs, and sends, or with --out writes a file that further keys sign.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from client.amount import read_baht, read_satang
from client.answers import uint_field
from client.cbdc.actor import Actor
from client.envelope import PASSED_ON_EXPIRES_IN_MS
from client.transaction import EXPIRES_IN_MS
from client.wallet import Wallet
from commands.cbdc.registering import REQUIRED, register
from commands.envelope import Out
from commands.options import Rpc, open_rpc
from commands.output import AsJson, UsageFault
from commands.signing import Account, SigningKeys, open_account
from commands.tx import deliver
from primitives.crypto import Digest

Amount = Annotated[str, typer.Argument(help="Baht such as 1250.50; satang with --satang.")]
InSatang = Annotated[bool, typer.Option("--satang", help="Amounts are whole satang.")]
Travel = Annotated[
    str | None, typer.Option(help="Digest of what the providers exchanged, 0x and 64 hex digits.")
]

_COMMON = {
    "key": (SigningKeys, REQUIRED),
    "account": (Account, None),
    "out": (Out, None),
    "rpc": (Rpc, None),
    "as_json": (AsJson, False),
}
_SPAN = re.compile(r"([0-9]{1,6})([smhd])")
_UNITS_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_Build = TypeVar("_Build", bound=Callable[..., object])
Make = Callable[[Actor], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """With which keys, through which node, and whether to send."""

    wallet: Wallet
    out: Path | None
    rpc: list[str] | None
    as_json: bool


def acts(app: typer.Typer, name: str) -> Callable[[_Build], _Build]:
    """Make a function a command that signs and sends the message that it returns.

    A function that must ask the node first returns an async function of the actor.
    """

    def decorate(build: _Build) -> _Build:
        async def run(**given: Any) -> None:  # noqa: ANN401 - what typer read
            how = how_of(given)
            built = build(**given)
            await perform(how, built if callable(built) else _maker_of(built))

        as_command(app, name, run, build)
        return build

    return decorate


def as_command(
    app: typer.Typer, name: str, run: Callable[..., Any], like: Callable[..., object]
) -> None:
    """Register `run` under `name`, with the parameters of `like` and the common ones."""
    register(app, name, run, (like, _COMMON))


def how_of(given: dict[str, Any]) -> How:
    """Take the common options out of `given`; asks for passwords. Raises KeystoreFault."""
    key, account, out, rpc, as_json = (given.pop(name) for name in _COMMON)
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
