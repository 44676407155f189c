"""`sapha cbdc issue, transfer, redeem, delegate, balance`."""

from pathlib import Path
from typing import Annotated

import typer

from client.amount import show_baht
from client.cbdc import balance_of, proven_balance
from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Amount,
    InSatang,
    Make,
    Travel,
    acts,
    digest_of,
    now_ms,
    satang_of,
    span_ms,
)
from commands.options import Rpc, address_argument, look_twice, open_light, open_rpc
from commands.output import AsJson, UsageFault, command, emit
from contracts.cbdc.authority.messages import Issue, Redeem
from contracts.cbdc.payments.messages import Transfer, TransferWithTravel
from contracts.cbdc.wallets.messages import Delegate, RevokeDelegate, TransferFor
from primitives.crypto import Digest
from primitives.ids import Address, show_address

app = typer.Typer()

To = Annotated[str, typer.Argument(help="Receiver: an address, or the name of a key.")]


@acts(app, "issue")
def issue(
    to: To,
    amount: Amount,
    *,
    reference: Annotated[str, typer.Option(help="Settlement that this issue is against; once.")],
    in_satang: InSatang = False,
) -> Issue:
    """Create money in an account; only the central bank's account may."""
    satang = satang_of(amount, in_satang=in_satang)
    return Issue(to=address_argument(to), amount=satang, reference=reference)


@acts(app, "transfer")
def transfer(  # noqa: PLR0913 - each is an option of the command
    to: To,
    amount: Amount,
    *,
    memo: Annotated[str, typer.Option(help="Public text; no personal data.")] = "",
    travel: Travel = None,
    wallet: Annotated[
        str | None, typer.Option(help="Pay from this wallet, as its delegate.")
    ] = None,
    in_satang: InSatang = False,
) -> Transfer | TransferWithTravel | TransferFor:
    """Move money to another account."""
    satang, payee = satang_of(amount, in_satang=in_satang), address_argument(to)
    told = digest_of(travel)
    if wallet is not None:
        if told is not None:
            raise UsageFault("a delegate pays no amount that needs --travel")
        return TransferFor(address_argument(wallet), payee, satang, memo)
    return transfer_of(payee, satang, memo, told)


@acts(app, "delegate")
def delegate(  # noqa: PLR0913 - each is an option of the command
    who: Annotated[str, typer.Argument(help="Delegate: an address, or the name of a key.")],
    per_payment: Annotated[str, typer.Argument(help="Baht at once.")],
    per_day: Annotated[str, typer.Argument(help="Baht in a Bangkok day.")],
    *,
    merchant: Annotated[list[str] | None, typer.Option(help="Only these payees; several.")] = None,
    lasts: Annotated[str, typer.Option("--for", help="Such as 30d.")] = "30d",
    in_satang: InSatang = False,
) -> Make:
    """Let another account pay from the wallet, within limits."""
    at_once = satang_of(per_payment, in_satang=in_satang)
    a_day = satang_of(per_day, in_satang=in_satang)
    payees = tuple(address_argument(one) for one in merchant or ())
    chosen, span = address_argument(who), span_ms(lasts)

    async def make(actor: Actor) -> Delegate:
        return Delegate(chosen, at_once, a_day, payees, await now_ms(actor) + span)

    return make


@acts(app, "revoke-delegate")
def revoke_delegate(
    who: Annotated[str, typer.Argument(help="Delegate: an address, or the name of a key.")],
) -> RevokeDelegate:
    """End the right of a delegate."""
    return RevokeDelegate(address_argument(who))


@acts(app, "redeem")
def redeem(
    amount: Amount,
    *,
    reference: Annotated[str, typer.Option(help="Settlement that this is against; once.")],
    in_satang: InSatang = False,
) -> Redeem:
    """Give money back to the central bank."""
    return Redeem(amount=satang_of(amount, in_satang=in_satang), reference=reference)


def transfer_of(
    to: Address, satang: int, memo: str, travel: Digest | None
) -> Transfer | TransferWithTravel:
    """Return the message of a payment, with what the providers exchanged if anything."""
    if travel is None:
        return Transfer(to, satang, memo)
    return TransferWithTravel(to, satang, memo, travel)


@app.command("balance")
@command
async def balance(
    address: Annotated[str, typer.Argument(help="An address, or the name of a key.")],
    *,
    genesis: Annotated[
        Path | None, typer.Option(help="Prove the answer against this genesis.json.")
    ] = None,
    rpc: Rpc = None,
    as_json: AsJson = False,
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
