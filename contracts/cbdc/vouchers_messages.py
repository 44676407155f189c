"""What may be asked about vouchers: money bound to a purpose. Amounts are satang."""

from contracts.cbdc.fields import Amount, Merchants, TimeMs
from contracts.cbdc.flow_fields import (
    AmountOrZero,
    Area,
    CategoryCode,
    CategoryCodes,
    ManyIds,
    Programme,
    VoucherIds,
)
from contracts.sdk import Address, message


@message
class IssueVoucher:
    """Bind the sender's money for `to`; an empty list or area admits every merchant."""

    programme: Programme
    to: Address
    amount: Amount
    merchants: Merchants
    category_codes: CategoryCodes
    area: Area
    not_before_ms: TimeMs
    expires_ms: TimeMs  # what is left then returns to the sender


@message
class SpendVoucher:
    """Pay `amount` from the vouchers in this order, and `cash` from the sender's money."""

    voucher_ids: VoucherIds
    merchant: Address
    amount: Amount
    cash: AmountOrZero


@message
class ExpireVouchers:
    """Return what is left of vouchers that are over to who issued them."""

    holder: Address
    voucher_ids: ManyIds


@message
class SetMerchantProfile:
    """Say as a merchant's bank what it sells and where, which vouchers ask for."""

    merchant: Address
    category_code: CategoryCode
    area: Area
