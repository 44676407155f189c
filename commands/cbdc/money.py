"""`sapha cbdc issue, transfer, redeem, delegate, balance`."""

from pathlib import Path

from client.amount import show_baht
from client.cbdc import balance_of, proven_balance
from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Make,
    digest_of,
    now_ms,
    satang_of,
    span_ms,
)
from commands.keyring import address_argument
from commands.nodes import open_rpc
from commands.output import UsageFault, emit
from commands.trust import look_twice, open_light
from contracts.cbdc.messages import (
    Delegate,
    Issue,
    Redeem,
    RevokeDelegate,
    Transfer,
    TransferFor,
    TransferWithTravel,
)
from primitives.crypto import Digest
from primitives.ids import Address, show_address


def issue(to: str, amount: str, *, reference: str, in_satang: bool) -> Issue:
    """Create money in an account; only the central bank's account may."""
    satang = satang_of(amount, in_satang=in_satang)
    return Issue(to=address_argument(to), amount=satang, reference=reference)


def transfer(  # noqa: PLR0913 - each is an option of the command
    to: str,
    amount: str,
    *,
    memo: str,
    travel: str | None,
    wallet: str | None,
    in_satang: bool,
) -> Transfer | TransferWithTravel | TransferFor:
    """Move money to another account."""
    satang, payee = satang_of(amount, in_satang=in_satang), address_argument(to)
    told = digest_of(travel)
    if wallet is not None:
        if told is not None:
            raise UsageFault("a delegate pays no amount that needs --travel")
        return TransferFor(address_argument(wallet), payee, satang, memo)
    return transfer_of(payee, satang, memo, told)


def delegate(  # noqa: PLR0913 - each is an option of the command
    who: str,
    per_payment: str,
    per_day: str,
    *,
    merchant: list[str] | None,
    lasts: str,
    in_satang: bool,
) -> Make:
    """Let another account pay from the wallet, within limits."""
    at_once = satang_of(per_payment, in_satang=in_satang)
    a_day = satang_of(per_day, in_satang=in_satang)
    payees = tuple(address_argument(one) for one in merchant or ())
    chosen, span = address_argument(who), span_ms(lasts)

    async def make(actor: Actor) -> Delegate:
        return Delegate(chosen, at_once, a_day, payees, await now_ms(actor) + span)

    return make


def revoke_delegate(who: str) -> RevokeDelegate:
    """End the right of a delegate."""
    return RevokeDelegate(address_argument(who))


def redeem(amount: str, *, reference: str, in_satang: bool) -> Redeem:
    """Give money back to the central bank."""
    return Redeem(amount=satang_of(amount, in_satang=in_satang), reference=reference)


def transfer_of(
    to: Address, satang: int, memo: str, travel: Digest | None
) -> Transfer | TransferWithTravel:
    """Return the message of a payment, with what the providers exchanged if anything."""
    if travel is None:
        return Transfer(to, satang, memo)
    return TransferWithTravel(to, satang, memo, travel)


async def balance(
    address: str, *, genesis: Path | None, rpc: list[str] | None, as_json: bool
) -> None:
    """Show an account's balance; with --genesis only if it is proven."""
    account = address_argument(address)
    proven_at = None
    async with open_rpc(rpc) as client:
        if genesis is None:
            satang = await balance_of(client, account)
        else:
            light = open_light(genesis)
            await look_twice(light, client)
            satang, proof = await proven_balance(client, light, account)
            proven_at = proof.at.header.height
    data: dict[str, object] = {"address": show_address(account), "satang": satang}
    data |= {"baht": show_baht(satang), "proven_at_height": proven_at}
    note = "" if proven_at is None else f" (proven at block {proven_at})"
    emit(data, f"{show_baht(satang)} baht{note}", as_json=as_json)
