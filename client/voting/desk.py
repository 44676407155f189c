"""One account's way onto the ledger with messages of the voting contract."""

from collections.abc import Sequence

from client.errors import RpcRefused
from client.message import fields_of
from client.outcome import Outcome, send, send_all
from client.rpc import RpcClient
from client.transaction import Intent, TransactionBuilder
from client.voting.errors import LedgerRefused
from client.wallet import Wallet
from primitives.names import method_name
from primitives.transaction import Transaction

CONTRACT = "voting"


class Desk:
    """Signs and sends messages of voting for one account: an official's, an officer's, anyone's."""

    def __init__(self, rpc: RpcClient, builder: TransactionBuilder, account: Wallet) -> None:
        self.rpc = rpc
        self.account = account
        self._builder = builder

    @property
    def chain_id(self) -> str:
        """The chain that every signature is for."""
        return self._builder.chain_id

    def sign(self, message: object) -> Transaction:
        """Return the signed call of a message of voting. Raises Rejected for a wrong field."""
        return self.sign_call(method_name(type(message)), fields_of(message))

    def sign_call(self, method: str, fields: dict[str, object]) -> Transaction:
        """Return the signed call of a method with fields by name, such as a JSON document's."""
        intent = Intent(contract=CONTRACT, method=method, fields=fields)
        return self.account.sign(self._builder.build(self.account.address, intent))

    async def send_call(self, method: str, fields: dict[str, object]) -> Outcome:
        """Send a call with fields by name and return what became of it. Raises RpcRefused."""
        return await send(self.rpc, self.sign_call(method, fields))

    async def do(self, message: object) -> Outcome:
        """Send a message that must take effect.

        Raises:
            RpcRefused: a node refused it at once; carries the code.
            LedgerRefused: a block holds it without effect, or no block in time; carries the code.
        """
        return require_ok(await self.send(message))

    async def send(self, message: object) -> Outcome:
        """Send a message and return what became of it. Raises RpcRefused."""
        return await send(self.rpc, self.sign(message))

    async def send_all(self, messages: Sequence[object]) -> list[Outcome | RpcRefused]:
        """Send at most 100 messages together; a node's refusal takes the place of an outcome."""
        return await send_all(self.rpc, [self.sign(message) for message in messages])


def require_ok(outcome: Outcome) -> Outcome:
    """Return an outcome that took effect. Raises LedgerRefused."""
    if outcome.is_ok:
        return outcome
    if outcome.receipt is None:
        raise LedgerRefused(outcome.status.upper(), "no block holds the transaction")
    code, said = outcome.receipt.get("code"), outcome.receipt.get("message")
    raise LedgerRefused(str(code), str(said or ""), dict(outcome.receipt.get("details") or {}))
