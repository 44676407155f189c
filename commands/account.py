"""`sapha account`: accounts that several keys share. Whoever has enough of the keys is the account.

An account under one key is named by that key. An address never changes, whatever keys it is under.
"""

from pathlib import Path

from client.account_keys import CONTRACT, account_keys
from client.envelope import PASSED_ON_EXPIRES_IN_MS
from client.transaction import EXPIRES_IN_MS, Intent
from commands.keyring import address_argument, public_key_argument
from commands.nodes import open_rpc
from commands.output import emit
from commands.sending import builder_for, deliver, open_account
from primitives.ids import show_address


async def show(account: str, *, rpc: list[str] | None, as_json: bool) -> None:
    """Show which keys an account is under, and how many must sign."""
    address = address_argument(account)
    asked = show_address(address)
    async with open_rpc(rpc) as client:
        found = await account_keys(client, address)
    if not found.keys:
        text = f"{asked}: the one key that it is named by"
        emit({"address": asked, "threshold": 1, "keys": None}, text, as_json=as_json)
        return
    keys, threshold = ["0x" + key.hex() for key in found.keys], found.threshold
    lines = [f"{asked}: {threshold} of {len(keys)} keys sign together", *keys]
    emit(
        {"address": asked, "threshold": threshold, "keys": keys}, "\n".join(lines), as_json=as_json
    )


async def set_keys(  # noqa: PLR0913 - each is an option of the command
    keys: list[str],
    *,
    threshold: int,
    key: list[str],
    account: str | None,
    out: Path | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Put an account under these keys; those that it is under now sign."""
    listed = ["0x" + public_key_argument(each).hex() for each in keys]
    fields = {"keys": listed, "threshold": threshold}
    await _act(("configure", fields), (key, account), (out, rpc), as_json=as_json)


async def rotate(  # noqa: PLR0913 - each is an option of the command
    old: str,
    new: str,
    *,
    key: list[str],
    account: str | None,
    out: Path | None,
    rpc: list[str] | None,
    as_json: bool,
) -> None:
    """Replace one key of an account by another; as many sign as before."""
    pair = (("old_key", old), ("new_key", new))
    fields = {name: "0x" + public_key_argument(text).hex() for name, text in pair}
    await _act(("rotate_key", fields), (key, account), (out, rpc), as_json=as_json)


async def _act(
    call: tuple[str, dict[str, object] | dict[str, str]],
    signing: tuple[list[str], str | None],
    sending: tuple[Path | None, list[str] | None],
    *,
    as_json: bool,
) -> None:
    wallet = open_account(*signing)
    out, rpc = sending
    intent = Intent(
        contract=CONTRACT,
        method=call[0],
        fields=call[1],
        expires_in_ms=EXPIRES_IN_MS if out is None else PASSED_ON_EXPIRES_IN_MS,
    )
    async with open_rpc(rpc) as client:
        builder = await builder_for(client, CONTRACT)
        signed = wallet.sign(builder.build(wallet.address, intent))
        await deliver(client, signed, out, as_json=as_json)
