"""Identity: a citizen is verified once and signs on everywhere; no personal data on the chain.

The methods are in the other modules; this one makes the first state.
"""

from contracts.identity.core.rules import FIRST_ERROR_CODES, FIRST_PURPOSES, FIRST_TABLE
from contracts.identity.core.state import (
    contract,
    error_codes,
    key_accounts,
    last_table,
    level_tables,
    purposes,
)
from contracts.identity.vouching.state import DAYS, EpochClock, epoch_clock
from contracts.sdk import Address, Config, Context
from contracts.sdk.calendar import DAY_MS, SECOND_MS

_DAY_S = DAY_MS // SECOND_MS


@contract.genesis
def found(ctx: Context, config: Config) -> None:
    """Put the first level table, purposes and codes of errors in force.

    A network for trying things out may have epochs of some seconds in place of days ("epoch_s",
    "first_epoch" at genesis), and take keys of a list for a shorter time ("lists_s").
    """
    level_tables.save(ctx, last_table.add(ctx, 1), FIRST_TABLE)
    for purpose, is_reusable in FIRST_PURPOSES:
        purposes.save(ctx, purpose, is_reusable)
    for side, code in FIRST_ERROR_CODES:
        error_codes.save(ctx, (side, code), value=True)
    _set_epochs(ctx, config)


def _set_epochs(ctx: Context, config: Config) -> None:
    length_s = config.integer("epoch_s", low=5, high=_DAY_S, default=_DAY_S)
    first = config.integer("first_epoch", low=1, high=2**20, default=DAYS.first)
    lists_s = config.integer("lists_s", low=5, high=7 * _DAY_S, default=7 * _DAY_S)
    if length_s == _DAY_S:
        return
    clock = EpochClock(
        first=first,
        began_ms=ctx.block_time_ms,
        length_ms=SECOND_MS * length_s,
        lists_ms=SECOND_MS * lists_s,
    )
    epoch_clock.save(ctx, clock)


@contract.knows
def knows(ctx: Context, address: Address) -> bool:
    """Whether a key of this account is or was a subject's or a node's."""
    return key_accounts.has(ctx, address)
