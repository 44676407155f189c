"""The end of a block: what ends or happens now, in order, so much a block."""

from contracts.cbdc.fields import OFFLINE, PAYMENTS, VOUCHERS
from contracts.cbdc.flow_state import DUE_HOLD, DUE_SCHEDULE, DUE_VOUCHER, Due, due
from contracts.cbdc.holds import expire_hold
from contracts.cbdc.offline import end_device
from contracts.cbdc.schedules import run_schedule
from contracts.cbdc.state import Terms, terms
from contracts.cbdc.vouchers import return_voucher
from contracts.cbdc.wallets import is_paused
from contracts.sdk import Context, PublicKey

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
