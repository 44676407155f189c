"""What anyone may ask of money, wallets and who acts for them. Amounts are satang.

Queries are open to all who reach a node: the ledger has no secrets from those who read it.
"""

from typing import Annotated

from contracts.cbdc.declaration import contract
from contracts.cbdc.fields import (
    HELD,
    OFFLINE,
    AgencyId,
    Amount,
    Count,
    Height,
    Reference,
    Slug,
    Sum,
    TimeMs,
    Word,
)
from contracts.cbdc.limits import (
    BALANCE,
    DAY,
    MONTH,
    PAYMENT,
    limit_of,
    tier_now,
    usage_now,
    why_not_leave,
)
from contracts.cbdc.money import share_of
from contracts.cbdc.parameters import (
    LIMIT_NAMES,
    PARAMETERS,
    TRAVEL_FROM,
    Parameter,
    parameter_of,
)
from contracts.cbdc.state import (
    BatchResult,
    Delegation,
    FreezeOrder,
    Fsp,
    Link,
    Payout,
    Terms,
    Wallet,
    balances,
    batches,
    changes,
    delegations,
    freezes,
    fsps,
    holders,
    links,
    nullifiers,
    payouts,
    recoveries,
    redemptions,
    terms,
)
from contracts.cbdc.wallets import party_of
from contracts.sdk import Address, Context, CountMax, Range, record

PAGE = 100

Limit = Annotated[int, Range(1, PAGE)]


@record
class WalletState:
    """A wallet as it is now; `address` is the wallet's own when an alias was asked for.

    `refusal` is why nothing may leave it now, "" when something may.
    """

    address: Address
    wallet: Wallet
    tier: Word
    available: Sum
    held: Sum
    offline: Sum
    refusal: Word


@record
class LimitsLeft:
    """What a holder may still pay and receive now; a sum of 10^17 means no limit."""

    tier: Word
    payment: Sum
    day: Sum
    month: Sum
    receive: Sum


@record
class ParameterState:
    """A parameter: what it is now, and its bounds."""

    name: Slug
    value: Sum
    low: Sum
    high: Sum


@record
class ChangeState:
    """A parameter's next value, and from which height on."""

    effective_height: Height
    key: Slug
    value: Sum


@record
class FspLine:
    """A bank or payment provider in a list."""

    fsp: AgencyId
    state: Fsp


@record
class FreezeLine:
    """The last freeze of a wallet, and whether it still runs."""

    wallet: Address
    order: FreezeOrder
    is_running: bool


@record
class PayoutLine:
    """What a bank owes, or owed: `bank_ref` is "" until it has paid."""

    number: Count
    payout: Payout


@record
class RedemptionLine:
    """Money that a bank has set aside for the central bank to take."""

    holder: Address
    reference: Reference
    amount: Amount


@record
class DelegateLine:
    """A delegate of a wallet."""

    delegate: Address
    delegation: Delegation


Parameters = Annotated[tuple[ParameterState, ...], CountMax(64)]
Changes = Annotated[tuple[ChangeState, ...], CountMax(PAGE)]
FspLines = Annotated[tuple[FspLine, ...], CountMax(PAGE)]
FreezeLines = Annotated[tuple[FreezeLine, ...], CountMax(PAGE)]
PayoutLines = Annotated[tuple[PayoutLine, ...], CountMax(PAGE)]
RedemptionLines = Annotated[tuple[RedemptionLine, ...], CountMax(PAGE)]
DelegateLines = Annotated[tuple[DelegateLine, ...], CountMax(PAGE)]

NO_LIMITS = LimitsLeft("", 10**17, 10**17, 10**17, 10**17)


contract.expose(
    "balance",
    balances,
    ("address",),
    "The available money at an address; 0 for one that never held any.",
    default=0,
)


@contract.query
def wallet(ctx: Context, address: Address) -> WalletState | None:
    """The wallet that an address is or stands for, nothing for an unregistered account."""
    party = party_of(ctx, terms.load(ctx), address)
    if party.wallet is None:
        return None
    tier = "" if party.holder is None else tier_now(ctx, party.holder)
    pools = (share_of(ctx, HELD, party.address), share_of(ctx, OFFLINE, party.address))
    refusal = why_not_leave(ctx, party)
    code = "" if refusal is None else refusal.code
    return WalletState(party.address, party.wallet, tier, party.balance, *pools, code)


contract.expose(
    "holder",
    holders,
    ("fsp", "name"),
    "The customer that a bank calls `name`: tier, money in all wallets, what left them.",
)


@contract.query
def limits_left(ctx: Context, address: Address) -> LimitsLeft:
    """What the holder of an address may still pay today, this month, and receive."""
    party = party_of(ctx, terms.load(ctx), address)
    if party.holder is None:
        return NO_LIMITS
    tier = tier_now(ctx, party.holder)
    used = usage_now(ctx, party.holder)
    left = [
        limit_of(party.terms, tier, DAY) - used.day_sent,
        limit_of(party.terms, tier, MONTH) - used.month_sent,
        limit_of(party.terms, tier, BALANCE) - party.holder.total,
    ]
    day, month, receive = [max(0, one) for one in left]
    return LimitsLeft(tier, limit_of(party.terms, tier, PAYMENT), day, month, receive)


@contract.query
def parameters_now(ctx: Context) -> Parameters:
    """All parameters, what they are now and their bounds."""
    found = terms.load(ctx)
    return tuple(
        [
            ParameterState(one.name, _value_now(ctx, found, one), one.low, one.high)
            for one in PARAMETERS
        ]
    )


@contract.query
def changes_ahead(ctx: Context, limit: Limit) -> Changes:
    """Changes of parameters that wait for their height, the next first."""
    return tuple([ChangeState(*key, value) for key, value in changes.page(ctx, limit=limit)])


contract.expose(
    "fsp",
    fsps,
    ("fsp_id",),
    "A bank or payment provider: settlement account, keys, licence, status.",
)


@contract.query
def fsps_page(ctx: Context, after: Word, limit: Limit) -> FspLines:
    """Banks and payment providers in order of their ids, after the id `after`."""
    last = None if after == "" else after
    return tuple([FspLine(key, found) for key, found in fsps.page(ctx, after=last, limit=limit)])


@contract.query
def bank_link(ctx: Context, address: Address) -> Link | None:
    """The link of a wallet to a bank account, accepted or not."""
    return links.get(ctx, party_of(ctx, terms.load(ctx), address).address, None)


@contract.query
def payouts_page(ctx: Context, after: Count, limit: Limit) -> PayoutLines:
    """What banks owe or owed to bank accounts, in order of numbers, after the number `after`."""
    return tuple(
        [PayoutLine(key, found) for key, found in payouts.page(ctx, after=after, limit=limit)]
    )


@contract.query
def redemptions_page(ctx: Context, limit: Limit) -> RedemptionLines:
    """Money that banks have set aside for the central bank to take."""
    return tuple(
        [RedemptionLine(*key, amount) for key, amount in redemptions.page(ctx, limit=limit)]
    )


contract.expose(
    "attestation",
    nullifiers,
    ("nullifier",),
    "Whom a nullifier serves, and until when it was revoked.",
)


@contract.query
def delegates(ctx: Context, address: Address) -> DelegateLines:
    """The delegates of a wallet."""
    owner = party_of(ctx, terms.load(ctx), address).address
    found = delegations.page(ctx, (owner,), limit=PAGE)
    return tuple([DelegateLine(key[1], right) for key, right in found])


contract.expose(
    "recovery_state", recoveries, ("address",), "The recovery of a wallet that is under way."
)


@contract.query
def freeze_state(ctx: Context, address: Address) -> FreezeLine | None:
    """The last freeze of a wallet."""
    owner = party_of(ctx, terms.load(ctx), address).address
    found = freezes.get(ctx, owner, None)
    return None if found is None else _freeze_line(ctx, owner, found)


@contract.query
def frozen_page(ctx: Context, after: Address | None, limit: Limit) -> FreezeLines:
    """Last freezes in order of wallets, also those that have ended, after `after` when given."""
    found = freezes.page(ctx, after=after, limit=limit)
    return tuple([_freeze_line(ctx, key, order) for key, order in found])


@contract.query
def batch_result(ctx: Context, payer: Address, reference: Reference) -> BatchResult | None:
    """What became of a batch: lines paid, their sum, and each line that was refused."""
    owner = party_of(ctx, terms.load(ctx), payer).address
    return batches.get(ctx, (owner, reference), None)


def _freeze_line(ctx: Context, address: Address, order: FreezeOrder) -> FreezeLine:
    until_ms: TimeMs = order.until_ms
    return FreezeLine(address, order, ctx.block_time_ms < until_ms)


def _value_now(ctx: Context, found: Terms, parameter: Parameter) -> int:
    if parameter.name in LIMIT_NAMES:
        return found.limits[LIMIT_NAMES.index(parameter.name)]
    if parameter.name == TRAVEL_FROM.name:
        return found.travel_from
    return parameter_of(ctx, parameter)
