"""Why vouchers are refused."""

from contracts.sdk import ContractError


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
