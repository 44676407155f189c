"""Why an act of the central bank, a bank, a supervisor or a court is refused."""

from contracts.sdk import ContractError


class UnknownParameter(ContractError):
    """There is no parameter of this name."""


class ParameterOutOfBounds(ContractError):
    """The value is outside the bounds of the parameter."""


class ParameterTooSoon(ContractError):
    """A parameter changes at a height that is further ahead."""


class TooManyChanges(ContractError):
    """Too many changes of parameters wait for their height."""


class BadScope(ContractError):
    """There is nothing of this name to pause or freeze."""


class AlreadyPaused(ContractError):
    """The scope is paused."""


class NotPaused(ContractError):
    """The scope is not paused by the central bank."""


class FspExists(ContractError):
    """The agency is registered already."""


class RepeatedKey(ContractError):
    """A key is listed twice."""


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key."""


class UnknownRedemption(ContractError):
    """No money was set aside under this reference."""


class NoOrder(ContractError):
    """The order's hash is empty; a freeze or seizure needs an order."""


class BadUntil(ContractError):
    """The end is not ahead, or too far ahead."""


class AlreadyFrozen(ContractError):
    """The wallet is frozen by another order."""


class NotFrozen(ContractError):
    """The wallet is not frozen, or not by this order."""
