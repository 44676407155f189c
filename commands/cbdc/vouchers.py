"""`sapha cbdc voucher ...`: money bound to a purpose."""

from client.cbdc.actor import Actor
from commands.cbdc.acting import (
    Make,
    identifier,
    now_ms,
    satang_of,
    satang_or_zero,
    span_ms,
)
from commands.keyring import address_argument
from contracts.cbdc.vouchers_messages import (
    ExpireVouchers,
    IssueVoucher,
    SetMerchantProfile,
    SpendVoucher,
)


def issue(  # noqa: PLR0913 - each is an option of the command
    programme: str,
    to: str,
    amount: str,
    *,
    merchant: list[str] | None,
    category: list[str] | None,
    area: str,
    begins_in: str,
    expires_in: str,
    in_satang: bool,
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


def spend(
    merchant: str, amount: str, voucher_ids: list[str], *, cash: str, in_satang: bool
) -> SpendVoucher:
    """Pay a merchant with vouchers."""
    return SpendVoucher(
        voucher_ids=tuple(map(identifier, voucher_ids)),
        merchant=address_argument(merchant),
        amount=satang_of(amount, in_satang=in_satang),
        cash=satang_or_zero(cash, in_satang=in_satang),
    )


def expire(holder: str, voucher_ids: list[str]) -> ExpireVouchers:
    """Return what is left of vouchers that are over; any account may."""
    return ExpireVouchers(address_argument(holder), tuple(map(identifier, voucher_ids)))


def merchant_profile(merchant: str, category: str, *, area: str) -> SetMerchantProfile:
    """Say as a merchant's bank what it sells and where."""
    return SetMerchantProfile(address_argument(merchant), category, area)
