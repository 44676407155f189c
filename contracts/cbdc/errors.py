"""Why a payment is refused."""

from contracts.sdk import ContractError


class InsufficientFunds(ContractError):
    """The sender's balance is smaller than the amount."""

    code = "INSUFFICIENT_FUNDS"


class SelfTransfer(ContractError):
    """The sender and the receiver are the same account."""

    code = "SELF_TRANSFER"


class ReferenceReused(ContractError):
    """The reference was used before in its scope."""

    code = "REFERENCE_REUSED"


class SupplyCapExceeded(ContractError):
    """More money would be outstanding than the central bank's cap."""

    code = "SUPPLY_CAP_EXCEEDED"


class Paused(ContractError):
    """Money does not move: the supply equation failed in an earlier block."""

    code = "PAUSED"
