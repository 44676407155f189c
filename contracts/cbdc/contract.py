"""The digital baht: issued by the central bank, handed on by banks, paid by their customers.

The methods are in the other modules; this one makes the first state and ends blocks.
"""

from contracts.cbdc.declaration import contract
from contracts.cbdc.fields import SUM_SATANG_MAX
from contracts.cbdc.flow_hook import run_due
from contracts.cbdc.parameters import apply_changes, found_terms
from contracts.cbdc.state import balances, signers_min, supply_max, wallets
from contracts.cbdc.supply import check_supply
from contracts.sdk import SIGNATURES_MAX, Address, Config, Context


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
