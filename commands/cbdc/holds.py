"""`sapha cbdc hold, capture, release`: money set aside for a payee."""

import secrets
from typing import Annotated

import typer

from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Amount,
    InSatang,
    Make,
    Travel,
    acts,
    digest_of,
    identifier,
    now_ms,
    satang_of,
    span_ms,
)
from commands.options import address_argument
from commands.output import AsJson, command, emit
from contracts.cbdc.holds.messages import Capture, Hold, Release
from contracts.sdk.crypto import sha256

app = typer.Typer()

HoldId = Annotated[str, typer.Argument(help="The hold: its transaction, 0x and 64 hex digits.")]


@acts(app, "hold")
def hold(  # noqa: PLR0913 - each is an option of the command
    to: Annotated[str, typer.Argument(help="Payee: an address, or the name of a key.")],
    amount: Amount,
    *,
    expires_in: Annotated[str, typer.Option(help="Such as 15m, 72h or 30d.")] = "24h",
    arbiter: Annotated[str | None, typer.Option(help="Who decides in the payee's place.")] = None,
    hashlock: Annotated[
        str | None, typer.Option(help="SHA-256 of the 32 bytes that a capture must show.")
    ] = None,
    memo: Annotated[str, typer.Option(help="Public text; no personal data.")] = "",
    travel: Travel = None,
    in_satang: InSatang = False,
) -> Make:
    """Set money aside for a payee; the transaction's id names the hold."""
    payee = address_argument(to)
    satang = satang_of(amount, in_satang=in_satang)
    span = span_ms(expires_in)
    judge = None if arbiter is None else address_argument(arbiter)
    lock, told = digest_of(hashlock), digest_of(travel)

    async def make(actor: Actor) -> Hold:
        return Hold(payee, satang, await now_ms(actor) + span, judge, lock, memo, told)

    return make


@acts(app, "capture")
def capture(
    hold_id: HoldId,
    amount: Amount,
    *,
    preimage: Annotated[str | None, typer.Option(help="32 bytes that open the lock.")] = None,
    in_satang: InSatang = False,
) -> Capture:
    """Pay a hold to its payee, whole or in part; the rest returns to the payer."""
    opened = None if preimage is None else identifier(preimage)
    return Capture(identifier(hold_id), satang_of(amount, in_satang=in_satang), opened)


@acts(app, "release")
def release(hold_id: HoldId) -> Release:
    """Return a hold to its payer."""
    return Release(identifier(hold_id))


@app.command("new-lock")
@command
def new_lock(*, as_json: AsJson = False) -> None:
    """Print a fresh secret and the hash that locks a hold with it."""
    secret = secrets.token_bytes(32)
    data = {"preimage": "0x" + secret.hex(), "hashlock": "0x" + sha256(secret).hex()}
    text = "\n".join(f"{name:10} {value}" for name, value in data.items())
    emit(data, text, as_json=as_json)
