"""Options of commands that act for an account of one or several keys."""

from client.rpc import RpcClient
from client.transaction import TransactionBuilder
from client.wallet import Wallet
from commands.keyring import address_argument, open_wallet
from primitives.crypto import SigningKey


def open_account(keys: list[str], account: str | None) -> Wallet:
    """Return the wallet of these keys, for their account; asks for passwords.

    Raises:
        KeystoreFault: names the file.
        BadShape: several keys without an account, or a key twice.
    """
    opened = [SigningKey(open_wallet(key).seed) for key in keys]
    return Wallet(opened, None if account is None else address_argument(account))


async def builder_for(client: RpcClient, contract: str) -> TransactionBuilder:
    """Return a builder for one contract as the node describes it."""
    return await TransactionBuilder.from_node(client, [contract])
