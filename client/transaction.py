"""Builds transaction bodies from named fields, checked against the contract's ABI beforehand."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from client.abi import Abi
from client.rpc import RpcClient
from primitives.errors import ArgumentOutOfBounds, UnknownContract
from primitives.ids import Address
from primitives.limits import EXPIRY_AHEAD_MS_MAX
from primitives.transaction import Body

EXPIRES_IN_MS = 300_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What someone wants done: a method of a contract with named fields."""

    contract: str
    method: str
    fields: Mapping[str, object]
    expires_in_ms: int = EXPIRES_IN_MS


def wall_ms() -> int:
    """Return the wall clock in milliseconds."""
    return time.time_ns() // 1_000_000


def new_nonce() -> int:
    """Return a random nonce: 64 bits."""
    return secrets.randbits(64)


def expiry_ms(now_ms: int, expires_in_ms: int) -> int:
    """Return when a transaction made now expires. Raises ArgumentOutOfBounds for too long."""
    if not 1 <= expires_in_ms <= EXPIRY_AHEAD_MS_MAX:
        raise ArgumentOutOfBounds(
            f"expires_in_ms is {expires_in_ms}, must be 1 to {EXPIRY_AHEAD_MS_MAX}",
            field="expires_in_ms",
        )
    return now_ms + expires_in_ms


class TransactionBuilder:
    """Makes bodies for one chain. `now_ms` is the clock that expiry counts from."""

    def __init__(
        self, chain_id: str, abis: Iterable[Abi], now_ms: Callable[[], int] = wall_ms
    ) -> None:
        self.chain_id = chain_id
        self._abis = {abi.contract: abi for abi in abis}
        self._now_ms = now_ms

    @classmethod
    async def from_node(
        cls, rpc: RpcClient, contracts: Iterable[str], chain_id: str | None = None
    ) -> "TransactionBuilder":
        """Return a builder with the ABIs of `contracts` as the node describes them.

        Give `chain_id` from the genesis file when the node is not trusted.
        """
        if chain_id is None:
            chain_id = str((await rpc.call("chain_getStatus"))["chain_id"])
        abis = [Abi(await rpc.call("contract_getAbi", {"contract": name})) for name in contracts]
        return cls(chain_id, abis)

    def build(self, sender: Address, intent: Intent) -> Body:
        """Return the body of `intent` by `sender`, with a random nonce.

        Raises:
            UnknownContract, UnknownMethod: names what exists.
            WrongArgumentCount, WrongArgumentType, ArgumentOutOfBounds: names the field.
        """
        abi = self._abis.get(intent.contract)
        if abi is None:
            known = ", ".join(sorted(self._abis))
            raise UnknownContract(f"no ABI of {intent.contract!r} is loaded; loaded are {known}")
        return Body(
            chain_id=self.chain_id,
            sender=sender,
            nonce=new_nonce(),
            expires_at_ms=expiry_ms(self._now_ms(), intent.expires_in_ms),
            contract=intent.contract,
            method=intent.method,
            args=abi.arguments(intent.method, intent.fields),
        )
