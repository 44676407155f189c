"""One account of digital baht: transfer, redeem, balance. Amounts are satang."""

from client.answers import field_of, uint_from
from client.cbdc.actor import CONTRACT
from client.light import LightClient, ProvenValue
from client.outcome import Outcome, send
from client.rpc import RpcClient
from client.state_keys import balance_key
from client.transaction import Intent, TransactionBuilder
from client.wallet import Wallet
from primitives.ids import Address, show_address
from primitives.transaction import Transaction


class Holder:
    """One account of digital baht: pays and gives back with its wallet's keys."""

    def __init__(self, rpc: RpcClient, builder: TransactionBuilder, wallet: Wallet) -> None:
        self._rpc = rpc
        self._builder = builder
        self.wallet = wallet

    @property
    def address(self) -> Address:
        """The account."""
        return self.wallet.address

    def sign(self, method: str, **fields: object) -> Transaction:
        """Return a signed call of a method of the contract. Raises Rejected for a wrong field."""
        intent = Intent(contract=CONTRACT, method=method, fields=fields)
        return self.wallet.sign(self._builder.build(self.address, intent))

    async def transfer(self, to: Address, satang: int, memo: str = "") -> Outcome:
        """Move money to another account. The memo is public."""
        return await send(self._rpc, self.sign("transfer", to=to, amount=satang, memo=memo))

    async def redeem(self, satang: int, reference: str) -> Outcome:
        """Give money back to the central bank against a settlement."""
        return await send(self._rpc, self.sign("redeem", amount=satang, reference=reference))

    async def balance(self) -> int:
        """Return the balance that the node says."""
        return await balance_of(self._rpc, self.address)


async def balance_of(rpc: RpcClient, address: Address) -> int:
    """Return an account's balance as the node says, unproven."""
    params = {"contract": CONTRACT, "query": "balance", "args": [show_address(address)]}
    return uint_from(field_of(await rpc.call("state_query", params), "value"), "value")


async def proven_balance(
    rpc: RpcClient, light: LightClient, address: Address
) -> tuple[int, ProvenValue]:
    """Return a balance and the proof that it is the ledger's, whatever the node says."""
    return await light.balance(rpc, balance_key(address))
