"""`sapha account`: accounts that several keys share. Whoever has enough of the keys is the account.

An account under one key is named by that key. An address never changes, whatever keys it is under.
"""

from client.account_keys import account_keys
from commands.nodes import open_rpc
from commands.output import emit
from primitives.ids import Address, show_address


async def show(account: Address, *, rpc: list[str], as_json: bool) -> None:
    """Show which keys an account is under, and how many must sign."""
    asked = show_address(account)
    async with open_rpc(rpc) as client:
        found = await account_keys(client, account)
    if not found.keys:
        text = f"{asked}: the one key that it is named by"
        emit({"address": asked, "threshold": 1, "keys": None}, text, as_json=as_json)
        return
    keys, threshold = ["0x" + key.hex() for key in found.keys], found.threshold
    lines = [f"{asked}: {threshold} of {len(keys)} keys sign together", *keys]
    emit(
        {"address": asked, "threshold": threshold, "keys": keys}, "\n".join(lines), as_json=as_json
    )
