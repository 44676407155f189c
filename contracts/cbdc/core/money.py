"""The only place that changes balances, pools and what holders own, and checks that they add up.

Nothing but sums is checked here: callers check first (`limits`, `payments.settlement`). A party is
stale once its money moved: go on with the one that is returned, or load it again. The sum of
balances is kept from their own changes, not from the amounts that were asked for. The supply
equation

    issued - redeemed = available + held + vouchers + offline + fees

is of the running sums in every block. Every RECOUNT_BLOCKS a recount begins, which adds up the
entries themselves, so many a block, in the order of their keys: balances first, then each pool's
shares. An entry behind the cursor that changes afterwards corrects the sum by its change
(`_tell_recount`), one ahead of it will be read as it then is; so when the cursor reaches the end,
what was found equals the entries of that moment, and must equal the running sums.
"""

from contracts.cbdc.core.limits import usage_now
from contracts.cbdc.core.messages import (
    HELD,
    OFFLINE,
    OWNED_POOLS,
    POOLS,
    VOUCHERS,
    InsufficientFunds,
    SupplyMismatch,
)
from contracts.cbdc.core.state import (
    Holder,
    Party,
    Sums,
    Terms,
    accounted,
    balances,
    fees,
    held,
    holders,
    is_same_holder,
    issued,
    offline,
    party_of,
    recount,
    recounted_at,
    redeemed,
    shares,
    terms,
    vouchers,
)
from contracts.sdk import Address, Context, Counter, emit, replace, require
from contracts.sdk.calendar import bangkok_day, month_of

BALANCES = 0  # place of balances in a recount; pools follow in the order of POOLS


def create(ctx: Context, target: Party, amount: int) -> Party:
    """Issue money into an account."""
    issued.add(ctx, amount)
    after = give(ctx, target, amount)
    account_for(ctx, after.balance - target.balance)
    return after


def destroy(ctx: Context, source: Party, amount: int) -> Party:
    """Redeem money of an account. Rejects: InsufficientFunds."""
    after = _take(ctx, source, amount, is_payment=False)
    account_for(ctx, after.balance - source.balance)
    redeemed.add(ctx, amount)
    return after


def destroy_held(ctx: Context, owner: Party, amount: int) -> None:
    """Redeem money of `owner` that is in the pool HELD."""
    _change_share(ctx, owner.terms, HELD, owner.address, -amount)
    _save_holder(ctx, owner, -amount, is_payment=False)
    redeemed.add(ctx, amount)


def move(ctx: Context, source: Party, target: Party, amount: int) -> Party:
    """Move money that no limit counts as a payment; return the target.

    Rejects: InsufficientFunds.
    """
    return _move(ctx, source, target, amount, is_payment=False)


def pay(ctx: Context, source: Party, target: Party, amount: int) -> Party:
    """Move money that counts towards the payer's day; return the target.

    Rejects: InsufficientFunds.
    """
    return _move(ctx, source, target, amount, is_payment=True)


def to_pool(ctx: Context, pool: str, source: Party, owner: Address, amount: int) -> Party:
    """Take money of an account into `owner`'s share of a pool; counts as a payment of the source.

    Money in HELD and OFFLINE stays part of what its owner, who must be the source, owns.
    Rejects: InsufficientFunds.
    """
    after = _take(ctx, source, amount, is_payment=True)
    return _into_pool(ctx, pool, (source, after), owner, amount)


def set_aside(ctx: Context, pool: str, source: Party, owner: Address, amount: int) -> Party:
    """Take money of an account into a pool as `to_pool` does; no limit counts it as a payment.

    Rejects: InsufficientFunds.
    """
    after = _take(ctx, source, amount, is_payment=False)
    return _into_pool(ctx, pool, (source, after), owner, amount)


def from_pool(ctx: Context, pool: str, owner: Address, target: Party, amount: int) -> Party:
    """Give money of `owner`'s share of a pool to an account, its owner's or another."""
    _change_share(ctx, target.terms, pool, owner, -amount)
    if pool in OWNED_POOLS:
        source = target if owner == target.address else party_of(ctx, target.terms, owner)
        source = _save_holder(ctx, source, -amount, is_payment=False)
        if is_same_holder(source, target):
            target = _with_holder(target, source.holder)
    after = give(ctx, target, amount)
    account_for(ctx, after.balance - target.balance)
    return after


def share_of(ctx: Context, pool: str, owner: Address) -> int:
    """Return the money of `owner` in a pool."""
    return shares.get(ctx, (pool, owner), 0)


def counter_of(pool: str) -> Counter:
    """Return the sum of a pool."""
    if pool == HELD:
        return held
    if pool == VOUCHERS:
        return vouchers
    return offline if pool == OFFLINE else fees


def give(ctx: Context, target: Party, amount: int) -> Party:
    """Add money to an account; the caller must `account_for` the change of the balance."""
    after = _save_balance(ctx, target, target.balance + amount)
    return _save_holder(ctx, after, amount, is_payment=False)


def take(ctx: Context, source: Party, amount: int) -> Party:
    """Take a payment from an account; the caller must `account_for` the change of the balance.

    Rejects: InsufficientFunds.
    """
    return _take(ctx, source, amount, is_payment=True)


def as_if_paid(ctx: Context, payer: Party, amount: int) -> Party:
    """Return the payer as it will be once `amount` has left; changes nothing."""
    holder = payer.holder
    if holder is not None:
        holder = _holder_after(ctx, holder, -amount, is_payment=True)
    return Party(payer.terms, payer.address, payer.wallet, holder, payer.balance - amount)


def count_no_more(ctx: Context, payer: Party, amount: int, sent_ms: int) -> None:
    """Take `amount`, which was counted as sent at `sent_ms` and returned, off that day and month.

    Nothing is taken off a day or month that is no longer counted.
    """
    wallet, holder = payer.wallet, payer.holder
    if wallet is None or wallet.holder is None or holder is None:
        return
    day = bangkok_day(sent_ms)
    # Less was counted where the wallet was registered after the payment.
    of_day = min(amount, holder.day_sent) if holder.day == day else 0
    of_month = min(amount, holder.month_sent) if holder.month == month_of(day) else 0
    after = replace(
        holder,
        day_sent=holder.day_sent - of_day,
        month_sent=holder.month_sent - of_month,
    )
    holders.save(ctx, (wallet.fsp, wallet.holder), after)


def account_for(ctx: Context, change: int) -> None:
    """Add the changes of balances to the sum of accounts, which a payment leaves as it is."""
    if change != 0:
        accounted.add(ctx, change)


def place_of(where: int, address: Address) -> bytes:
    """Return the place of an entry in the order in which a recount walks."""
    return bytes([where]) + address


def _move(ctx: Context, source: Party, target: Party, amount: int, *, is_payment: bool) -> Party:
    less = _take(ctx, source, amount, is_payment=is_payment)
    if is_same_holder(source, target):
        target = _with_holder(target, less.holder)
    more = give(ctx, target, amount)
    account_for(ctx, less.balance - source.balance + more.balance - target.balance)
    return more


def _take(ctx: Context, source: Party, amount: int, *, is_payment: bool) -> Party:
    enough = source.balance >= amount
    require(enough, InsufficientFunds, balance=source.balance, amount=amount)
    after = _save_balance(ctx, source, source.balance - amount)
    return _save_holder(ctx, after, -amount, is_payment=is_payment)


def _into_pool(
    ctx: Context, pool: str, sides: tuple[Party, Party], owner: Address, amount: int
) -> Party:
    """Give `owner` in a pool what an account lost; `sides` are the account before and after."""
    before, after = sides
    account_for(ctx, after.balance - before.balance)
    _change_share(ctx, after.terms, pool, owner, amount)
    if pool in OWNED_POOLS:
        return _save_holder(ctx, after, amount, is_payment=False)
    return after


def _save_balance(ctx: Context, party: Party, after: int) -> Party:
    if after == 0:
        balances.remove(ctx, party.address)
    else:
        balances.save(ctx, party.address, after)
    _tell_recount(ctx, party.terms, BALANCES, party.address, after - party.balance)
    return Party(party.terms, party.address, party.wallet, party.holder, after)


def _save_holder(ctx: Context, party: Party, change: int, *, is_payment: bool) -> Party:
    """Add `change` to what the holder owns; a payment of -change also to what was sent."""
    wallet, holder = party.wallet, party.holder
    if wallet is None or wallet.holder is None or holder is None:
        return party
    after = _holder_after(ctx, holder, change, is_payment=is_payment)
    holders.save(ctx, (wallet.fsp, wallet.holder), after)
    return _with_holder(party, after)


def _holder_after(ctx: Context, holder: Holder, change: int, *, is_payment: bool) -> Holder:
    day, day_sent = holder.day, holder.day_sent
    month, month_sent = holder.month, holder.month_sent
    if is_payment:
        used = usage_now(ctx, holder)
        day, day_sent = used.day, used.day_sent - change
        month, month_sent = used.month, used.month_sent - change
    who = (holder.tier, holder.attested_until_ms, holder.nullifier, holder.wallets)
    return Holder(*who, holder.total + change, day, day_sent, month, month_sent)


def _with_holder(party: Party, holder: Holder | None) -> Party:
    return Party(party.terms, party.address, party.wallet, holder, party.balance)


def _change_share(ctx: Context, terms: Terms, pool: str, owner: Address, change: int) -> None:
    before = shares.get(ctx, (pool, owner), 0)
    after = before + change
    require(after >= 0, InsufficientFunds, balance=before, amount=-change)
    if after == 0:
        shares.remove(ctx, (pool, owner))
    else:
        shares.save(ctx, (pool, owner), after)
    counter_of(pool).add(ctx, after - before)
    _tell_recount(ctx, terms, POOLS.index(pool) + 1, owner, after - before)


def _tell_recount(ctx: Context, terms: Terms, where: int, address: Address, change: int) -> None:
    """Correct the running recount if it has passed the entry."""
    if len(terms.cursor) == 0 or place_of(where, address) > terms.cursor:
        return
    found = recount.load(ctx)
    parts = [found.available, found.held, found.vouchers, found.offline, found.fees]
    parts[where] += change
    recount.save(ctx, Sums(*parts))


RECOUNT_BLOCKS = 1_000
RECOUNT_ENTRIES_A_BLOCK = 400

_NOTHING = Sums(0, 0, 0, 0, 0)


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
