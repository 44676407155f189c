"""Vouchers and what merchants sell, and how queries answer. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.core.messages import (
    PAGE,
    AmountOrZero,
    Area,
    CategoryCode,
    CategoryCodes,
    Id,
    Merchants,
    Programme,
    TimeMs,
)
from contracts.sdk import Address, CountMax, Map, record


@record
class Voucher:
    """Money bound to a purpose; kept until it is over, even when nothing is left."""

    issuer: Address
    programme: Programme
    holder: Address
    remaining: AmountOrZero
    merchants: Merchants
    category_codes: CategoryCodes
    area: Area
    not_before_ms: TimeMs
    expires_ms: TimeMs


@record
class MerchantProfile:
    """What a merchant sells and where, said by its bank."""

    category_code: CategoryCode
    area: Area


bound = Map[tuple[Address, Id], Voucher]("bound")  # (holder, voucher id)
merchant_profiles = Map[Address, MerchantProfile]("merchant_profiles")


@record
class VoucherLine:
    """A voucher in a list, with its id."""

    voucher_id: Id
    voucher: Voucher


VoucherLines = Annotated[tuple[VoucherLine, ...], CountMax(PAGE)]
