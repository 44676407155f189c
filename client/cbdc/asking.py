"""What the ledger says of the digital baht: queries of the contract, unproven."""

from client.answers import field_of, list_field, text_field, uint_field
from client.cbdc.holder import CONTRACT
from client.cbdc.iso20022.pacs008 import Transfer
from client.cbdc.movements import movements_of
from client.errors import BadAnswer
from client.rpc import Answer, RpcClient
from primitives.ids import Address, TransactionId, show_address


async def ask(rpc: RpcClient, query: str, *args: object) -> Answer:
    """Return the answer of a query. Bytes are written as hex, or as an address of 20 bytes."""
    return (await ask_at(rpc, query, *args))[0]


async def ask_at(rpc: RpcClient, query: str, *args: object) -> tuple[Answer, int]:
    """Return the answer of a query and the height that it is of."""
    params = {"contract": CONTRACT, "query": query, "args": [_written(arg) for arg in args]}
    answer = await rpc.call("state_query", params)
    return field_of(answer, "value"), uint_field(answer, "height")


async def transfer_of(rpc: RpcClient, transaction_id: TransactionId) -> Transfer:
    """Return the payment that a transaction made, as a message of banks tells it.

    Raises:
        BadAnswer: the transaction is in no block, or moved nothing from one account to another.
    """
    answer = await rpc.call("tx_get", {"transaction_id": "0x" + transaction_id.hex()})
    if text_field(answer, "status") != "committed":
        raise BadAnswer("the transaction is in no block")
    header = await rpc.call("chain_getHeader", {"at": uint_field(answer, "height")})
    for movement in movements_of(list_field(field_of(answer, "receipt"), "events")):
        if movement.payer is not None and movement.target is not None:
            return Transfer(
                transaction_id=transaction_id,
                time_ms=uint_field(field_of(header, "header"), "time_ms"),
                payer=movement.payer,
                payee=movement.target,
                satang=movement.satang,
                end_to_end=movement.reference,
                memo=movement.text,
            )
    raise BadAnswer("the transaction moved nothing from one account to another")


def _written(arg: object) -> object:
    if not isinstance(arg, bytes):
        return arg
    return show_address(Address(arg)) if len(arg) == 20 else "0x" + arg.hex()
