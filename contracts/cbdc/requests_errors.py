"""Why requests, payments and refunds are refused."""

from contracts.sdk import ContractError


class BadRequestEnd(ContractError):
    """A request must end after now and within a year."""


class RequestExists(ContractError):
    """The merchant has used this request's name before."""


class UnknownRequest(ContractError):
    """The merchant has made no such request."""


class RequestPaid(ContractError):
    """The request is paid."""


class RequestCancelled(ContractError):
    """The merchant has withdrawn the request."""


class RequestExpired(ContractError):
    """The request is over."""


class AmountMismatch(ContractError):
    """The request asks for another amount."""


class SumTooLarge(ContractError):
    """The parts of the payment add up to more than one payment may move."""


class UnknownPayment(ContractError):
    """There is no such payment of which the sender is a party."""


class OverRefund(ContractError):
    """The refunds of a payment would exceed what was paid."""


class OverClaim(ContractError):
    """Less than this waits to be claimed."""
