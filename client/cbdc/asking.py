"""What the ledger says of the digital baht: queries of the contract, unproven."""

from client.answers import Answer, field_of, uint_field
from client.cbdc.actor import CONTRACT
from client.rpc import RpcClient
from primitives.ids import Address, show_address


async def ask(rpc: RpcClient, query: str, *args: object) -> Answer:
    """Return the answer of a query. Bytes are written as hex, or as an address of 20 bytes."""
    return (await ask_at(rpc, query, *args))[0]


async def ask_at(rpc: RpcClient, query: str, *args: object) -> tuple[Answer, int]:
    """Return the answer of a query and the height that it is of."""
    params = {"contract": CONTRACT, "query": query, "args": [_written(arg) for arg in args]}
    answer = await rpc.call("state_query", params)
    return field_of(answer, "value"), uint_field(answer, "height")


def _written(arg: object) -> object:
    if not isinstance(arg, bytes):
        return arg
    return show_address(Address(arg)) if len(arg) == 20 else "0x" + arg.hex()
