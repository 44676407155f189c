"""Why disputes are refused."""

from contracts.sdk import ContractError


class DisputeExists(ContractError):
    """The payment was disputed before."""


class UnknownDispute(ContractError):
    """There is no such dispute."""


class DisputeClosed(ContractError):
    """The dispute is decided."""


class AnsweredBefore(ContractError):
    """The payee has answered the dispute."""


class WindowClosed(ContractError):
    """The time for this is over."""


class WindowOpen(ContractError):
    """The payee may still answer."""


class BadOutcome(ContractError):
    """An outcome is hold, refund or reject, each with an amount that fits it."""


class NotArbiter(ContractError):
    """Only the bank of the payee's wallet decides, and never its own payments."""
