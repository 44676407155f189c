"""Why an act of the central bank, a bank, a supervisor or a court is refused."""

from contracts.sdk import ContractError


class BadParam(ContractError):
    """No such parameter, a value outside its bounds, or a height too near."""

    code = "BAD_PARAM"


class TooManyChanges(ContractError):
    """Too many changes of parameters wait for their height."""

    code = "TOO_MANY_CHANGES"


class BadScope(ContractError):
    """There is nothing of this name to pause or freeze."""

    code = "BAD_SCOPE"


class AlreadyPaused(ContractError):
    """The scope is paused."""

    code = "ALREADY_PAUSED"


class NotPaused(ContractError):
    """The scope is not paused by the central bank."""

    code = "NOT_PAUSED"


class FspExists(ContractError):
    """The agency is registered already."""

    code = "EXISTS"


class RepeatedKey(ContractError):
    """A key is listed twice."""

    code = "REPEATED_KEY"


class UnusableKey(ContractError):
    """A key is not a valid Ed25519 public key."""

    code = "UNUSABLE_KEY"


class UnknownRedemption(ContractError):
    """No money was set aside under this reference."""

    code = "UNKNOWN_REDEMPTION"


class NoOrder(ContractError):
    """The order's hash is empty; a freeze or seizure needs an order."""

    code = "NO_ORDER"


class BadUntil(ContractError):
    """The end is not ahead, or too far ahead."""

    code = "BAD_UNTIL"


class AlreadyFrozen(ContractError):
    """The wallet is frozen by another order."""

    code = "ALREADY_FROZEN"


class NotFrozen(ContractError):
    """The wallet is not frozen, or not by this order."""

    code = "NOT_FROZEN"
