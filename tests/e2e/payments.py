"""A holder of the devnet who signs transfers with our client's own transaction builder."""

import secrets
import time

from primitives.crypto import SigningKey
from primitives.ids import address_of, read_address
from primitives.transaction import Body, sign_body


class Payer:
    """One funded demo account; signs and submits transfers over JSON-RPC."""

    def __init__(self, network, name: str) -> None:
        self._network = network
        self._key = SigningKey(bytes.fromhex(network.accounts[name]["secret_key"]))
        self.address = network.accounts[name]["address"]
        self.address_hex = address_of(self._key.public_key).hex()

    def sign(self, *, to: str, amount: int) -> str:
        """Return a fresh signed transfer as hex."""
        body = Body(
            chain_id=self._network.chain_id,
            sender=address_of(self._key.public_key),
            nonce=secrets.randbits(64),
            expires_at_ms=int(time.time() * 1000) + 300_000,
            contract="cbdc",
            method="transfer",
            args=(read_address(self._network.accounts[to]["address"]), amount, "e2e"),
        )
        return "0x" + sign_body(body, [self._key]).raw.hex()

    def pay(self, *, node: int, to: str, amount: int) -> dict:
        """Submit one transfer and return its final result."""
        answer = self._network.call(node, "tx_submit", transaction=self.sign(to=to, amount=amount))
        return self._network.call(
            node, "tx_wait", transaction_id=answer["transaction_id"], timeout_ms=60_000
        )

    def balance(self, node: int) -> int:
        """Return the account's balance in satang."""
        answer = self._network.call(
            node, "state_query", contract="cbdc", query="balance", args=[self.address]
        )
        return int(answer["value"])
