"""Which keys an account is under, as a node says, and which of them have signed a transaction."""

from dataclasses import dataclass

from client.answers import text_field
from client.contract import ask
from client.errors import BadAnswer, NodeUnreachable, RpcRefused
from client.rpc import RpcClient
from primitives.crypto import PublicKey
from primitives.ids import Address, address_of, show_address
from primitives.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKeys:
    """An account, its keys, and how many must sign; no keys: the one that it is named by."""

    address: Address
    threshold: int
    keys: tuple[PublicKey, ...]

    def has(self, key: PublicKey) -> bool:
        """Return whether the key is one of the account's."""
        return key in self.keys if self.keys else address_of(key) == self.address

    def __str__(self) -> str:
        """Return the account with its keys and its threshold."""
        if not self.keys:
            return f"{show_address(self.address)}, which is under the one key that it is named by"
        keys = ", ".join("0x" + key.hex() for key in self.keys)
        return (
            f"{show_address(self.address)}, of which {self.threshold} of {len(self.keys)} keys "
            f"sign: {keys}"
        )


async def account_keys(rpc: RpcClient, address: Address) -> AccountKeys:
    """Return the keys of an account. Raises BadAnswer."""
    from contracts.accounts.queries import account  # noqa: PLC0415 - who asks no node needs none

    found = await ask(rpc, account, address)
    if found is None:
        return AccountKeys(address=address, threshold=1, keys=())
    return AccountKeys(address=address, threshold=found.threshold, keys=found.keys)


async def keys_of_sender(rpc: RpcClient, transaction: Transaction) -> AccountKeys | None:
    """Return the keys of a transaction's account; None: no node of its chain says."""
    try:
        status = await rpc.call("chain_getStatus")
        if text_field(status, "chain_id") != transaction.body.chain_id:
            return None
        return await account_keys(rpc, transaction.body.sender)
    except (NodeUnreachable, RpcRefused, BadAnswer):
        return None
