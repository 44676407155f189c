"""Why holds are refused."""

from contracts.sdk import ContractError


class BadExpiry(ContractError):
    """The end must lie after now and within the longest time allowed."""


class BadArbiter(ContractError):
    """An arbiter must be neither payer nor payee."""


class TooManyHolds(ContractError):
    """The payer has as many open holds as it may have."""


class UnknownHold(ContractError):
    """There is no such open hold."""


class NotDecider(ContractError):
    """Only the arbiter, or without one the payee, may do this."""


class HoldExpired(ContractError):
    """The hold is over; its money returns to the payer."""


class OverCapture(ContractError):
    """The hold is smaller than the amount."""


class BadPreimage(ContractError):
    """The preimage is missing, not asked for, or has another SHA-256."""
