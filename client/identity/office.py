"""One agency's way onto the ledger: messages of the identity contract, signed and sent."""

from client.message import fields_of
from client.outcome import Outcome, send
from client.rpc import RpcClient
from client.transaction import Intent, TransactionBuilder
from client.wallet import Wallet
from primitives.names import method_name
from primitives.transaction import Transaction

CONTRACT = "identity"


class Office:
    """Sends messages of the identity contract for one agency.

    `account` is the agency's administrator, or an officer of it with the role identity.
    """

    def __init__(
        self, rpc: RpcClient, builder: TransactionBuilder, agency: str, account: Wallet
    ) -> None:
        self.rpc = rpc
        self.agency = agency
        self.account = account
        self._builder = builder

    @property
    def chain_id(self) -> str:
        """The chain that every signature is for."""
        return self._builder.chain_id

    def sign(self, message: object) -> Transaction:
        """Return the signed call of a message of identity. Raises Rejected for a wrong field."""
        method = method_name(type(message))
        intent = Intent(contract=CONTRACT, method=method, fields=fields_of(message))
        return self.account.sign(self._builder.build(self.account.address, intent))

    async def send(self, message: object) -> Outcome:
        """Send a message and return what became of it. Raises RpcRefused."""
        return await send(self.rpc, self.sign(message))
