"""Why vouchers are refused."""

from contracts.sdk import ContractError


class BadVoucherTimes(ContractError):
    """A voucher must end after it begins, after now and within the longest time."""

    code = "BAD_VOUCHER_TIMES"


class BadCategoryCode(ContractError):
    """A category code has four digits."""

    code = "BAD_CATEGORY_CODE"


class UnknownVoucher(ContractError):
    """The sender has no such voucher."""

    code = "UNKNOWN_VOUCHER"


class RepeatedVoucher(ContractError):
    """A voucher is named twice."""

    code = "REPEATED_VOUCHER"


class VoucherTooEarly(ContractError):
    """The voucher may not be spent yet."""

    code = "VOUCHER_TOO_EARLY"


class VoucherExpired(ContractError):
    """The voucher is over; what is left returns to who issued it."""

    code = "VOUCHER_EXPIRED"


class VoucherNotOver(ContractError):
    """The voucher is not over yet."""

    code = "VOUCHER_NOT_OVER"


class NotEligible(ContractError):
    """A voucher is not for this merchant."""

    code = "NOT_ELIGIBLE"


class VoucherShort(ContractError):
    """The vouchers hold less than the amount."""

    code = "VOUCHER_SHORT"
