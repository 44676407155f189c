"""The supply equation, checked every block and recounted entry by entry; pausing and going on.

    issued - redeemed = available + held + vouchers + offline + fees

Every block compares the running sums. Every RECOUNT_BLOCKS a recount begins, which adds up the
entries themselves, so many a block, in the order of their keys: balances first, then each pool's
shares. An entry behind the cursor that changes afterwards corrects the sum by its change
(`money._tell_recount`), one ahead of it will be read as it then is; so when the cursor reaches the
end, what was found equals the entries of that moment, and must equal the running sums.
"""

from contracts.cbdc.access import by_central_bank
from contracts.cbdc.authority_errors import AlreadyPaused, BadScope, NotPaused
from contracts.cbdc.authority_events import ScopePaused, ScopeResumed
from contracts.cbdc.authority_messages import Pause, Resume
from contracts.cbdc.declaration import contract
from contracts.cbdc.events import SupplyMismatch
from contracts.cbdc.fields import PAUSE_SCOPES, POOLS
from contracts.cbdc.money import BALANCES, place_of
from contracts.cbdc.state import (
    Sums,
    Terms,
    accounted,
    balances,
    fees,
    held,
    issued,
    offline,
    recount,
    recounted_at,
    redeemed,
    shares,
    terms,
    vouchers,
)
from contracts.sdk import Address, Context, emit, replace, require

RECOUNT_BLOCKS = 1_000
RECOUNT_ENTRIES_A_BLOCK = 400

_NOTHING = Sums(0, 0, 0, 0, 0)


@contract.execute(Pause, allow=by_central_bank)
def pause(ctx: Context, msg: Pause) -> None:
    """Stop a part of the contract at once."""
    require(msg.scope in PAUSE_SCOPES, BadScope)
    found = terms.load(ctx)
    require(msg.scope not in found.paused, AlreadyPaused)

    terms.save(ctx, replace(found, paused=(*found.paused, msg.scope)))
    emit(ctx, ScopePaused(msg.scope))


@contract.execute(Resume, allow=by_central_bank)
def resume(ctx: Context, msg: Resume) -> None:
    """Let a part go on. Nothing lifts the stop of a failed supply equation."""
    found = terms.load(ctx)
    require(msg.scope in found.paused, NotPaused)

    left = tuple([scope for scope in found.paused if scope != msg.scope])
    terms.save(ctx, replace(found, paused=left))
    emit(ctx, ScopeResumed(msg.scope))


def sums_now(ctx: Context) -> Sums:
    """Return the running sums of accounts and pools."""
    pools = (held.get(ctx), vouchers.get(ctx), offline.get(ctx), fees.get(ctx))
    return Sums(accounted.get(ctx), *pools)


def total_of(sums: Sums) -> int:
    """Return all money that accounts and pools hold."""
    return sums.available + sums.held + sums.vouchers + sums.offline + sums.fees


def check_supply(ctx: Context) -> None:
    """At the end of a block: check the equation, go on with a recount; stop all on a mismatch."""
    found = terms.load(ctx)
    if found.broken_at > 0:
        return
    sums = sums_now(ctx)
    if issued.get(ctx) - redeemed.get(ctx) != total_of(sums):
        _stop(ctx, found, sums, "equation")
    elif len(found.cursor) > 0:
        _recount(ctx, found, sums)
    elif ctx.height > 0 and ctx.height % RECOUNT_BLOCKS == 0:
        recount.save(ctx, _NOTHING)
        _recount(ctx, replace(found, cursor=bytes([BALANCES])), sums)


def _recount(ctx: Context, found: Terms, sums: Sums) -> None:
    """Add up the next entries after the cursor; compare when there are none left."""
    where = found.cursor[0]
    after = Address(found.cursor[1:]) if len(found.cursor) > 1 else None
    entries = _entries(ctx, where, after)
    parts = _parts(recount.load(ctx))
    parts[where] += sum([amount for _, amount in entries])
    counted = Sums(*parts)
    recount.save(ctx, counted)
    if len(entries) == RECOUNT_ENTRIES_A_BLOCK:
        terms.save(ctx, replace(found, cursor=place_of(where, entries[-1][0])))
    elif where < len(POOLS):
        terms.save(ctx, replace(found, cursor=bytes([where + 1])))
    else:
        _finish(ctx, found, counted, sums)


def _entries(ctx: Context, where: int, after: Address | None) -> tuple[tuple[Address, int], ...]:
    if where == BALANCES:
        return balances.page(ctx, after=after, limit=RECOUNT_ENTRIES_A_BLOCK)
    pool = POOLS[where - 1]
    last = None if after is None else (pool, after)
    found = shares.page(ctx, (pool,), after=last, limit=RECOUNT_ENTRIES_A_BLOCK)
    return tuple([(key[1], amount) for key, amount in found])


def _finish(ctx: Context, found: Terms, counted: Sums, sums: Sums) -> None:
    wrong = [
        name
        for name, one, other in zip(
            ("available", *POOLS), _parts(counted), _parts(sums), strict=True
        )
        if one != other
    ]
    if len(wrong) > 0:
        _stop(ctx, found, counted, wrong[0])
    else:
        terms.save(ctx, replace(found, cursor=b""))
        recounted_at.save(ctx, ctx.height)


def _stop(ctx: Context, found: Terms, sums: Sums, what: str) -> None:
    terms.save(ctx, replace(found, broken_at=ctx.height, cursor=b""))
    emit(ctx, SupplyMismatch(issued.get(ctx), redeemed.get(ctx), total_of(sums), what))


def _parts(sums: Sums) -> list[int]:
    return [sums.available, sums.held, sums.vouchers, sums.offline, sums.fees]
