"""Why a payment, an issue or a redemption is refused."""

from contracts.sdk import ContractError


class InsufficientFunds(ContractError):
    """The sender's balance is smaller than the amount."""


class SelfTransfer(ContractError):
    """The sender and the receiver are the same account."""


class ReferenceReused(ContractError):
    """The reference was used before in its scope."""


class SupplyCapExceeded(ContractError):
    """More money would be outstanding than the central bank's cap."""


class Paused(ContractError):
    """Money does not move: the central bank paused it, or the supply equation failed."""


class UnknownWallet(ContractError):
    """The account is not a registered wallet."""


class WalletClosed(ContractError):
    """The wallet is closed."""


class Frozen(ContractError):
    """The wallet is frozen by an order."""


class InRecovery(ContractError):
    """Nothing leaves the wallet while its key is being replaced."""


class KeyReplaced(ContractError):
    """Another key acts for this wallet since a recovery."""


class FspSuspended(ContractError):
    """The bank or payment provider is suspended."""


class TxLimit(ContractError):
    """The amount is more than the holder's tier may pay at once."""


class DayLimit(ContractError):
    """The holder would pay more in one Bangkok day than the tier allows."""


class MonthLimit(ContractError):
    """The holder would pay more in one Bangkok month than the tier allows."""


class HoldingLimit(ContractError):
    """The receiver would own more than its tier allows, and no bank account takes the rest."""


class WrongTier(ContractError):
    """The holder's tier does not allow this."""


class WrongWalletKind(ContractError):
    """A wallet of this kind does not, or may not, do this."""


class TravelRule(ContractError):
    """A payment of this size must name the data that the providers exchanged."""


class UnknownFsp(ContractError):
    """No such bank or payment provider is registered, or governance knows none."""


class NotBank(ContractError):
    """The sender does not act for the wallet's bank."""


class TooFewSigners(ContractError):
    """The sender's account needs fewer signatures than this act wants."""


class NotIndependent(ContractError):
    """Who proposed may not approve."""


class NotEmpty(ContractError):
    """There is money in the account, held, bound or loaded."""


class WalletExists(ContractError):
    """The address is, or stands for, a wallet already."""
