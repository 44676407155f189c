"""`sapha cbdc transfer, request, pay, balance`: what needs more than the fields of one message."""

from pathlib import Path

from client.amount import show_baht
from client.cbdc import requests
from client.cbdc.picture import save_picture, terminal_picture
from client.cbdc.qr import WalletPayment, read_wallet_payment
from client.contract import Actor, ask, proven
from commands.nodes import open_rpc
from commands.output import UsageFault, emit, say
from commands.sending import Make
from contracts.cbdc.core.state import balances
from contracts.cbdc.payments.messages import Transfer, TransferWithTravel
from contracts.cbdc.requests.messages import CreateRequest
from contracts.cbdc.wallets.messages import TransferFor
from primitives.crypto import Digest
from primitives.ids import Address, show_address


def transfer(
    to: Address, amount: int, *, memo: str, travel: Digest | None, wallet: Address | None
) -> Transfer | TransferWithTravel | TransferFor:
    """Return the message of a payment: the own, or as a wallet's delegate. Raises UsageFault."""
    if wallet is not None:
        return TransferFor(wallet=wallet, to=to, amount=amount, memo=memo, travel=travel)
    return requests.transfer(to, amount, memo, travel)


def request(  # noqa: PLR0913 - each is an option of the command
    request_id: str,
    amount: int,
    *,
    expires_ms: int,
    bill_ref1: str,
    bill_ref2: str,
    name: str | None,
    qr: Path | None,
) -> Make:
    """Return what makes a merchant's request, and prints the QR that payers scan."""

    async def make(actor: Actor) -> CreateRequest:
        draft = CreateRequest(
            request_id=request_id,
            amount=amount,
            expires_ms=expires_ms,
            bill_ref1=bill_ref1,
            bill_ref2=bill_ref2,
            qr_hash=None,
        )
        text, message = requests.with_qr(actor, draft, name)
        _show_qr(text, qr)
        return message

    return make


def pay(text: str, *, amount: int | None, tip: int, travel: Digest | None) -> Make:
    """Return what pays a QR: a request of a merchant, or a wallet."""

    async def make(actor: Actor) -> object:
        found = read_wallet_payment(text, actor.chain_id)
        await requests.check_shown(actor.rpc, found, text)
        return requests.payment_of(found, _amount_of(found, amount), tip, travel)

    return make


async def balance(address: Address, *, genesis: Path | None, rpc: list[str], as_json: bool) -> None:
    """Show an account's balance; with a genesis only if it is proven."""
    proven_at = None
    async with open_rpc(rpc) as client:
        if genesis is None:
            from contracts.cbdc.wallets.handlers import (  # noqa: PLC0415 - who pays starts faster
                balance as balance_query,
            )

            satang = await ask(client, balance_query, address)
        else:
            from commands.trust import look_twice, open_light  # noqa: PLC0415 - proofs are rare

            light = open_light(genesis)
            await look_twice(light, client)
            entry = await proven(client, light, "cbdc", balances, address)
            satang, proven_at = entry.value or 0, entry.at.header.height
    data: dict[str, object] = {"address": show_address(address), "satang": satang}
    data |= {"baht": show_baht(satang), "proven_at_height": proven_at}
    note = "" if proven_at is None else f" (proven at block {proven_at})"
    emit(data, f"{show_baht(satang)} baht{note}", as_json=as_json)


def _amount_of(found: WalletPayment, chosen: int | None) -> int:
    if found.amount_satang is None and chosen is None:
        raise UsageFault("the QR leaves the amount open: give --amount")
    if found.amount_satang is not None and chosen not in (None, found.amount_satang):
        raise UsageFault("the QR names another amount than --amount")
    return found.amount_satang or chosen or 0


def _show_qr(text: str, picture: Path | None) -> None:
    say(f"QR {text}")
    if picture is None:
        return
    if str(picture) == "-":
        say(terminal_picture(text))
    else:
        save_picture(text, picture)
        say(f"picture {picture}")
