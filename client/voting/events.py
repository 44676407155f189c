"""Events of one election as a node finds them. They only say where to look for a proof."""

from collections.abc import AsyncIterator
from typing import Any, TypeVar

from client.answers import bytes_from_hex, list_field, uint_field
from client.contract import FoundEvent, watch
from client.errors import BadAnswer
from client.rpc import RpcClient
from primitives.transaction import Transaction, decode_transaction

CONTRACT = "voting"

E = TypeVar("E")


async def events_of(
    rpc: RpcClient, event: type[E], election_id: str, from_height: int
) -> AsyncIterator[FoundEvent[E]]:
    """Yield the events of a class of one election up to now, in order."""
    last = uint_field(await rpc.call("chain_getStatus"), "height")
    async for found in watch(rpc, event, from_height=max(1, from_height), to_height=last):
        about: Any = found.event
        if about.election_id == election_id:
            yield found


async def transaction_of(rpc: RpcClient, found: FoundEvent[E]) -> Transaction:
    """Return the transaction that emitted an event, unverified. Raises BadAnswer."""
    block = await rpc.call("chain_getBlock", {"at": found.height})
    for text in list_field(block, "transactions"):
        transaction = decode_transaction(bytes_from_hex(text, "transaction"))
        if transaction.transaction_id == found.transaction_id:
            return transaction
    raise BadAnswer(f"block {found.height} does not hold the transaction that the node named")
