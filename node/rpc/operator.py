"""The methods node_*, for operators, and the subscriptions of a socket."""

from node.observe.health import HealthJson
from node.rpc.errors import BadRequest, TooManySubscriptions
from node.rpc.method import Caller, Method
from node.rpc.operator_results import ConsensusJson, PeerJson
from node.rpc.refusals import OF_ADDRESSES
from node.rpc.results import AddressItemJson, BlockItemJson, Integer, PlacedEventJson
from node.rpc.schemas import NoParams, SubscribeParams, SubscriptionParams
from node.rpc.strict_json import json_integer
from node.rpc.values import hex_of


async def get_peers(caller: Caller, _params: NoParams) -> list[PeerJson]:
    """Return every other member and whether it is connected."""
    return [
        {
            "name": peer.name,
            "public_key": hex_of(peer.public_key),
            "connected": peer.is_connected,
            "host": peer.host,
            "port": peer.port,
            "is_validator": peer.is_validator,
            "connected_s": round(peer.connected_s, 1),
            "last_reason": peer.last_reason,
            "clock_offset_ms": None if peer.clock_offset_ms is None else _ms(peer.clock_offset_ms),
        }
        for peer in caller.view.peers()
    ]


async def get_health(caller: Caller, _params: NoParams) -> HealthJson:
    """Return which checks pass, and for each that fails what was seen and what mends it."""
    return caller.view.health().to_json()


async def get_consensus(caller: Caller, _params: NoParams) -> ConsensusJson:
    """Return where the engine is, whose votes are missing, and who missed turns."""
    return caller.view.consensus()


async def subscribe(caller: Caller, params: SubscribeParams) -> int:
    """Begin a subscription to blocks, an address's transactions, or contract events."""
    return caller.socket().subscribe(params)


async def unsubscribe(caller: Caller, params: SubscriptionParams) -> bool:
    """End a subscription; false when there is none of this id."""
    return caller.socket().unsubscribe(params.subscription)


def _ms(offset_ms: float) -> Integer:
    return json_integer(round(offset_ms))


METHODS = (
    Method(
        name="node_getPeers",
        params=NoParams,
        run=get_peers,
        is_operator_only=True,
    ),
    Method(
        name="node_getHealth",
        params=NoParams,
        run=get_health,
        is_operator_only=True,
    ),
    Method(
        name="node_getConsensus",
        params=NoParams,
        run=get_consensus,
        is_operator_only=True,
    ),
    Method(
        name="events_subscribe",
        params=SubscribeParams,
        errors=(
            BadRequest("subscriptions need the WebSocket at /ws"),
            TooManySubscriptions("at most 32 on one socket"),
            *OF_ADDRESSES,
        ),
        items={
            "blocks": BlockItemJson,
            "address": AddressItemJson,
            "events": PlacedEventJson,
        },
        run=subscribe,
    ),
    Method(
        name="events_unsubscribe",
        params=SubscriptionParams,
        errors=(BadRequest("subscriptions need the WebSocket at /ws"),),
        run=unsubscribe,
    ),
)
