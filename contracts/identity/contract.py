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
from contracts.sdk import Address, Config, Context


@contract.genesis
def found(ctx: Context, _config: Config) -> None:
    """Put the first level table, purposes and codes of errors in force."""
    level_tables.save(ctx, last_table.add(ctx, 1), FIRST_TABLE)
    for purpose, is_reusable in FIRST_PURPOSES:
        purposes.save(ctx, purpose, is_reusable)
    for side, code in FIRST_ERROR_CODES:
        error_codes.save(ctx, (side, code), value=True)


@contract.knows
def knows(ctx: Context, address: Address) -> bool:
    """Whether a key of this account is or was a subject's or a node's."""
    return key_accounts.has(ctx, address)
