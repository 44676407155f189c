"""Whoever acts on one contract, on the digital baht first: signs and sends its messages."""

from client.message import fields_of
from client.outcome import Outcome, send
from client.rpc import RpcClient
from client.transaction import EXPIRES_IN_MS, Intent, TransactionBuilder
from client.wallet import Wallet
from primitives.ids import Address
from primitives.names import method_name
from primitives.transaction import Transaction

CONTRACT = "cbdc"


class Actor:
    """An account and the keys that sign for it here; the ledger says what it may do."""

    def __init__(
        self,
        rpc: RpcClient,
        builder: TransactionBuilder,
        wallet: Wallet,
        contract: str = CONTRACT,
    ) -> None:
        self.rpc = rpc
        self.wallet = wallet
        self._builder = builder
        self._contract = contract

    @classmethod
    async def open(
        cls,
        rpc: RpcClient,
        wallet: Wallet,
        chain_id: str | None = None,
        *,
        contract: str = CONTRACT,
    ) -> "Actor":
        """Return an actor for the node's chain; give `chain_id` when the node is not trusted."""
        builder = await TransactionBuilder.from_node(rpc, [contract], chain_id)
        return cls(rpc, builder, wallet, contract)

    @property
    def address(self) -> Address:
        """The account."""
        return self.wallet.address

    @property
    def chain_id(self) -> str:
        """The chain that every signature is for."""
        return self._builder.chain_id

    def sign(self, message: object, *, expires_in_ms: int = EXPIRES_IN_MS) -> Transaction:
        """Return the signed call of a message of the contract. Raises Rejected for a field."""
        intent = Intent(
            contract=self._contract,
            method=method_name(type(message)),
            fields=fields_of(message),
            expires_in_ms=expires_in_ms,
        )
        return self.wallet.sign(self._builder.build(self.address, intent))

    async def send(self, message: object) -> Outcome:
        """Send a message and return what became of it. Raises RpcRefused."""
        return await send(self.rpc, self.sign(message))
