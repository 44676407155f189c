"""The types of the digital baht's fields and the words they may hold. Amounts are satang."""

from typing import Annotated

from contracts.sdk import AMOUNT_SATANG_MAX, Address, Chars, CountMax, PublicKey, Range

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
