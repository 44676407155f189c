"""Why a payment, an issue or a redemption is refused."""

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
    """Money does not move: the central bank paused it, or the supply equation failed."""

    code = "PAUSED"


class UnknownWallet(ContractError):
    """The account is not a registered wallet."""

    code = "UNKNOWN_WALLET"


class WalletClosed(ContractError):
    """The wallet is closed."""

    code = "WALLET_CLOSED"


class Frozen(ContractError):
    """The wallet is frozen by an order."""

    code = "FROZEN"


class InRecovery(ContractError):
    """Nothing leaves the wallet while its key is being replaced."""

    code = "IN_RECOVERY"


class KeyReplaced(ContractError):
    """Another key acts for this wallet since a recovery."""

    code = "KEY_REPLACED"


class FspSuspended(ContractError):
    """The bank or payment provider is suspended."""

    code = "FSP_SUSPENDED"


class TxLimit(ContractError):
    """The amount is more than the holder's tier may pay at once."""

    code = "TX_LIMIT"


class DayLimit(ContractError):
    """The holder would pay more in one Bangkok day than the tier allows."""

    code = "DAY_LIMIT"


class MonthLimit(ContractError):
    """The holder would pay more in one Bangkok month than the tier allows."""

    code = "MONTH_LIMIT"


class HoldingLimit(ContractError):
    """The receiver would own more than its tier allows, and no bank account takes the rest."""

    code = "HOLDING_LIMIT"


class WrongTier(ContractError):
    """The holder's tier, or the wallet's kind, does not allow this."""

    code = "WRONG_TIER"


class TravelRule(ContractError):
    """A payment of this size must name the data that the providers exchanged."""

    code = "TRAVEL_RULE"


class UnknownFsp(ContractError):
    """No such bank or payment provider is registered, or governance knows none."""

    code = "UNKNOWN_FSP"


class NotBank(ContractError):
    """The sender does not act for the wallet's bank."""

    code = "NOT_BANK"


class TooFewSigners(ContractError):
    """The sender's account needs fewer signatures than this act wants."""

    code = "TOO_FEW_SIGNERS"


class NotIndependent(ContractError):
    """Who proposed may not approve."""

    code = "NOT_INDEPENDENT"


class NotEmpty(ContractError):
    """There is money in the account, held, bound or loaded."""

    code = "NOT_EMPTY"


class WalletExists(ContractError):
    """The address is, or stands for, a wallet already."""

    code = "WALLET_EXISTS"
