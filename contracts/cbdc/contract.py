"""The digital baht: issued by the central bank, handed on by banks, paid by their customers.

A folder is a feature. This module makes the first state, ends blocks (what ends or happens now, in
order, so much a block) and shows auditors the sums.
"""

from typing import Annotated

from contracts.cbdc.authority.handlers import apply_changes
from contracts.cbdc.core.limits import found_terms
from contracts.cbdc.core.messages import OFFLINE, PAYMENTS, SUM_SATANG_MAX, VOUCHERS, Slug
from contracts.cbdc.core.money import check_supply, sums_now, total_of
from contracts.cbdc.core.state import (
    DUE_HOLD,
    DUE_SCHEDULE,
    DUE_VOUCHER,
    Due,
    PageSum,
    Supply,
    Terms,
    balances,
    contract,
    due,
    is_paused,
    issued,
    recounted_at,
    redeemed,
    shares,
    signers_min,
    supply_max,
    terms,
    wallets,
)
from contracts.cbdc.holds.handlers import expire_hold
from contracts.cbdc.offline.handlers import end_device
from contracts.cbdc.schedules.handlers import run_schedule
from contracts.cbdc.vouchers.handlers import return_voucher
from contracts.sdk import PAGE_MAX, SIGNATURES_MAX, Address, Config, Context, PublicKey, Range

# A thing costs at most 32 reads, 24 writes and 3 events, so all cost half of a hook's budget.
DUE_A_BLOCK_MAX = 64


def run_due(ctx: Context) -> None:
    """Do the first DUE_A_BLOCK_MAX things that are due; later blocks do the rest.

    While payments, vouchers or offline payments are paused nothing is done, and nothing lost.
    """
    found = terms.load(ctx)
    if any([is_paused(found, scope) for scope in (PAYMENTS, VOUCHERS, OFFLINE)]):
        return
    first = due.page(ctx, limit=1)  # in most blocks nothing is due, and one look must suffice
    if len(first) == 0 or first[0][0][0] > ctx.block_time_ms:
        return
    for (when_ms, thing), item in due.page(ctx, limit=DUE_A_BLOCK_MAX):
        if when_ms > ctx.block_time_ms:
            return
        due.remove(ctx, (when_ms, thing))
        _do(ctx, found, thing, item)


def _do(ctx: Context, found: Terms, thing: bytes, item: Due) -> None:
    if item.kind == DUE_HOLD:
        expire_hold(ctx, found, thing)
    elif item.kind == DUE_SCHEDULE:
        run_schedule(ctx, found, item.owner, thing)
    elif item.kind == DUE_VOUCHER:
        return_voucher(ctx, found, item.owner, thing)
    else:
        end_device(ctx, found, PublicKey(thing))


@contract.genesis
def found(ctx: Context, config: Config) -> None:
    """Bound the money that may be outstanding, and set the first parameters."""
    cap = config.integer("supply_satang_max", low=1, high=SUM_SATANG_MAX, default=SUM_SATANG_MAX)
    supply_max.save(ctx, cap)
    least = config.integer("issuer_signers_min", low=1, high=SIGNATURES_MAX, default=2)
    signers_min.save(ctx, least)
    is_open = config.integer("unregistered_accounts", low=0, high=1, default=0)
    found_terms(ctx, config, allows_unregistered=is_open == 1)


@contract.knows
def knows(ctx: Context, address: Address) -> bool:
    """Whether the account has a wallet or money."""
    return wallets.has(ctx, address) or balances.has(ctx, address)


@contract.end_block
def end_block(ctx: Context) -> None:
    """Do what is due, then check that money is conserved, then change parameters."""
    run_due(ctx)
    check_supply(ctx)
    apply_changes(ctx)


PageLimit = Annotated[int, Range(1, PAGE_MAX)]


@contract.query
def supply(ctx: Context) -> Supply:
    """All money created, destroyed, outstanding, and where it is found."""
    created, destroyed = issued.get(ctx), redeemed.get(ctx)
    found = terms.load(ctx)
    sums = sums_now(ctx)
    return Supply(
        created,
        destroyed,
        created - destroyed,
        total_of(sums),
        found.broken_at > 0 or len(found.paused) > 0,
        sums.available,
        sums.held,
        sums.vouchers,
        sums.offline,
        sums.fees,
        supply_max.load(ctx),
        found.broken_at,
        recounted_at.get(ctx, 0),
        found.paused,
    )


@contract.query
def balances_sum(ctx: Context, after: Address | None, limit: PageLimit) -> PageSum:
    """The sum of a page of balances in order of addresses, after `after` when given."""
    found = balances.page(ctx, after=after, limit=limit)
    last = found[-1][0] if len(found) > 0 else None
    return PageSum(len(found), sum([amount for _, amount in found]), last)


@contract.query
def shares_sum(ctx: Context, pool: Slug, after: Address | None, limit: PageLimit) -> PageSum:
    """The sum of a page of a pool (held, vouchers, offline, fees), in order of its owners."""
    last_key = None if after is None else (pool, after)
    found = shares.page(ctx, (pool,), after=last_key, limit=limit)
    last = found[-1][0][1] if len(found) > 0 else None
    return PageSum(len(found), sum([amount for _, amount in found]), last)
