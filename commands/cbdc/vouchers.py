"""`sapha cbdc voucher ...`: money bound to a purpose."""

from typing import Annotated

import typer

from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Amount,
    InSatang,
    Make,
    acts,
    identifier,
    now_ms,
    satang_of,
    satang_or_zero,
    span_ms,
)
from commands.options import address_argument
from contracts.cbdc.vouchers.messages import (
    ExpireVouchers,
    IssueVoucher,
    SetMerchantProfile,
    SpendVoucher,
)

app = typer.Typer(no_args_is_help=True, help="Vouchers: money bound to a purpose.")

VoucherIds = Annotated[list[str], typer.Argument(help="The vouchers, in the order to spend them.")]


@acts(app, "issue")
def issue(  # noqa: PLR0913 - each is an option of the command
    programme: Annotated[str, typer.Argument(help="What the money is for, such as school-meal.")],
    to: Annotated[str, typer.Argument(help="Holder: an address, or the name of a key.")],
    amount: Amount,
    *,
    merchant: Annotated[list[str] | None, typer.Option(help="Who may take it; several.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="ISO 18245 code; several.")] = None,
    area: Annotated[str, typer.Option(help="Area of the merchants; empty for all.")] = "",
    begins_in: Annotated[str, typer.Option(help="Such as 0s or 7d.")] = "0s",
    expires_in: Annotated[str, typer.Option(help="Such as 30d.")] = "30d",
    in_satang: InSatang = False,
) -> Make:
    """Bind money of the account for a holder; what is left at the end returns."""
    holder = address_argument(to)
    satang = satang_of(amount, in_satang=in_satang)
    merchants = tuple(address_argument(one) for one in merchant or ())
    begin, end = span_ms(begins_in), span_ms(expires_in)

    async def make(actor: Actor) -> IssueVoucher:
        now = await now_ms(actor)
        rules = (merchants, tuple(category or ()), area)
        return IssueVoucher(programme, holder, satang, *rules, now + begin, now + end)

    return make


@acts(app, "spend")
def spend(
    merchant: Annotated[str, typer.Argument(help="Merchant: an address, or the name of a key.")],
    amount: Amount,
    voucher_ids: VoucherIds,
    *,
    cash: Annotated[str, typer.Option(help="Baht of the account's own money on top.")] = "0",
    in_satang: InSatang = False,
) -> SpendVoucher:
    """Pay a merchant with vouchers."""
    return SpendVoucher(
        voucher_ids=tuple(map(identifier, voucher_ids)),
        merchant=address_argument(merchant),
        amount=satang_of(amount, in_satang=in_satang),
        cash=satang_or_zero(cash, in_satang=in_satang),
    )


@acts(app, "expire")
def expire(
    holder: Annotated[str, typer.Argument(help="Holder: an address, or the name of a key.")],
    voucher_ids: VoucherIds,
) -> ExpireVouchers:
    """Return what is left of vouchers that are over; any account may."""
    return ExpireVouchers(address_argument(holder), tuple(map(identifier, voucher_ids)))


@acts(app, "merchant-profile")
def merchant_profile(
    merchant: Annotated[str, typer.Argument(help="Merchant: an address, or the name of a key.")],
    category: Annotated[str, typer.Argument(help="ISO 18245 code, four digits.")],
    *,
    area: Annotated[str, typer.Option(help="Where it sells.")] = "",
) -> SetMerchantProfile:
    """Say as a merchant's bank what it sells and where."""
    return SetMerchantProfile(address_argument(merchant), category, area)
