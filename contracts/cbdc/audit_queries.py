"""The supply equation and its terms, and pages that let anyone add up all money themselves."""

from typing import Annotated

from contracts.cbdc.declaration import contract
from contracts.cbdc.fields import Count, Height, Scopes, Slug, Sum
from contracts.cbdc.state import balances, issued, recounted_at, redeemed, shares, supply_max, terms
from contracts.cbdc.supply import sums_now, total_of
from contracts.sdk import PAGE_MAX, Address, Context, Range, record

PageLimit = Annotated[int, Range(1, PAGE_MAX)]


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
class PageSum:
    """Entries of one page: how many, their sum, and the last one's address (None: no entries)."""

    count: Count
    amount: Sum
    last: Address | None


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
