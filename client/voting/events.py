"""Events of the voting contract as a node finds them. They only say where to look for a proof."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from client.answers import (
    Answer,
    bytes_from_hex,
    field_of,
    hex_field,
    list_field,
    text_field,
    uint_field,
)
from client.errors import BadAnswer
from client.rpc import RpcClient
from primitives.ids import TransactionId
from primitives.transaction import Transaction, decode_transaction

CONTRACT = "voting"


@dataclass(frozen=True, slots=True)
class Found:
    """An event, and the transaction that emitted it."""

    height: int
    transaction_id: TransactionId
    fields: Answer


async def events_of_election(
    rpc: RpcClient, election_id: str, event: str, from_height: int
) -> AsyncIterator[Found]:
    """Yield the events of a name of one election, in order, as the node says."""
    start: int | None = max(1, from_height)
    while start is not None:
        params = {"contract": CONTRACT, "event": event, "from_height": start}
        page = await rpc.call("events_search", params)
        for row in list_field(page, "events"):
            fields = field_of(row, "fields")
            if text_field(fields, "election_id") == election_id:
                identifier = TransactionId(hex_field(row, "transaction_id"))
                yield Found(uint_field(row, "height"), identifier, fields)
        following = field_of(page, "next_height")
        start = None if following is None else uint_field(page, "next_height")


async def transaction_of(rpc: RpcClient, found: Found) -> Transaction:
    """Return the transaction that emitted an event, unverified. Raises BadAnswer."""
    block = await rpc.call("chain_getBlock", {"at": found.height})
    for text in list_field(block, "transactions"):
        transaction = decode_transaction(bytes_from_hex(text, "transaction"))
        if transaction.transaction_id == found.transaction_id:
            return transaction
    raise BadAnswer(f"block {found.height} does not hold the transaction that the node named")
