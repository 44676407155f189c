"""`sapha cbdc hold, capture, release`: money set aside for a payee."""

import secrets

from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Make,
    digest_of,
    identifier,
    now_ms,
    satang_of,
    span_ms,
)
from commands.keyring import address_argument
from commands.output import emit
from contracts.cbdc.holds_messages import Capture, Hold, Release
from contracts.sdk.crypto import sha256


def hold(  # noqa: PLR0913 - each is an option of the command
    to: str,
    amount: str,
    *,
    expires_in: str,
    arbiter: str | None,
    hashlock: str | None,
    memo: str,
    travel: str | None,
    in_satang: bool,
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


def capture(hold_id: str, amount: str, *, preimage: str | None, in_satang: bool) -> Capture:
    """Pay a hold to its payee, whole or in part; the rest returns to the payer."""
    opened = None if preimage is None else identifier(preimage)
    return Capture(identifier(hold_id), satang_of(amount, in_satang=in_satang), opened)


def release(hold_id: str) -> Release:
    """Return a hold to its payer."""
    return Release(identifier(hold_id))


def new_lock(*, as_json: bool) -> None:
    """Print a fresh secret and the hash that locks a hold with it."""
    secret = secrets.token_bytes(32)
    data = {"preimage": "0x" + secret.hex(), "hashlock": "0x" + sha256(secret).hex()}
    text = "\n".join(f"{name:10} {value}" for name, value in data.items())
    emit(data, text, as_json=as_json)
