"""What may be asked about vouchers, what observers learn, what is refused."""

from contracts.cbdc.core.messages import (
    Amount,
    AmountOrZero,
    Area,
    CategoryCode,
    CategoryCodes,
    Id,
    ManyIds,
    Merchants,
    Programme,
    TimeMs,
    VoucherIds,
)
from contracts.sdk import Address, ContractError, Digest, event, message


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
    travel: Digest | None  # of what the providers exchanged; for cash above the rule's amount


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


@event
class VoucherIssued:
    """An agency has bound money for a holder."""

    voucher_id: Id
    issuer: Address
    programme: Programme
    holder: Address
    amount: Amount
    expires_ms: TimeMs


@event
class VoucherSpent:
    """A holder paid a merchant: `amount` from vouchers, `cash` from its own money."""

    payment_id: Id
    holder: Address
    merchant: Address
    amount: Amount
    cash: AmountOrZero


@event
class VoucherReturned:
    """A voucher is over; what was left, or came by a later refund, went to who issued it."""

    voucher_id: Id
    issuer: Address
    holder: Address
    amount: AmountOrZero


@event
class MerchantProfileSet:
    """A bank has said what a merchant sells and where."""

    merchant: Address
    category_code: CategoryCode
    area: Area


class BadVoucherTimes(ContractError):
    """A voucher must end after it begins, after now and within the longest time."""


class BadCategoryCode(ContractError):
    """A category code has four digits."""


class UnknownVoucher(ContractError):
    """The sender has no such voucher."""


class RepeatedVoucher(ContractError):
    """A voucher is named twice."""


class VoucherTooEarly(ContractError):
    """The voucher may not be spent yet."""


class VoucherExpired(ContractError):
    """The voucher is over; what is left returns to who issued it."""


class VoucherNotOver(ContractError):
    """The voucher is not over yet."""


class NotEligible(ContractError):
    """A voucher is not for this merchant."""


class VoucherShort(ContractError):
    """The vouchers hold less than the amount."""
