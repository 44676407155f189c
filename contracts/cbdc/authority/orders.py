"""Freezes by supervisors and seizures by courts, each by an order whose hash is on the ledger.

One person's freeze ends after 72 hours (a parameter); a second person of a supervisor lets it
last as long as the order says. An order serves once for a wallet.
"""

from contracts.cbdc.authority.messages import (
    AlreadyFrozen,
    ApproveFreeze,
    BadScope,
    Freeze,
    NoOrder,
    NotFrozen,
    Seize,
    Seized,
    Unfreeze,
    WalletFrozen,
    WalletUnfrozen,
)
from contracts.cbdc.authority.state import FreezeLine, FreezeLines, FreezeOrder, freezes, orders
from contracts.cbdc.core.access import by_court, by_supervisor
from contracts.cbdc.core.limits import (
    FREEZE_DAYS_MAX,
    FREEZE_HOURS_ALONE,
    parameter_of,
    require_can_receive,
)
from contracts.cbdc.core.messages import (
    ALL,
    CLOSED,
    OUT,
    PAYMENTS,
    BadUntil,
    Limit,
    NotIndependent,
    ReferenceReused,
    SelfTransfer,
    TimeMs,
    UnknownWallet,
    WalletClosed,
)
from contracts.cbdc.core.money import move
from contracts.cbdc.core.state import Wallet, contract, party_of, running, terms, wallets
from contracts.sdk import Address, Context, Digest, emit, replace, require
from contracts.sdk.calendar import DAY_MS, HOUR_MS

_NO_HASH = bytes(32)


@contract.execute(Freeze, allow=by_supervisor)
def freeze(ctx: Context, msg: Freeze) -> None:
    """Freeze a wallet at once, for at most what one person may."""
    require(msg.scope in (OUT, ALL), BadScope)
    address, wallet = _wallet_of(ctx, msg.wallet)
    _require_unused(ctx, address, msg.order_hash)
    now = ctx.block_time_ms
    last_ms = now + parameter_of(ctx, FREEZE_DAYS_MAX) * DAY_MS
    require(now < msg.until_ms <= last_ms, BadUntil, latest=last_ms)
    require(wallet.status != CLOSED, WalletClosed)
    require(now >= wallet.frozen_until_ms, AlreadyFrozen, until=wallet.frozen_until_ms)

    orders.save(ctx, (address, msg.order_hash), ctx.height)
    until_ms = min(msg.until_ms, now + parameter_of(ctx, FREEZE_HOURS_ALONE) * HOUR_MS)
    freezes.save(
        ctx, address, FreezeOrder(msg.scope, msg.order_hash, ctx.sender, until_ms, msg.until_ms)
    )
    frozen = replace(wallet, frozen_scope=msg.scope, frozen_until_ms=until_ms)
    wallets.save(ctx, address, frozen)
    emit(ctx, WalletFrozen(address, msg.scope, msg.agency, msg.order_hash, until_ms))


@contract.execute(ApproveFreeze, allow=by_supervisor)
def approve_freeze(ctx: Context, msg: ApproveFreeze) -> None:
    """Let a freeze that still runs last as long as was asked for."""
    address, wallet = _wallet_of(ctx, msg.wallet)
    order = _running_freeze(ctx, address, wallet)
    require(order.order_hash == msg.order_hash, NotFrozen)
    require(ctx.sender != order.frozen_by, NotIndependent)

    freezes.save(ctx, address, replace(order, until_ms=order.asked_ms))
    wallets.save(ctx, address, replace(wallet, frozen_until_ms=order.asked_ms))
    emit(ctx, WalletFrozen(address, order.scope, msg.agency, msg.order_hash, order.asked_ms))


@contract.execute(Unfreeze, allow=by_supervisor)
def unfreeze(ctx: Context, msg: Unfreeze) -> None:
    """End a freeze before its time."""
    address, wallet = _wallet_of(ctx, msg.wallet)
    order = _running_freeze(ctx, address, wallet)

    freezes.save(ctx, address, replace(order, until_ms=ctx.block_time_ms))
    wallets.save(ctx, address, replace(wallet, frozen_scope="", frozen_until_ms=0))
    emit(ctx, WalletUnfrozen(address, msg.agency))


@contract.execute(Seize, allow=by_court)
def seize(ctx: Context, msg: Seize) -> None:
    """Take available money of a frozen wallet, by an order that has not been used for it."""
    found = running(ctx, PAYMENTS)
    address, wallet = _wallet_of(ctx, msg.wallet)
    _require_unused(ctx, address, msg.order_hash)
    order = _running_freeze(ctx, address, wallet)
    require(ctx.sender != order.frozen_by, NotIndependent)
    source = party_of(ctx, found, address)
    target = party_of(ctx, found, msg.to)
    require(source.address != target.address, SelfTransfer)
    require_can_receive(ctx, target, msg.amount)

    orders.save(ctx, (address, msg.order_hash), ctx.height)
    move(ctx, source, target, msg.amount)
    emit(ctx, Seized(source.address, target.address, msg.amount, msg.order_hash))


def _wallet_of(ctx: Context, address: Address) -> tuple[Address, Wallet]:
    """Return the wallet that an address stands for. Rejects: UnknownWallet."""
    party = party_of(ctx, terms.load(ctx), address)
    if party.wallet is None:
        raise UnknownWallet
    return party.address, party.wallet


def _running_freeze(ctx: Context, address: Address, wallet: Wallet) -> FreezeOrder:
    require(ctx.block_time_ms < wallet.frozen_until_ms, NotFrozen)
    return freezes.load(ctx, address, absent=NotFrozen)


def _require_unused(ctx: Context, wallet: Address, order_hash: Digest) -> None:
    """Check that an order has not served for a wallet. Rejects: NoOrder, ReferenceReused."""
    require(order_hash != _NO_HASH, NoOrder)
    height = orders.get(ctx, (wallet, order_hash), None)
    if height is not None:
        raise ReferenceReused("", height=height)


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


def _freeze_line(ctx: Context, address: Address, order: FreezeOrder) -> FreezeLine:
    until_ms: TimeMs = order.until_ms
    return FreezeLine(address, order, ctx.block_time_ms < until_ms)
