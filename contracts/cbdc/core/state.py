"""The state of money, wallets, payments and those who act, and who stands behind an address.

Amounts are satang.
"""

from typing import Annotated

from contracts.cbdc.core.messages import (
    ALL,
    VOUCHERS_A_SPEND_MAX,
    AgencyId,
    Amount,
    AmountOrZero,
    Count,
    Cursor,
    FspKeys,
    Height,
    Id,
    KeyReplaced,
    Limits,
    Paused,
    Reference,
    ReferenceReused,
    Scopes,
    Slug,
    Sum,
    TimeMs,
    UnknownWallet,
    Word,
)
from contracts.sdk import (
    Address,
    Context,
    Contract,
    Counter,
    CountMax,
    Digest,
    Item,
    Map,
    record,
    require,
)

contract = Contract("cbdc", version=1)


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
class Sums:
    """What a running recount has found up to the cursor."""

    available: Sum
    held: Sum
    vouchers: Sum
    offline: Sum
    fees: Sum


@record
class Supply:
    """The supply equation: `outstanding` is issued - redeemed and must equal `accounted`.

    `accounted` is available + held + vouchers + offline + fees. `recounted_at` is the height of
    the last full recount that agreed, 0 before the first.
    """

    issued: int
    redeemed: int
    outstanding: int
    accounted: int
    is_paused: bool
    available: int
    held: int
    vouchers: int
    offline: int
    fees: int
    supply_max: int
    broken_at: Height
    recounted_at: Height
    paused_scopes: Scopes


@record
class FirstUse:
    """What a reference served for: the block and the amount."""

    height: Height
    amount: Sum


@record
class PageSum:
    """Entries of one page: how many, their sum, and the last one's address (None: no entries)."""

    count: Count
    amount: Sum
    last: Address | None


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
parameters = Map[Slug, int]("parameters")


@record
class VoucherPart:
    """What a payment took from a voucher."""

    voucher_id: Id
    issuer: Address
    amount: Amount


@record
class Payment:
    """A payment that may be refunded and disputed; `pending` of the refunds waits to be claimed."""

    payer: Address
    payee: Address
    amount: Amount  # all of it, vouchers too
    refunded: AmountOrZero
    pending: AmountOrZero
    paid_ms: TimeMs
    vouchers: Annotated[tuple[VoucherPart, ...], CountMax(VOUCHERS_A_SPEND_MAX)]


payments = Map[Id, Payment]("payments")

DUE_HOLD = "hold"
DUE_SCHEDULE = "schedule"
DUE_VOUCHER = "voucher"
DUE_DEVICE = "device"


@record
class Due:
    """Something that ends or happens at a time: its kind and whose it is."""

    kind: Word
    owner: Address


# What the end of a block looks at, in order: (when in ms, id), the id a device's key for devices.
due = Map[tuple[int, bytes], Due]("due")  # (when, an id or a device's key)


def add_due(ctx: Context, when_ms: int, thing: bytes, item: Due) -> None:
    """Let the end of the first block at or after `when_ms` look at `thing`."""
    due.save(ctx, (when_ms, thing), item)


def drop_due(ctx: Context, when_ms: int, thing: bytes) -> None:
    """Forget that `thing` is due at `when_ms`."""
    due.remove(ctx, (when_ms, thing))


def running(ctx: Context, scope: str) -> Terms:
    """Return the terms in force. Rejects: Paused, when `scope` or all is stopped."""
    found = terms.load(ctx)
    require(not is_paused(found, scope), Paused)
    return found


def is_paused(found: Terms, scope: str) -> bool:
    """Whether the supply equation failed, or the central bank stopped `scope` or all."""
    return found.broken_at > 0 or (
        len(found.paused) > 0 and (scope in found.paused or ALL in found.paused)
    )


def party_of(ctx: Context, found: Terms, address: Address) -> Party:
    """Return the side that `address` stands for; its wallet may be closed, frozen or absent."""
    wallet = wallets.get(ctx, address, None)
    if wallet is not None and wallet.stands_for is not None:
        address = wallet.stands_for
        wallet = wallets.load(ctx, address, absent=UnknownWallet)
    holder = None if wallet is None else holder_of(ctx, wallet)
    return Party(found, address, wallet, holder, balances.get(ctx, address, 0))


def sender_party(ctx: Context, found: Terms) -> Party:
    """Return the side that the sender acts for.

    Rejects: UnknownWallet (only registered accounts hold money), KeyReplaced.
    """
    party = party_of(ctx, found, ctx.sender)
    wallet = party.wallet
    if wallet is None:
        require(found.allows_unregistered, UnknownWallet)
        return party
    actor = party.address if wallet.controller is None else wallet.controller
    require(actor == ctx.sender, KeyReplaced)
    return party


def require_unused(first: FirstUse | None) -> None:
    """Refuse a reference that served, before all that may have changed since; tell its first use.

    Rejects: ReferenceReused.
    """
    if first is not None:
        raise ReferenceReused("", height=first.height, amount=first.amount)


def holder_of(ctx: Context, wallet: Wallet) -> Holder | None:
    """Return the wallet's holder; None for institutions and FSPs."""
    if wallet.holder is None:
        return None
    return holders.load(ctx, (wallet.fsp, wallet.holder), absent=UnknownWallet)


def is_same_holder(first: Party, second: Party) -> bool:
    """Whether both sides are wallets of one customer."""
    if first.wallet is None or second.wallet is None or first.wallet.holder is None:
        return False
    return first.wallet.holder == second.wallet.holder and first.wallet.fsp == second.wallet.fsp


def address_of_wallet(ctx: Context, address: Address) -> Address:
    """Return the address of the wallet that `address` stands for, else `address`."""
    return party_of(ctx, terms.load(ctx), address).address
