"""Commands that print the answer of one query of a contract, as the node says, unproven.

Printed for people by the types of this release; with --json the node's JSON.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from client.answers import Answer, field_of
from client.rpc import RpcClient
from commands.field_text import MONEY, FieldText
from commands.keyring import key_names
from commands.nodes import open_rpc
from commands.output import UsageFault, emit
from primitives.ids import ADDRESS_BYTES, Address, show_address

if TYPE_CHECKING:
    from commands.framework.tree import Leaf


def shows(leaf: "Leaf") -> Callable[..., Coroutine[Any, Any, None]]:
    """Return the command of a leaf that asks a query of a contract with its words in order."""
    _, contract, query = repr(leaf.does).split(".")

    async def run(*, rpc: list[str], as_json: bool, **given: Any) -> None:  # noqa: ANN401
        args = [_written(value) for value in given.values()]
        async with open_rpc(rpc) as client:
            value = await answer_of(client, contract, query, args)
        if value is None:
            raise UsageFault(f"the ledger knows no such {leaf.name}")
        text = "" if as_json else _page(leaf.name, contract, query, value)
        emit({leaf.name: value}, text, as_json=as_json)

    return run


async def answer_of(client: RpcClient, contract: str, query: str, args: Sequence[object]) -> Answer:
    """Return the JSON that a node answers a query with; `args` are written as nodes read them."""
    params = {"contract": contract, "query": query, "args": list(args)}
    return field_of(await client.call("state_query", params), "value")


def _page(title: str, contract: str, query: str, value: object) -> str:
    """Return the answer in lines, with the names of keys here beside addresses."""
    from contracts.registry import CONTRACTS  # noqa: PLC0415 - with --json nothing needs it

    described = CONTRACTS[contract].queries[query].returns.describe()
    texts = FieldText(is_money=contract == MONEY, is_told=True, names=key_names())
    return texts.page(title, described, value)


def _written(value: object) -> object:
    """Return an argument as a node reads it: bytes as hex, or as an address of 20 bytes."""
    if not isinstance(value, bytes):
        return value
    return show_address(Address(value)) if len(value) == ADDRESS_BYTES else "0x" + value.hex()
