"""`sapha query`: read the state through a contract's queries."""

import json
from typing import Annotated

import typer

from client.answers import field_of
from commands.options import Rpc, open_rpc
from commands.output import AsJson, command, emit
from commands.tx import read_fields


@command
async def query(
    contract: Annotated[str, typer.Argument(help="Contract, such as cbdc.")],
    name: Annotated[str, typer.Argument(help="Query, such as balance.")],
    fields: Annotated[
        list[str] | None, typer.Argument(help="Arguments: name=value, or one JSON object.")
    ] = None,
    *,
    rpc: Rpc = None,
    as_json: AsJson = False,
) -> None:
    """Ask a contract's query and print the answer."""
    params = {"contract": contract, "query": name, "args": read_fields(fields or [])}
    async with open_rpc(rpc) as client:
        answer = await client.call("state_query", params)
    value = field_of(answer, "value")
    emit(answer, json.dumps(value, indent=2, ensure_ascii=False), as_json=as_json)
