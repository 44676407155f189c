"""Why disputes are refused."""

from contracts.sdk import ContractError


class DisputeExists(ContractError):
    """The payment was disputed before."""

    code = "DISPUTE_EXISTS"


class UnknownDispute(ContractError):
    """There is no such dispute."""

    code = "UNKNOWN_DISPUTE"


class DisputeClosed(ContractError):
    """The dispute is decided."""

    code = "DISPUTE_CLOSED"


class AnsweredBefore(ContractError):
    """The payee has answered the dispute."""

    code = "ANSWERED_BEFORE"


class WindowClosed(ContractError):
    """The time for this is over."""

    code = "WINDOW_CLOSED"


class WindowOpen(ContractError):
    """The payee may still answer."""

    code = "WINDOW_OPEN"


class BadOutcome(ContractError):
    """An outcome is hold, refund or reject, each with an amount that fits it."""

    code = "BAD_OUTCOME"


class NotArbiter(ContractError):
    """Only the bank of the payee's wallet decides, and never its own payments."""

    code = "NOT_ARBITER"
