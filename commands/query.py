"""`sapha query`: read the state through a contract's queries."""

import json

from client.answers import field_of
from commands.nodes import open_rpc
from commands.output import emit
from commands.tx import read_fields


async def query(
    contract: str, name: str, fields: list[str] | None, *, rpc: list[str] | None, as_json: bool
) -> None:
    """Ask a contract's query and print the answer."""
    params = {"contract": contract, "query": name, "args": read_fields(fields or [])}
    async with open_rpc(rpc) as client:
        answer = await client.call("state_query", params)
    value = field_of(answer, "value")
    emit(answer, json.dumps(value, indent=2, ensure_ascii=False), as_json=as_json)
