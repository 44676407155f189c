"""Why requests, payments and refunds are refused."""

from contracts.sdk import ContractError


class BadRequest(ContractError):
    """A request must end after now and within a year."""

    code = "BAD_REQUEST"


class RequestExists(ContractError):
    """The merchant has used this request's name before."""

    code = "REQUEST_EXISTS"


class UnknownRequest(ContractError):
    """The merchant has made no such request."""

    code = "UNKNOWN_REQUEST"


class RequestPaid(ContractError):
    """The request is paid."""

    code = "REQUEST_PAID"


class RequestCancelled(ContractError):
    """The merchant has withdrawn the request."""

    code = "REQUEST_CANCELLED"


class RequestExpired(ContractError):
    """The request is over."""

    code = "REQUEST_EXPIRED"


class AmountMismatch(ContractError):
    """The request asks for another amount."""

    code = "AMOUNT_MISMATCH"


class SumTooLarge(ContractError):
    """The parts of the payment add up to more than one payment may move."""

    code = "SUM_TOO_LARGE"


class UnknownPayment(ContractError):
    """There is no such payment of which the sender is a party."""

    code = "UNKNOWN_PAYMENT"


class OverRefund(ContractError):
    """The refunds of a payment would exceed what was paid."""

    code = "OVER_REFUND"


class OverClaim(ContractError):
    """Less than this waits to be claimed."""

    code = "OVER_CLAIM"
