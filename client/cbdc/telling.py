"""A payment on the ledger, as a message between banks tells it."""

from client.answers import field_of, list_field, text_field, uint_field
from client.cbdc.iso20022.pacs008 import Transfer
from client.cbdc.movements import movements_of
from client.errors import BadAnswer
from client.rpc import RpcClient
from primitives.ids import TransactionId


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
