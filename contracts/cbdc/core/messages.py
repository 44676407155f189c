"""The types of fields, the words they may hold, and what several features refuse.

Amounts are satang.
"""

from typing import Annotated

from contracts.sdk import (
    AMOUNT_SATANG_MAX,
    Address,
    Chars,
    ContractError,
    CountMax,
    Length,
    PublicKey,
    Range,
    event,
)
from contracts.sdk.calendar import DAY_MS

SUM_SATANG_MAX = 10**17
BATCH_LINES_MAX = 500
MERCHANTS_MAX = 20  # that a delegate may be bound to

Amount = Annotated[int, Range(1, AMOUNT_SATANG_MAX)]
Sum = Annotated[int, Range(0, SUM_SATANG_MAX)]
Reference = Annotated[str, Chars(1, 64)]
ReferenceOrNothing = Annotated[str, Chars(0, 64)]
Memo = Annotated[str, Chars(0, 140)]
AgencyId = Annotated[str, Chars(1, 32)]
AgencyOrNothing = Annotated[str, Chars(0, 32)]
Slug = Annotated[str, Chars(1, 32)]
Word = Annotated[str, Chars(0, 32)]
TimeMs = Annotated[int, Range(0, 2**53)]
Height = Annotated[int, Range(0, 2**53)]
Count = Annotated[int, Range(0, 2**53)]
Level = Annotated[int, Range(0, 999)]  # IAL 2.3 is 230, as in identity
FspKeys = Annotated[tuple[PublicKey, ...], CountMax(4, low=1)]
Limits = Annotated[tuple[Sum, ...], CountMax(20)]
Merchants = Annotated[tuple[Address, ...], CountMax(MERCHANTS_MAX)]
Scopes = Annotated[tuple[Slug, ...], CountMax(8)]


# Kinds of wallets. Persons and merchants have a holder and its limits; the others have none.
PERSON = "person"
MERCHANT = "merchant"
INSTITUTION = "institution"  # of an agency that governance knows
FSP = "fsp"  # the settlement account of a bank or payment provider
ALIAS = "alias"  # another address of a wallet, since a recovery

# What a wallet is.
ACTIVE = "active"
RECOVERING = "recovering"  # nothing leaves until the recovery is finished or cancelled
SUSPENDED = "suspended"  # of a suspended FSP
CLOSED = "closed"

# Tiers of holders, in the order of `Terms.limits`.
T0 = "T0"
T1 = "T1"
T2 = "T2"
T3 = "T3"
M = "M"
TIERS = (T0, T1, T2, T3, M)

# What a freeze stops.
OUT = "out"
ALL = "all"

# What the central bank may pause, beside ALL.
ISSUE = "issue"  # issue and redemption
PAYMENTS = "payments"  # every move between accounts
VOUCHERS = "vouchers"
OFFLINE = "offline"
PAUSE_SCOPES = (ALL, ISSUE, PAYMENTS, VOUCHERS, OFFLINE)

# Where money is that is in no account.
HELD = "held"
FEES = "fees"
POOLS = (HELD, VOUCHERS, OFFLINE, FEES)
# Pools whose money stays its owner's: it counts towards the owner's holding limit.
OWNED_POOLS = (HELD, OFFLINE)


Cursor = Annotated[bytes, Length(0, 21)]
Code = Annotated[str, Chars(1, 64)]


YEAR_MS = 366 * DAY_MS
VOUCHERS_A_SPEND_MAX = 10

# Payments, holds, schedules and vouchers are named by the id of the transaction that made them.
Id = Annotated[bytes, Length(32)]
AmountOrZero = Annotated[int, Range(0, AMOUNT_SATANG_MAX)]
RequestId = Annotated[str, Chars(1, 25)]  # what the reference label of an EMVCo QR holds
BillReference = Annotated[str, Chars(0, 20)]  # what a PromptPay bill payment holds
Programme = Annotated[str, Chars(1, 32)]
Area = Annotated[str, Chars(0, 32)]
CategoryCode = Annotated[str, Chars(4, 4)]  # ISO 18245
Reason = Annotated[str, Chars(0, 140)]
PaymentNumber = Annotated[int, Range(1, 2**53)]
Nonce = Annotated[bytes, Length(16)]
Preimage = Annotated[bytes, Length(32)]  # one length, so that other chains' locks mean the same
CategoryCodes = Annotated[tuple[CategoryCode, ...], CountMax(20)]
VoucherIds = Annotated[tuple[Id, ...], CountMax(VOUCHERS_A_SPEND_MAX, low=1)]
ManyIds = Annotated[tuple[Id, ...], CountMax(50, low=1)]


PAGE = 100

Limit = Annotated[int, Range(1, PAGE)]


OPEN = "open"


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


class BadUntil(ContractError):
    """The end is not ahead, or too far ahead."""


class NotParty(ContractError):
    """The sender acts neither for the wallet nor for its bank."""


class BadExpiry(ContractError):
    """The end must lie after now and within the longest time allowed."""


class SumTooLarge(ContractError):
    """The parts of the payment add up to more than one payment may move."""


class UnknownPayment(ContractError):
    """There is no such payment of which the sender is a party."""


class OverRefund(ContractError):
    """The refunds of a payment would exceed what was paid."""


@event
class SupplyMismatch:
    """The supply equation, or a full recount, failed; no money moves from now on.

    `accounted` is what accounts and pools hold; `what` is "equation" or the sum that is wrong.
    """

    issued: int
    redeemed: int
    accounted: int
    what: Slug
