"""What the digital baht remembers of money, wallets and those who act. Amounts are satang."""

from typing import Annotated

from contracts.cbdc.fields import (
    BATCH_LINES_MAX,
    AgencyId,
    Count,
    FspKeys,
    Height,
    Limits,
    Merchants,
    Reference,
    ReferenceOrNothing,
    Scopes,
    Slug,
    Sum,
    TimeMs,
    Word,
)
from contracts.sdk import (
    Address,
    Chars,
    Counter,
    CountMax,
    Digest,
    Item,
    Length,
    Map,
    record,
)

Cursor = Annotated[bytes, Length(0, 21)]
Code = Annotated[str, Chars(1, 64)]


@record
class Terms:
    """What every payment must know: what is stopped, the limits, how far a recount has come.

    `limits` is flat because every payment reads it: of each of TIERS the most that a holder may
    own, pay at once, in a day and in a month (`limits.limit_of`).
    """

    broken_at: Height  # of the block whose supply equation failed; 0 while it holds
    paused: Scopes  # by the central bank
    allows_unregistered: bool
    travel_from: Sum  # a payment above this names the data that the providers exchanged
    limits: Limits
    cursor: Cursor  # last place that the running recount has counted; empty when none runs


@record
class Wallet:
    """A registered account. Who owns it is known to its FSP only, under `holder`."""

    fsp: AgencyId
    kind: Slug
    holder: Digest | None
    status: Slug
    frozen_scope: Word
    frozen_until_ms: TimeMs
    controller: Address | None  # whose keys act for it since a recovery; None for its own
    stands_for: Address | None  # of an alias: the wallet


@record
class Holder:
    """A customer of one FSP: tier, money in all wallets, what left them this day and month.

    `total` counts money that is available, held or loaded for offline payment.
    """

    tier: Slug
    attested_until_ms: TimeMs
    nullifier: Digest | None
    wallets: Count
    total: Sum
    day: Count  # Bangkok days since 1970
    day_sent: Sum
    month: Count
    month_sent: Sum


@record
class Party:
    """One side of a payment as the state has it; never stored. Stale after its money moved."""

    terms: Terms
    address: Address
    wallet: Wallet | None  # None: an account that is not registered
    holder: Holder | None
    balance: Sum


@record
class Fsp:
    """A licensed bank or payment provider; `keys` sign what it agrees to in others' messages."""

    settlement: Address
    keys: FspKeys
    licence: Reference
    status: Slug


@record
class Link:
    """A holder's mandate to move money to and from a bank account; active once the FSP accepts."""

    fsp: AgencyId
    mandate: Digest
    max_auto: Sum
    is_active: bool


@record
class Payout:
    """Money that an FSP took from a wallet and owes to its holder's bank account."""

    fsp: AgencyId
    wallet: Address
    amount: Sum
    bank_ref: ReferenceOrNothing


@record
class Sums:
    """What a running recount has found up to the cursor."""

    available: Sum
    held: Sum
    vouchers: Sum
    offline: Sum
    fees: Sum


terms = Item[Terms]("terms")
supply_max = Item[int]("supply_max")
signers_min = Item[int]("signers_min")  # signatures that issuing and seizing accounts must need

balances = Map[Address, int]("balances")  # available money; an account at zero has no entry
shares = Map[tuple[Slug, Address], int]("shares")  # (pool, owner) -> money there
issued = Counter("issued")
redeemed = Counter("redeemed")
accounted = Counter("accounted")  # sum of all balances, kept from their changes
held = Counter("held")
vouchers = Counter("vouchers")
offline = Counter("offline")
fees = Counter("fees")
recount = Item[Sums]("recount")
recounted_at = Item[int]("recounted_at")  # height of the last full recount that agreed

wallets = Map[Address, Wallet]("wallets")
holders = Map[tuple[AgencyId, Digest], Holder]("holders")  # (FSP, holder)
fsps = Map[AgencyId, Fsp]("fsps")
links = Map[Address, Link]("links")
payouts = Map[Count, Payout]("payouts")  # number, from 1
payouts_made = Counter("payouts_made")

issue_references = Map[Reference, int]("issue_references")  # reference -> height
redeem_references = Map[tuple[Address, Reference], int]("redeem_references")  # (holder, reference)
# (FSP, reference) -> height
bank_references = Map[tuple[AgencyId, Reference], int]("bank_references")


@record
class Standing:
    """Whom an attestation's nullifier is used for, and until when it has been revoked."""

    issuer: AgencyId
    fsp: Word
    holder: Digest | None
    revoked_ms: TimeMs  # what was issued until then does not count


@record
class Delegation:
    """What a delegate may pay from a wallet, and what it has paid on a Bangkok day."""

    per_payment: Sum
    per_day: Sum
    merchants: Merchants  # none means anyone
    until_ms: TimeMs
    day: Count
    day_sent: Sum


@record
class Recovery:
    """A replacement of lost keys under way; `ends_ms` is 0 until a supervisor approves."""

    new_address: Address
    case_hash: Digest
    started_by: Address
    ends_ms: TimeMs


@record
class FreezeOrder:
    """The last freeze of a wallet; it lasts until `asked_ms` once a second person approves."""

    scope: Slug
    order_hash: Digest
    frozen_by: Address
    until_ms: TimeMs
    asked_ms: TimeMs


@record
class RefusedLine:
    """A line of a batch that was not paid, from 0, and the code of the refusal."""

    index: Count
    code: Code


@record
class BatchResult:
    """What became of a batch."""

    height: Height
    paid: Count
    amount: Sum
    refused: Annotated[tuple[RefusedLine, ...], CountMax(BATCH_LINES_MAX)]


parameters = Map[Slug, int]("parameters")
changes = Map[tuple[Height, Slug], int]("changes")  # (height, parameter) -> value from then on
changes_pending = Counter("changes_pending")

nullifiers = Map[Digest, Standing]("nullifiers")
delegations = Map[tuple[Address, Address], Delegation]("delegations")  # (wallet, delegate)
recoveries = Map[Address, Recovery]("recoveries")
freezes = Map[Address, FreezeOrder]("freezes")
orders = Map[tuple[Address, Digest], int]("orders")  # (wallet, order) -> height; an order's one use
batches = Map[tuple[Address, Reference], BatchResult]("batches")  # (payer, reference)
# (FSP's account, reference) -> held
redemptions = Map[tuple[Address, Reference], int]("redemptions")
