"""`sapha account address`: the address that keys have together; asks no node."""

from commands.output import emit
from contracts.accounts.rules import account_of, address_of_account
from primitives.crypto import PublicKey
from primitives.ids import show_address


def address(keys: list[PublicKey], *, threshold: int, as_json: bool) -> None:
    """Show the address that an account of these keys has when a genesis names it."""
    record = account_of(tuple(keys), threshold)
    text = show_address(address_of_account(record))
    emit({"address": text, "threshold": threshold, "keys": len(keys)}, text, as_json=as_json)
