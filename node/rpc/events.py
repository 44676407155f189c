"""The method events_search: events of stored blocks, found by reading their receipts in order.

There is no index to keep: an answer covers a bounded number of receipts and says where to go on.
"""

from collections.abc import Iterator

from node.rpc.errors import BadParameters
from node.rpc.method import Caller, Method
from node.rpc.refusals import OF_ADDRESSES, PRUNED, check_kept
from node.rpc.results import EventPageJson, PlacedEventJson, PlaceJson
from node.rpc.schemas import SearchParams
from node.rpc.values import hex_of
from primitives.ids import ADDRESS_BYTES, Address, Height, read_address
from primitives.receipt import Event, Receipt, read_receipt


async def search(caller: Caller, params: SearchParams) -> EventPageJson:
    """Return the events that match, in order, and the height to go on from (null: all seen)."""
    if params.event is not None and params.contract is None:
        raise BadParameters("event: is chosen together with its contract", parameter="contract")
    ledger, renderer = caller.view.ledger, caller.services.renderer
    address = None if params.address is None else read_address(params.address)
    check_kept(ledger, Height(params.from_height))
    last = ledger.head().header.height
    end = last if params.to_height == "latest" else min(last, params.to_height)
    wanted = _wanted_bytes(params, address)
    found: list[PlacedEventJson] = []
    limits = caller.services.answers
    height, receipts_seen = params.from_height, 0
    stop = height + limits.blocks_max
    while height <= end and height < stop and len(found) < limits.events_max:
        receipts = ledger.receipts_at(Height(height))
        if receipts_seen and receipts_seen + len(receipts) > limits.receipts_max:
            break
        for index, encoded in enumerate(receipts):
            if all(part in encoded for part in wanted):
                receipt = read_receipt(encoded)
                place: PlaceJson = {
                    "height": height,
                    "index": index,
                    "transaction_id": hex_of(receipt.transaction_id),
                }
                found += [{**place, **renderer.event(e)} for e in _chosen(receipt, params, address)]
                await caller.meter.breathe()
        receipts_seen += len(receipts)
        height += 1
        await caller.meter.breathe()
    return {"events": found, "next_height": height if height <= end else None}


def _wanted_bytes(params: SearchParams, address: Address | None) -> tuple[bytes, ...]:
    """Return what the bytes of a receipt hold if one of its events is chosen.

    An event holds its names and addresses as they are, so that most receipts need no decoding.
    """
    texts = [name.encode() for name in (params.contract, params.event) if name is not None]
    return (*texts, *(() if address is None else (bytes(address),)))


def _chosen(receipt: Receipt, params: SearchParams, address: Address | None) -> Iterator[Event]:
    for event in receipt.events:
        is_chosen = params.contract in {None, event.contract}
        is_chosen = is_chosen and params.event in {None, event.name}
        if is_chosen and (address is None or names(event, address)):
            yield event


def names(event: Event, address: Address) -> bool:
    """Return whether a field of the event is the address."""
    return any(
        isinstance(value, bytes) and len(value) == ADDRESS_BYTES and value == address
        for value in event.fields
    )


METHODS = (
    Method(
        name="events_search",
        params=SearchParams,
        errors=(*OF_ADDRESSES, PRUNED),
        run=search,
    ),
)
