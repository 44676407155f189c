"""What anyone may ask of accounts."""

from contracts.accounts.contract import contract
from contracts.accounts.state import Account, accounts
from contracts.sdk import Address, Context


@contract.query
def account(ctx: Context, address: Address) -> Account | None:
    """The account's keys and threshold; nothing when its only key is the one it is named by."""
    return accounts.get(ctx, address, None)
