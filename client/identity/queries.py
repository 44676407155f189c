"""Asks the identity contract of a node; what it answers is checked where it is used."""

from client.answers import Answer, field_of
from client.identity.office import CONTRACT
from client.rpc import RpcClient


async def ask(rpc: RpcClient, query: str, *args: object) -> Answer:
    """Return the answer of a query of identity, as the node says. Bytes are written as hex."""
    written = ["0x" + arg.hex() if isinstance(arg, bytes) else arg for arg in args]
    params = {"contract": CONTRACT, "query": query, "args": written}
    return field_of(await rpc.call("state_query", params), "value")
