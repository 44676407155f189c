"""Why holds are refused."""

from contracts.sdk import ContractError


class BadExpiry(ContractError):
    """The end must lie after now and within the longest time allowed."""

    code = "BAD_EXPIRY"


class BadArbiter(ContractError):
    """An arbiter must be neither payer nor payee."""

    code = "BAD_ARBITER"


class TooManyHolds(ContractError):
    """The payer has as many open holds as it may have."""

    code = "TOO_MANY_HOLDS"


class UnknownHold(ContractError):
    """There is no such open hold."""

    code = "UNKNOWN_HOLD"


class NotDecider(ContractError):
    """Only the arbiter, or without one the payee, may do this."""

    code = "NOT_DECIDER"


class HoldExpired(ContractError):
    """The hold is over; its money returns to the payer."""

    code = "HOLD_EXPIRED"


class OverCapture(ContractError):
    """The hold is smaller than the amount."""

    code = "OVER_CAPTURE"


class BadPreimage(ContractError):
    """The preimage is missing, not asked for, or has another SHA-256."""

    code = "BAD_PREIMAGE"
