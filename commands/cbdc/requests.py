"""`sapha cbdc request, pay, refund ...`: merchants ask, holders pay what a QR says."""

from pathlib import Path
from typing import Annotated

import typer

from client.cbdc.actor import Actor
from client.cbdc.people import Asked, Merchant, check_shown
from client.cbdc.picture import save_picture, terminal_picture
from client.cbdc.qr import WalletPayment, read_wallet_payment
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
    satang_or_zero,
    span_ms,
)
from commands.cbdc.money import transfer_of
from commands.output import UsageFault, say
from contracts.cbdc.requests.messages import (
    CancelRequest,
    ClaimRefund,
    CreateRequest,
    PayRequest,
    Refund,
)

app = typer.Typer()

RequestId = Annotated[str, typer.Argument(help="The merchant's name of the request; once.")]
PaymentId = Annotated[str, typer.Argument(help="The payment, 0x and 64 hex digits.")]


@acts(app, "request")
def request(  # noqa: PLR0913 - each is an option of the command
    request_id: RequestId,
    amount: Annotated[str, typer.Argument(help="Baht; 0 lets the payer choose.")] = "0",
    *,
    expires_in: Annotated[str, typer.Option(help="Such as 15m, 72h or 30d.")] = "15m",
    bill_ref1: Annotated[str, typer.Option(help="First reference of a bill.")] = "",
    bill_ref2: Annotated[str, typer.Option(help="Second reference of a bill.")] = "",
    name: Annotated[str | None, typer.Option(help="Shop's name in the QR, ASCII.")] = None,
    qr: Annotated[
        Path | None, typer.Option(help="Also a picture: file.svg, file.png, or - to show it.")
    ] = None,
    in_satang: InSatang = False,
) -> Make:
    """Ask for a payment as a merchant, and print the QR that payers scan."""
    satang = satang_or_zero(amount, in_satang=in_satang)
    span = span_ms(expires_in)

    async def make(actor: Actor) -> CreateRequest:
        asked = Asked(
            request_id=request_id,
            satang=satang,
            expires_ms=await now_ms(actor) + span,
            bill_ref1=bill_ref1,
            bill_ref2=bill_ref2,
            name=name,
        )
        text, message = Merchant(actor).draft(asked)
        _show_qr(text, qr)
        return message

    return make


@acts(app, "pay")
def pay(
    text: Annotated[str, typer.Argument(help="The QR's text.")],
    *,
    amount: Annotated[str | None, typer.Option(help="Baht, where the QR leaves it open.")] = None,
    tip: Annotated[str, typer.Option(help="Baht on top of a request.")] = "0",
    travel: Travel = None,
    in_satang: InSatang = False,
) -> Make:
    """Pay what a QR asks for: a request of a merchant, or a wallet."""
    chosen = None if amount is None else satang_of(amount, in_satang=in_satang)
    extra = satang_or_zero(tip, in_satang=in_satang)

    async def make(actor: Actor) -> object:
        found = read_wallet_payment(text, actor.chain_id)
        await check_shown(actor.rpc, found, text)
        satang = _amount_of(found, chosen)
        if found.request_id is None:
            return transfer_of(found.address, satang, "", digest_of(travel))
        return PayRequest(
            merchant=found.address,
            request_id=found.request_id,
            amount=satang,
            tip=extra,
            travel=digest_of(travel),
        )

    return make


@acts(app, "cancel-request")
def cancel_request(request_id: RequestId) -> CancelRequest:
    """Withdraw a request that nobody has paid."""
    return CancelRequest(request_id)


@acts(app, "refund")
def refund(
    payment_id: PaymentId,
    amount: Amount,
    *,
    reason: Annotated[str, typer.Option(help="Public text; no personal data.")] = "",
    in_satang: InSatang = False,
) -> Refund:
    """Give back a payment that the account received, whole or in part."""
    return Refund(identifier(payment_id), satang_of(amount, in_satang=in_satang), reason)


@acts(app, "claim-refund")
def claim_refund(
    payment_id: PaymentId, amount: Amount, *, in_satang: InSatang = False
) -> ClaimRefund:
    """Take a refund that waited because the wallet was full."""
    return ClaimRefund(identifier(payment_id), satang_of(amount, in_satang=in_satang))


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
